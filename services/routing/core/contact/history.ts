import { NONE } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { changeStory, storyOf } from './story.ts'
import { type SpanOutcome, spanOutcomes } from '../words.ts'

/** A span of a contact's life that is over. Times in ms since 1970. */
export interface Span {
  /** '': it waited for an agent. */
  readonly agentId: string
  readonly queueId: string
  readonly from: number
  readonly until: number
  readonly outcome: SpanOutcome
}

const lineOf = (span: Span): string =>
  `${spanOutcomes.indexOf(span.outcome)} ${span.queueId} ${span.from} ${span.until} ${span.agentId}`

/** The present span of a contact, as if it were over. */
function spanNow(s: RoutingState, contact: ContactRow, outcome: SpanOutcome, time: number): Span {
  // Whoever is only being offered it has never had it.
  const had = contact.agent !== NONE && contact.state !== 'offered'
  return {
    agentId: had ? idOf(s.agents.at(contact.agent).id) : '',
    queueId: idOf(s.queues.at(contact.queue).id),
    from: had ? contact.takenAt : contact.stateSince,
    until: time,
    outcome,
  }
}

/** To be called before a contact leaves its agent, or its queue for another: what was, stays known. */
export function remember(
  s: RoutingState,
  contact: ContactRow,
  outcome: SpanOutcome,
  time: number,
): void {
  changeStory(s, contact, { history: historyWith(s, contact, outcome, time) })
}

/** What a leg of it has of its history: all that is over, and what it is doing now. */
export const historyWith = (
  s: RoutingState,
  contact: ContactRow,
  outcome: SpanOutcome,
  time: number,
): string => withSpan(storyOf(s, contact)?.history ?? '', spanNow(s, contact, outcome, time))

/** As remember, where it stays in its queue: worth a span only if an agent had it. */
export function rememberAgent(
  s: RoutingState,
  contact: ContactRow,
  outcome: SpanOutcome,
  time: number,
): void {
  if (contact.agent !== NONE && contact.state !== 'offered') remember(s, contact, outcome, time)
}

function withSpan(history: string, span: Span): string {
  const lines = history === '' ? [] : history.split('\n')
  return [...lines, lineOf(span)].slice(-limits.historySpans).join('\n')
}

/** The spans of a contact that are over, the oldest first. */
export function spansOf(history: string): readonly Span[] {
  if (history === '') return []
  return history.split('\n').map((line) => {
    const [outcome, queueId = '', from, until, agentId = ''] = line.split(' ')
    return {
      agentId,
      queueId,
      from: Number(from),
      until: Number(until),
      outcome: spanOutcomes[Number(outcome)] ?? 'requeued',
    }
  })
}
