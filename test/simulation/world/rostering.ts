import { Activity, Shift, type ShiftActivity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { agentOf, type SkillsState } from '@evenkeel/skills/core'
import { Chance } from '../chance.ts'
import type { Process } from '../host.ts'
import { guardsMs } from './guarding.ts'
import { type Plan, pool, stamp } from './plan.ts'
import { etagOf, SkillsCalls } from './skills-calls.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x0c4003

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const shiftIds = ['early', 'late', 'extra'] as const

const absences = [
  Activity.ACTIVITY_BREAK,
  Activity.ACTIVITY_MEAL,
  Activity.ACTIVITY_MEETING,
  Activity.ACTIVITY_TRAINING,
  Activity.ACTIVITY_OFF,
] as const

const dayHours = [24, 24, 23, 25] as const

type Span = readonly [from: number, until: number]

/**
 * Who plans the day, and plans it anew while it is lived: shifts whose breaks and ends come within
 * the minutes of a seed. With a generator of its own: a seed without rosters is what it was.
 */
export class Rostering {
  readonly #calls: SkillsCalls
  readonly #chance: Chance
  readonly #often: number
  /** Nobody knows a shift of the others. */
  readonly #rostered: readonly string[]

  constructor(options: {
    readonly processes: () => Process<SkillsState>[]
    readonly plan: Plan
    readonly broken: (sentence: string) => void
  }) {
    const chance = new Chance(options.plan.seed ^ salt)
    this.#chance = chance
    this.#often = chance.pick([0, 0, 0, 0.05, 0.2])
    this.#rostered = chance.some(options.plan.agentIds, 0.6)
    this.#calls = new SkillsCalls({ ...options, chance })
  }

  /** What somebody plans in this step, if anybody does. */
  act(now: number): void {
    const chance = this.#chance
    if (!chance.happens(this.#often) || this.#calls.busy) return
    const agentId = chance.any(this.#rostered)
    const state = this.#calls.state()
    if (agentId === undefined || state === undefined) return
    if (agentOf(state, pool, agentId) === undefined) return
    const deed = chance.pick(['put', 'put', 'put', 'remove', 'replace', 'import', 'crowd'])
    const say = this.#calls.say.bind(this.#calls)
    const done = () => {}
    if (deed === 'put') {
      return say({ $case: 'putShift', value: { shift: this.#put(state, agentId, now) } }, done)
    }
    if (deed === 'remove') {
      const value = { pool, agentId, shiftId: this.#known(state, agentId), etag: '' }
      return say({ $case: 'removeShift', value }, done)
    }
    if (deed === 'replace') {
      return say({ $case: 'replaceShifts', value: { pool, ...this.#day(agentId, now) } }, done)
    }
    if (deed === 'crowd') {
      return say({ $case: 'replaceShifts', value: { pool, ...this.#crowd(agentId, now) } }, done)
    }
    // Midnight is about now; days on which the clocks are changed have an hour more or less.
    const midnight = now + chance.int(-60, 60) * second
    const [before, after] = [chance.pick(dayHours) * hour, chance.pick(dayHours) * hour]
    const days = chance
      .some(this.#rostered, 0.5)
      .slice(0, 6)
      .flatMap((id, k) => [
        { agentId: id, line: 2 * k + 2, from: midnight - before, until: midnight },
        { agentId: id, line: 2 * k + 3, from: midnight, until: midnight + after },
      ])
      .map(({ line, from, until, ...day }) => ({
        ...this.#day(day.agentId, now, from, until),
        line,
        givesWayUntil: stamp(until + 24 * hour),
      }))
    if (days.length > 0) say({ $case: 'shiftImportSlice', value: { pool, days } }, done)
  }

  /** One that there is, mostly with its etag, or another one, which may overlap what there is. */
  #put(state: SkillsState, agentId: string, now: number): Shift {
    const chance = this.#chance
    const shiftId = chance.happens(0.6) ? this.#known(state, agentId) : chance.pick(shiftIds)
    const row = state.shifts.get(`${agentId}/${shiftId}`)
    const etag = row === undefined || chance.happens(0.1) ? '' : etagOf(row.changed)
    return { ...this.#shift(agentId, shiftId, now), etag }
  }

  #known(state: SkillsState, agentId: string): string {
    const chance = this.#chance
    const known = shiftIds.filter((id) => state.shifts.get(`${agentId}/${id}`) !== undefined)
    return chance.any(known) ?? chance.pick(shiftIds)
  }

  /** What begins within the span, up to two of it. */
  #day(agentId: string, now: number, from = now - 2 * hour, until = now + 2 * hour) {
    const chance = this.#chance
    const shifts = chance
      .some(shiftIds, 0.4)
      .map((shiftId) => this.#shift(agentId, shiftId, now))
      .filter((shift) => isWithin(shift, from, until) || chance.happens(0.1))
    return { agentId, from: stamp(from), until: stamp(until), shifts }
  }

  /** Two shifts of more breaks than can be told at once: the first is nearly over. */
  #crowd(agentId: string, now: number) {
    const middle = now + 5 * minute
    const spans = [
      ['early', [now - hour, middle]],
      ['late', [middle, now + 4 * hour]],
    ] as const
    const shifts = spans.map(([shiftId, span]) => {
      const activities = this.#breaks(Math.max(now, span[0]), span, 20)
      return { ...this.#shift(agentId, shiftId, now, span), activities }
    })
    return { agentId, from: stamp(now - 12 * hour), until: stamp(now + 12 * hour), shifts }
  }

  #shift(agentId: string, shiftId: string, now: number, span = this.#span(now)): Shift {
    const [from, until] = span
    const breaks = this.#chance.int(1, 3)
    const begins = now + this.#chance.pick(guardsMs) + this.#chance.int(-10, 60) * second
    const activities = this.#chance.happens(0.6) ? this.#breaks(begins, span, breaks) : []
    return Shift.fromPartial({
      pool,
      agentId,
      shiftId,
      from: stamp(from),
      until: stamp(until),
      activities,
    })
  }

  /** Ends in the middle of things, begins so, goes on, is over, or is to come tomorrow. */
  #span(now: number): Span {
    const chance = this.#chance
    const soon = now + chance.int(-5 * second, 60 * second)
    const kind = chance.pick(['guarded', 'guarded', 'ends', 'begins', 'on', 'over', 'tomorrow'])
    if (kind === 'guarded') return [soon - hour, soon + chance.pick(guardsMs)]
    if (kind === 'ends') return [soon - hour, soon]
    if (kind === 'begins') return [soon, soon + hour]
    if (kind === 'over') return [now - 2 * hour, now - chance.int(second, hour)]
    if (kind === 'tomorrow') return [now + 20 * hour, now + chance.int(21, 44) * hour]
    return [now - hour, now + 2 * hour]
  }

  /** In their order, so short that edges are passed all the time. */
  #breaks(begins: number, [from, until]: Span, most: number): ShiftActivity[] {
    const chance = this.#chance
    const found: ShiftActivity[] = []
    let at = begins
    for (let left = most; left > 0; left--) {
      const ends = at + chance.int(3, 20) * second
      if (at >= from && ends <= until) {
        const activity = chance.pick(absences)
        found.push({ activity, from: stamp(at), until: stamp(ends), channels: [] })
      }
      at = ends + (most <= 3 && chance.happens(0.3) ? 0 : chance.int(30, 45) * second)
    }
    return found
  }
}

const isWithin = (shift: Shift, from: number, until: number): boolean => {
  const { seconds = 0, nanos = 0 } = shift.from ?? {}
  const begins = seconds * second + nanos / 1_000_000
  return begins >= from && begins < until
}
