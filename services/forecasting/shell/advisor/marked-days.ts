import { daysAfter, type OpenSpan, openSpans } from '@evenkeel/chassis/zones'
import type { CalendarRule } from '../../core/index.ts'
import type { Calendar, Day } from '../../models/index.ts'
import type { Material } from './history.ts'
import type { LocalDay, LocalDays } from './local-day.ts'

/**
 * What a queue's calendar says of days. A date of its own zone is taken for the same date of the
 * pool's; its hours are instants.
 */
export class MarkedDays {
  readonly #rule: CalendarRule | undefined
  readonly #days: LocalDays
  readonly #special: ReadonlyMap<string, CalendarRule['special'][number]>
  /** Dates on which nobody who comes is counted outside of the hours. */
  readonly #binding: boolean
  readonly calendar: Calendar

  constructor({ hours, takesWhileClosed, paydays }: Material, days: LocalDays) {
    this.#rule = hours
    this.#days = days
    this.#binding = !takesWhileClosed
    const special = hours?.special ?? []
    this.#special = new Map(special.map((one) => [one.date, one]))
    const binding = this.#binding ? special : []
    const dates = (closed: boolean): ReadonlySet<string> =>
      new Set(binding.filter((one) => (one.hours.length === 0) === closed).map(({ date }) => date))
    this.calendar = { closed: dates(true), opened: dates(false), paydays }
  }

  special(date: string): CalendarRule['special'][number] | undefined {
    return this.#special.get(date)
  }

  /** Of a day with hours of its own, what lies outside of them says nothing of other days. */
  learned(day: Day): Day {
    const outside = this.#outside(day.date)
    if (outside === undefined) return day
    return { ...day, counts: day.counts.map((count, at) => (outside[at] ? undefined : count)) }
  }

  /** Of a day with hours of its own, nobody comes outside of them. */
  masked(date: string, expected: readonly number[]): readonly number[] {
    const outside = this.#outside(date)
    return outside === undefined ? expected : expected.map((count, at) => (outside[at] ? 0 : count))
  }

  /** By the intervals of a day, whether it is open in them; undefined: nobody says so. */
  open(day: LocalDay): readonly boolean[] | undefined {
    const rule = this.#rule
    if (rule === undefined || !isKnown(rule, day.date)) return undefined
    const spans = openSpans(rule, daysAfter(day.date, -1), daysAfter(day.date, 2))
    return day.intervals.map(({ from }) => overlaps(spans, from, from + this.#days.intervalMs))
  }

  /** By the clock on the wall; undefined: it has no hours of its own. */
  #outside(date: string): readonly boolean[] | undefined {
    if (!this.#binding || (this.special(date)?.hours.length ?? 0) === 0) return undefined
    const day = this.#days.day(date)
    const open = this.open(day)
    const outside = new Array<boolean>(this.#days.size).fill(true)
    day.intervals.forEach(({ wall }, at) => {
      if (open?.[at] === true) outside[wall] = false
    })
    return outside
  }
}

const overlaps = (spans: readonly OpenSpan[], from: number, until: number): boolean =>
  spans.some(({ opensAt, closesAt }) => opensAt < until && closesAt > from)

/** One of special days alone says nothing of what comes after the last of them. */
function isKnown({ weekly, special }: CalendarRule, date: string): boolean {
  return weekly.length > 0 || special.some((one) => one.date >= date)
}
