import type { ChangeRoster, Command, DutySpan, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** Nobody gets a contact so long before a break or the end of a shift (API), ms. */
const guardMs = 5 * 60_000

/** What the bridge has brought of an agent's shifts, and as of when routing has acted on it. */
interface Known {
  readonly spans: readonly DutySpan[]
  /** Spans are judged as they were then: an edge counts from the tick that passes it. */
  asOf: number
  /** Away, and has said "ready" since. */
  byWord: boolean
}

type Where = 'there' | 'leaving' | 'away'

function whereAt(spans: readonly DutySpan[], time: number): Where {
  const current = spans.find(({ from, until }) => from <= time && time < until)
  if (current) return current.until - time <= guardMs ? 'leaving' : 'there'
  return spans.some(({ from }) => from <= time) ? 'away' : 'there'
}

/**
 * Who is kept from new contacts by the roster, from what the bridge brought and what was said of
 * presence alone.
 */
export class Duty {
  readonly #known = new Map<string, Known>()
  /** The last that a supervisor has forced each agent by. */
  readonly #forced = new Map<string, string>()
  /** Whose edge has come, and their presence if they have nothing in hand by which it may change. */
  readonly #crossing = new Map<string, string | undefined>()
  /** Edges that were passed, and those of them in the middle of work. */
  readonly edges = { passed: 0, atWork: 0 }

  changed(command: ChangeRoster, time: number): void {
    const { agentId, spans } = command
    const byWord = this.#known.get(agentId)?.byWord ?? false
    this.#know(agentId, { spans, asOf: time, byWord })
  }

  removed(agentId: string): void {
    this.#known.delete(agentId)
    this.#forced.delete(agentId)
  }

  /** Whoever says "ready" in a break is there until the next span begins. */
  accepted(command: Command, time: number): void {
    if (!('agentId' in command) || !this.#saysReady(command)) return
    const known = this.#known.get(command.agentId)
    if (known === undefined || !this.keeps(command.agentId)) return
    if (whereAt(known.spans, time) === 'away') {
      this.#know(command.agentId, { ...known, asOf: time, byWord: true })
    }
  }

  #saysReady(command: Command): boolean {
    switch (command.kind) {
      case 'signIn':
        return command.ready
      case 'openSession':
        return command.ready && command.resumeToken === ''
      case 'setPresence':
        return command.presence === 'ready'
      case 'forceAgentState': {
        const repeated = this.#forced.get(command.agentId) === command.requestId
        this.#forced.set(command.agentId, command.requestId)
        return !repeated && command.presence === 'ready'
      }
      default:
        return false
    }
  }

  /** Something is about to be decided, as of `time`. */
  before(state: RoutingState, time: number): void {
    this.#crossing.clear()
    for (const [agentId, { spans, asOf }] of this.#known) {
      if (whereAt(spans, asOf) === whereAt(spans, time)) continue
      const row = state.agents.get(`p/${agentId}`)
      if (row === undefined) continue
      const { graceUntil, load, openOffer, presence } = row
      const idle = load === 0 && openOffer < 0 && graceUntil === Number.POSITIVE_INFINITY
      this.#crossing.set(agentId, idle ? presence : undefined)
    }
  }

  passed(state: RoutingState | undefined, time: number): void {
    for (const [agentId, known] of this.#known) this.#know(agentId, { ...known, asOf: time })
    for (const [agentId, was] of this.#crossing) {
      this.edges.passed += 1
      if (was === undefined) this.edges.atWork += 1
      if (was === undefined) continue
      const is = state?.agents.get(`p/${agentId}`)?.presence ?? was
      must(is === was, () => `${agentId} was ${was}, and is ${is} because of the roster`)
    }
  }

  keeps(agentId: string): boolean {
    const known = this.#known.get(agentId)
    return known !== undefined && isKept(known, known.asOf)
  }

  /** In the middle of a tick an edge that has come may have been passed or not. */
  mustBeFree(agentId: string, contactId: string, time: number): void {
    const known = this.#known.get(agentId)
    const kept = known !== undefined && isKept(known, known.asOf) && isKept(known, time)
    must(!kept, () => `${contactId} is offered to ${agentId}, who is away by the roster, or soon`)
  }

  /** What came is what routing goes by. */
  look(state: RoutingState): void {
    for (const [agentId, { spans }] of this.#known) {
      const duty = state.agents.get(`p/${agentId}`)?.duty ?? spans
      const same =
        duty.length === spans.length &&
        duty.every(({ from, until }, k) => spans[k]?.from === from && spans[k].until === until)
      must(same, () => `${agentId} has other edges than the bridge has brought`)
    }
  }

  #know(agentId: string, known: Known): void {
    const byWord = known.byWord && whereAt(known.spans, known.asOf) === 'away'
    this.#known.set(agentId, { ...known, byWord })
  }
}

function isKept({ spans, byWord }: Known, time: number): boolean {
  const where = whereAt(spans, time)
  return where === 'leaving' || (where === 'away' && !byWord)
}
