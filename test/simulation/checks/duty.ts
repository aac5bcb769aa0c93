import type { WorkItem } from '@evenkeel/chassis/protocol'
import type { ChangeRoster, Command, DutySpan, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** Before a break or the end of a shift; of a queue that says nothing (API). */
export const usualGuardMs = 5 * 60_000

/** What the bridge has brought of an agent's shifts, and as of when routing has acted on it. */
interface Known {
  readonly spans: readonly DutySpan[]
  /** Spans are judged as they were then: an edge counts from the tick that passes it. */
  asOf: number
  /** Away, and has said "ready" since. */
  byWord: boolean
}

/** As the work list has it. */
const reviewOfGuards = 'guards'

type Where = 'there' | 'leaving' | 'away'

function whereAt(spans: readonly DutySpan[], time: number, guardMs = usualGuardMs): Where {
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
  /** Of the guard times that contacts have: within it nobody gives anything. */
  #shortestMs = usualGuardMs
  /** Nobody knows by which guard times everybody is judged. */
  uncertain = false
  /** Edges that were passed, and those of them in the middle of work. */
  readonly edges = { passed: 0, atWork: 0 }

  /** A guard time has come that no queue had: who is kept by it is seen agent by agent. */
  reviewing(work: readonly WorkItem[]): void {
    if (work.some(({ kind }) => kind === reviewOfGuards)) this.uncertain = true
  }

  reviewed({ kind }: WorkItem, over: boolean, time: number): void {
    if (kind !== reviewOfGuards || !over) return
    this.uncertain = false
    for (const [agentId, known] of this.#known) this.#know(agentId, { ...known, asOf: time })
  }

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
    if (known === undefined) return
    const { asOf, spans } = known
    // Before anybody has acted on the edge there is nothing to come back from.
    const kept = whereAt(spans, asOf, this.#shortestMs) !== 'there'
    if (kept && whereAt(spans, time) === 'away') {
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
    const guardsMs = [...state.requestClasses.slots()].map(
      (slot) => state.requestClasses.at(slot).guardMs,
    )
    this.#shortestMs = guardsMs.length === 0 ? usualGuardMs : Math.min(...guardsMs)
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

  /** From contacts of this guard time. */
  keeps(agentId: string, guardMs: number): boolean {
    const known = this.#known.get(agentId)
    return known !== undefined && isKept(known, known.asOf, guardMs)
  }

  /** In the middle of a tick an edge that has come may have been passed or not. */
  mustBeFree(
    agentId: string,
    { guardMs, id }: { readonly guardMs: number; readonly id: string },
    time: number,
  ): void {
    const known = this.#known.get(agentId)
    if (known === undefined || this.uncertain) return
    const kept = isKept(known, known.asOf, guardMs) && isKept(known, time, guardMs)
    must(!kept, () => `${id} is offered to ${agentId}, who is away by the roster, or soon`)
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

function isKept({ spans, byWord }: Known, time: number, guardMs: number): boolean {
  const where = whereAt(spans, time, guardMs)
  return where === 'leaving' || (where === 'away' && !byWord)
}
