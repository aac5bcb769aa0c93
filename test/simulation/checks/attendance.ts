import {
  type Adherence,
  adherenceOfTeams,
  type DutySpan,
  idOf,
  poolAdherence,
  type Presence,
  type RoutingState,
} from '@evenkeel/routing/core'
import { must } from '../failure.ts'

const isThere = (presence: Presence): boolean => presence === 'ready' || presence === 'draining'

const overlapMs = (spans: readonly DutySpan[], from: number, until: number): number =>
  spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.until, until) - Math.max(span.from, from)),
    0,
  )

/** Who keeps to the roster, and for how long, added up from record to record. */
export class Attendance {
  /** Of whom the bridge has brought a roster. */
  readonly #spans = new Map<string, readonly DutySpan[]>()
  readonly #lastThere = new Map<string, number>()
  #rosteredMs = 0
  #adheredMs = 0
  #beyondMs = 0
  #asOf = 0

  /** Something is about to be decided: until `time` all was as it has been left. */
  before(state: RoutingState, time: number): void {
    const here = new Set<string>()
    for (const slot of state.agents.slots()) {
      const { id, presence } = state.agents.at(slot)
      const agentId = idOf(id)
      here.add(agentId)
      const spans = this.#spans.get(agentId)
      const rosteredMs = overlapMs(spans ?? [], this.#asOf, time)
      this.#rosteredMs += rosteredMs
      if (!isThere(presence) || time === this.#asOf) continue
      this.#lastThere.set(agentId, time)
      this.#adheredMs += rosteredMs
      if (spans) this.#beyondMs += time - this.#asOf - rosteredMs
    }
    for (const agentId of this.#lastThere.keys()) {
      if (!here.has(agentId)) this.#lastThere.delete(agentId)
    }
    this.#asOf = time
  }

  changed(agentId: string, spans: readonly DutySpan[]): void {
    if (spans.length === 0) this.#spans.delete(agentId)
    else this.#spans.set(agentId, spans)
  }

  removed(agentId: string): void {
    this.#spans.delete(agentId)
  }

  /** All edges up to `time` have been passed. */
  passed(state: RoutingState, time: number): void {
    const pool = state.pools.get('p')
    if (pool === undefined) return
    for (const [agentId, spans] of this.#spans) {
      const row = state.agents.get(`p/${agentId}`)
      if (row === undefined) continue
      const right = this.#adherenceOf(agentId, spans, isThere(row.presence), time)
      const is = row.adherence
      must(is === right, () => `${agentId} is ${is} to the roster, not ${right}`)
    }
    const all = { from: 0, until: Number.POSITIVE_INFINITY }
    const told = poolAdherence(adherenceOfTeams(state, pool.slot, all, time))
    const [is, right] = [
      [told.rosteredMs, told.adheredMs, told.beyondMs].join(),
      [this.#rosteredMs, this.#adheredMs, this.#beyondMs].join(),
    ]
    must(is === right, () => `rostered, there and beyond it: ${is} ms, not ${right}`)
  }

  #adherenceOf(
    agentId: string,
    spans: readonly DutySpan[],
    there: boolean,
    time: number,
  ): Adherence {
    const span = spans.find(({ from, until }) => from <= time && time < until)
    if (span === undefined) return there ? 'onThoughOff' : 'offDuty'
    if (there) return 'onDuty'
    return (this.#lastThere.get(agentId) ?? 0) > span.from ? 'away' : 'lateIn'
  }
}
