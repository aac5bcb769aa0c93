import type { RoutingState } from '@evenkeel/routing/core'
import type { ReplaceShifts, Shift, SkillsCommand, SkillsEvent, Span } from '@evenkeel/skills/core'
import { must } from '../failure.ts'
import { refusedLines } from './training.ts'

const hour = 3_600_000
/** So far ahead everything is told, unless it is more than an event has room for (API: 24 spans). */
const toldAheadMs = 23 * hour
/** A shift has at most 21 spans on channel: what is cut off leaves no fewer than this. */
const fewestOfMany = 4

interface Roster {
  readonly shifts: Map<string, Shift>
  /** When the agent is on channel, counted from the shifts. */
  spans: readonly Span[]
  told: readonly Span[]
}

/**
 * Shifts as the commands make them, and that the world is told of them, judged instant by instant
 * without asking how the service keeps them.
 */
export class Shifts {
  readonly #rosters = new Map<string, Roster>()
  /** Of agents whose shifts were changed: how often. */
  changes = 0

  /** A command was accepted. `ref`: what it was answered. */
  accepted(command: SkillsCommand, ref: string): void {
    switch (command.kind) {
      case 'putShift': {
        const { shift } = command
        const { shifts } = this.#of(shift.agentId)
        const other = [...shifts.values()].find(
          (one) => one.shiftId !== shift.shiftId && meet(one, shift),
        )
        must(
          other === undefined,
          () => `${shift.agentId} has two shifts at a time: ${other?.shiftId}`,
        )
        shifts.set(shift.shiftId, shift)
        return this.#count(shift.agentId)
      }
      case 'removeShift': {
        const had = this.#of(command.agentId).shifts.delete(command.shiftId)
        must(had, () => `${command.shiftId} of ${command.agentId} was removed and never put`)
        return this.#count(command.agentId)
      }
      case 'replaceShifts':
        return this.#replaced(command)
      case 'importShifts': {
        const refused = refusedLines(ref)
        for (const day of command.days) if (!refused.has(day.line)) this.#replaced(day)
        return
      }
      default:
    }
  }

  #replaced(day: ReplaceShifts): void {
    const { shifts } = this.#of(day.agentId)
    for (const [shiftId, { from, until }] of shifts) {
      const own = from >= day.from && from < day.until
      const givesWay =
        from >= day.until &&
        from < (day.givesWayUntil ?? 0) &&
        day.shifts.some((shift) => meet(shift, { from, until }))
      if (own || givesWay) shifts.delete(shiftId)
    }
    for (const shift of day.shifts) shifts.set(shift.shiftId, shift)
    this.#count(day.agentId)
  }

  #count(agentId: string): void {
    this.changes += 1
    const roster = this.#of(agentId)
    roster.spans = onChannel([...roster.shifts.values()])
  }

  told(event: SkillsEvent): void {
    if (event.kind === 'profileRemoved') this.#rosters.delete(event.agentId)
    if (event.kind !== 'rosterChanged') return
    const roster = this.#of(event.agentId)
    const known = roster.shifts.size > 0
    must(
      event.rostered === known,
      () => `${event.agentId} has ${roster.shifts.size} shifts, is told`,
    )
    roster.told = event.spans
  }

  /**
   * What was told last is so, as far as it goes, and goes far enough. `due`: what was to be told by
   * now may be still to be, where all that had been is over since.
   */
  look(time: number, due: boolean): void {
    for (const [agentId, { spans, told }] of this.#rosters) {
      mustBeSo(agentId, told, spans, time, due)
    }
  }

  /** Once the bridge has nothing more to bring. */
  mustBeHeld(state: RoutingState, time: number): void {
    for (const [agentId, { spans }] of this.#rosters) {
      const row = state.agents.get(`p/${agentId}`)
      if (row !== undefined && !row.removed) mustBeSo(agentId, row.duty, spans, time)
    }
  }

  #of(agentId: string): Roster {
    const known = this.#rosters.get(agentId) ?? { shifts: new Map(), spans: [], told: [] }
    this.#rosters.set(agentId, known)
    return known
  }
}

const meet = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until

/** From edge to edge: on channel is whoever is in a shift and in none of its other activities. */
function onChannel(shifts: readonly Shift[]): readonly Span[] {
  const away = shifts.flatMap(({ activities }) =>
    activities.filter(({ activity }) => activity !== 'onChannel'),
  )
  const edges = [...shifts, ...away].flatMap(({ from, until }) => [from, until])
  const sorted = [...new Set(edges)].sort((a, b) => a - b)
  const found: Span[] = []
  for (const [k, from] of sorted.entries()) {
    const until = sorted[k + 1]
    const holds = (one: Span) => one.from <= from && from < one.until
    if (until === undefined || !shifts.some(holds) || away.some(holds)) continue
    const last = found.at(-1)
    if (last?.until === from) found[found.length - 1] = { from: last.from, until }
    else found.push({ from, until })
  }
  return found
}

function mustBeSo(
  agentId: string,
  told: readonly Span[],
  spans: readonly Span[],
  time: number,
  due = false,
): void {
  const toCome = (all: readonly Span[]) => all.filter(({ until }) => until > time)
  const [said, so] = [toCome(told), toCome(spans)]
  const cut = told.length >= fewestOfMany
  for (const [k, { from, until }] of said.entries()) {
    const real = so[k]
    const begun = real !== undefined && Math.max(from, time) === Math.max(real.from, time)
    const ends = until === real?.until || (cut && k === said.length - 1)
    must(begun && ends, () => {
      const is = real === undefined ? 'off' : `on from ${real.from} to ${real.until}`
      return `${agentId} is told to be on from ${from} to ${until}, and is ${is}`
    })
  }
  const next = so[said.length]
  const enough =
    next === undefined || next.from > time + toldAheadMs || (cut && (due || said.length > 0))
  must(enough, () => `nobody is told that ${agentId} is on from ${next?.from} to ${next?.until}`)
}
