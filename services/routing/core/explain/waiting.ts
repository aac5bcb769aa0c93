import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { unreachableSince } from '../agent/breaker.ts'
import { isForLater } from '../alternatives/away.ts'
import { isTimed } from '../callback/step-ahead.ts'
import { storyOf } from '../contact/story.ts'
import { NEVER } from '../limits.ts'
import { statusOf } from '../queue/state.ts'
import type { ContactRow, PoolRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { unreachable } from '../turn.ts'
import type { ExpectedWait } from '../wait/model.ts'
import type { DivertCause } from '../words.ts'
import { alternativesSentence, laterSentence } from './alternatives.ts'
import { asked, switchedOff, timedSentence, whatFor } from './callback.ts'
import { type ConstraintCount, constraintText } from './constraints.ts'
import { about, spanText } from './spoken.ts'
import { channelWords, needsOf, queueOf } from './subject.ts'

/** Why nobody has it yet, in sentences. */

export interface Waiting {
  readonly at: Moment
  readonly position: number
  readonly wait: ExpectedWait | undefined
  readonly constraints: readonly ConstraintCount[]
}

export function waitingSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  const { time } = w.at
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const what = whatFor(contact, callback)
  const otherwise = alternativesSentence(s, contact)
  const offered = `${callback ? asked[callback.status] : ''}${otherwise}`
  if (contact.awaitsOpening) return `${what} ${openingSentence(s, contact, time)}${offered}`
  if (callback?.pending === true && isTimed(callback)) {
    return `${timedSentence(s, contact, w.position, time)}${otherwise}`
  }
  if (isForLater(s, contact, time)) return `${laterSentence(s, contact, time)}${otherwise}`
  if (contact.heldOut) return `${what} ${preferredSentence(s, contact, time)}${offered}`
  const place = `${what} in place ${w.position} of ${queueOf(s, contact)}${needsOf(s, contact)}`
  const stopped = stoppedSentence(s, contact)
  if (stopped !== undefined) return `${place}, and keeps it. ${stopped}${offered}`
  const wait =
    w.wait === undefined
      ? unknownWait(s, contact, w.constraints)
      : `the wait is about ${about(w.wait.p50)}`
  const reasons = w.constraints.slice(0, 3).map((c) => constraintText(c, contact.channel))
  const why = reasons.length === 0 ? '' : ` Of the agents at work, ${reasons.join(', ')}.`
  const next = w.wait === undefined ? inVainSentence(s, contact, time) : ''
  const raised = contact.escalatedAt > 0 ? ' It was offered in vain, so it has been escalated.' : ''
  const sent = divertedText(s, contact)
  return `${place}; ${wait}.${why}${next}${sent}${raised}${movedText(s, contact)}${offered}`
}

/** Of a contact that is kept for those whom it asks for, and until when. */
function preferredSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const preferred = contact.preferred.split(' ').join(' or ')
  const kept = `for a preferred agent (${preferred}), who cannot take it yet`
  const waits = `in ${queueOf(s, contact)} ${kept}`
  if (contact.holdOutUntil === NEVER) return `${waits}.`
  const left = about(Math.max(0, contact.holdOutUntil - time))
  return `${waits}; in ${left} it may go to anybody skilled for it.`
}

/** What it waits for whose queue is closed. */
function openingSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const queue = queueOf(s, contact)
  const status = statusOf(s.queues.at(contact.queue))
  const known = contact.holdOutUntil !== NEVER
  const opens = `opens in ${about(Math.max(0, contact.holdOutUntil - time))}`
  if (status === undefined) {
    return `at the same place: ${queue} is closed at this hour${known ? `, and it ${opens}` : ''}.`
  }
  const { actor, reason } = status
  const when = known ? `, and it ${opens}` : ' until somebody opens it again'
  return `at the same place: ${actor} has closed ${queue} (${reason})${when}.`
}

/** What else than its order of arrival has given it its place. */
function movedText(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story === undefined) return ''
  const reason = story.priorityWhy === '' ? '' : ` (${story.priorityWhy})`
  const way = contact.priority > story.priorityWas ? 'forward' : 'back'
  const moved =
    story.priorityAt === 0 ? '' : ` ${story.priorityBy} has moved it ${way} in the queue${reason}.`
  const found =
    story.need === ''
      ? ''
      : ` It came to this queue by the rule ${story.classifiedBy}, for the need ${story.need}.`
  return `${found}${moved}`
}

export const outOfReach =
  'The phones or screens of the agents cannot be reached, so nobody is offered anything'

/** Which holds the offers of the pool. */
export const tooOld = ({ profilesMaxAgeMs }: PoolRow): string =>
  `what is known of them is more than ${spanText(profilesMaxAgeMs)} old`

/** Why nobody is offered anything; undefined: somebody may be. */
function stoppedSentence(s: RoutingState, contact: ContactRow): string | undefined {
  const pool = s.pools.at(contact.pool)
  if (pool.offersOff) {
    const until = 'until somebody switches that on again'
    return `Nobody is offered anything ${until}: ${switchedOff(pool)}.`
  }
  if (pool.profilesTooOldSince > 0) {
    return `Nobody is offered anything until what the agents can do is known: ${tooOld(pool)}.`
  }
  if (unreachableSince(s, pool, contact.channel) === undefined) return undefined
  return `${outOfReach}; it is tried again every few seconds.`
}

/** Why nothing can be said of the wait. */
function unknownWait(
  s: RoutingState,
  contact: ContactRow,
  constraints: readonly ConstraintCount[],
): string {
  const { requirements } = s.requestClasses.at(contact.requestClass)
  const any = requirements.length === 0
  const takes = channelWords[contact.channel].many
  if (constraints.some(({ kind }) => kind === 'notReady' || kind === 'busy')) {
    const able = any ? `take ${takes}` : 'have the skills for it'
    return `of those who ${able} nobody is ready, so nobody knows how long`
  }
  const able = any ? `takes ${takes}` : 'has the skills for it'
  return s.staffing.of(contact.requestClass) === 'nobodyKnown'
    ? `no agent is known who ${able}`
    : `nobody at work ${able}`
}

/** What becomes of who waits for nobody. */
function inVainSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const { unstaffed } = s.queues.at(contact.queue).policy
  const { unstaffedDue } = s.requestClasses.at(contact.requestClass)
  const left = contact.dueTime - time
  const due = unstaffedDue - time
  if (contact.watched === 'no' || unstaffed === undefined || unstaffedDue === NEVER || due > left) {
    return Number.isFinite(left) ? ` Unless an agent comes, it ends in ${about(left)}.` : ''
  }
  const unless = ` Unless one comes within ${about(Math.max(0, due))},`
  switch (unstaffed.action) {
    case 'take':
      return ''
    case 'refuse':
      return `${unless} it ends.`
    case 'callback':
      return `${unless} the customer is offered a callback.`
    case 'overflow':
      return `${unless} it goes to the queue ${unstaffed.queueId}, if there is one there.`
    default:
      return unreachable(unstaffed.action)
  }
}

const diversions: Record<DivertCause, string> = {
  none: '',
  closed: 'which was closed',
  limit: 'which took nobody more',
  unstaffed: 'where nobody at work could serve it',
}

/** How it came to be in this queue, if not by itself. */
function divertedText(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story === undefined || story.divertedFrom === NONE) return ''
  const from = idOf(s.queues.at(story.divertedFrom).id)
  return ` It was sent to ${from}, ${diversions[story.divertedBy]}.`
}
