import { type PlannedEvent } from '../../core/index.ts'
import { type Extra, type Forecaster, sdOf } from '../../models/index.ts'
import type { LocalDay, LocalDays } from './local-day.ts'
import type { MarkedDays } from './marked-days.ts'

/** Contacts that an event brings to a day, by the clock on the wall. */
export interface Brought {
  readonly contacts: readonly number[]
  /** Intervals of the day in which the queue is closed, by the clock on the wall. */
  readonly closed: readonly boolean[]
}

/**
 * What planned events bring to days of a queue. Contacts are spread over an event's time as
 * contacts usually are over days and hours; on a day on which nobody comes since the queue is
 * closed, as they would be on an open one: whoever gets a letter doesn't know.
 */
export class PlannedContacts {
  readonly #days: LocalDays
  readonly #marked: MarkedDays
  readonly #forecaster: Forecaster
  /**
   * By weekdays of a week, from `#first` on: contacts by the clock on the wall, or, where nothing
   * has been learned, its hours.
   */
  readonly #week: readonly (readonly number[])[]
  readonly #first: string

  constructor(today: string, days: LocalDays, marked: MarkedDays, forecaster: Forecaster) {
    this.#days = days
    this.#marked = marked
    this.#forecaster = forecaster
    this.#first = today
    const week = days.dates(today, 7).map((date) => this.#usual(date))
    const open = week.flatMap((one) => (one === undefined ? [] : [one]))
    const mean = Array.from({ length: days.size }, (_, at) =>
      open.length === 0 ? 1 : open.reduce((sum, one) => sum + (one[at] ?? 0), 0) / open.length,
    )
    this.#week = week.map((one) => one ?? mean)
  }

  #usual(date: string): readonly number[] | undefined {
    if (!this.#forecaster.isOpen(date)) return undefined
    const learned = this.#forecaster.forecast(date, this.#first)?.expected
    if (learned !== undefined) return learned
    const day = this.#days.day(date)
    const open = this.#marked.open(day)
    if (open === undefined || !open.includes(true)) return undefined
    const hours = new Array<number>(this.#days.size).fill(0)
    day.intervals.forEach(({ wall }, at) => (hours[wall] = open[at] === true ? 1 : 0))
    return hours
  }

  /** Dates that an event falls on. */
  dates({ from, until }: PlannedEvent): readonly string[] {
    const dates: string[] = []
    const last = this.#days.dateAt(until - 1)
    for (let date = this.#days.dateAt(from); date <= last; ) {
      dates.push(date)
      date = this.#days.dates(date, 2)[1] ?? ''
    }
    return dates
  }

  /** `expected`: what comes anyway on that date. */
  brought(event: PlannedEvent, date: string, expected: readonly number[]): Brought {
    const day = this.#days.day(date)
    const closed = this.#closed(day)
    const part = this.#part(event, day)
    if (event.extraContacts === 0) {
      const more = event.factorMilli / 1_000 - 1
      const anyway = this.#forecaster.isOpen(date) ? expected : this.#shape(date)
      return { closed, contacts: anyway.map((count, at) => more * count * (part[at] ?? 0)) }
    }
    const whole = this.#weightOf(event)
    const shape = whole.shaped ? this.#shape(date) : undefined
    const contacts = part.map(
      (share, at) => (event.extraContacts * share * (shape?.[at] ?? 1)) / whole.weight,
    )
    return { closed, contacts }
  }

  /** As a model takes it; nobody comes on a day that is closed. */
  extra(event: PlannedEvent, date: string, expected: readonly number[]): Extra {
    const { contacts } = this.brought(event, date, expected)
    const sd = sdOf(event.uncertaintyBp / 10_000)
    return { contacts: this.#marked.masked(date, contacts), sd }
  }

  /** Of all its days, by usual contacts; by its time alone, where none are usual. */
  #weightOf(event: PlannedEvent): { readonly weight: number; readonly shaped: boolean } {
    let [shaped, plain] = [0, 0]
    for (const date of this.dates(event)) {
      const shape = this.#shape(date)
      this.#part(event, this.#days.day(date)).forEach((share, at) => {
        shaped += share * (shape[at] ?? 0)
        plain += share
      })
    }
    return shaped > 0 ? { weight: shaped, shaped: true } : { weight: plain, shaped: false }
  }

  #shape(date: string): readonly number[] {
    const days = Math.round((Date.parse(date) - Date.parse(this.#first)) / 86_400_000)
    return this.#week[((days % 7) + 7) % 7] ?? []
  }

  /** Of each interval, the share that lies in the event's time. */
  #part({ from, until }: PlannedEvent, { intervals }: LocalDay): readonly number[] {
    const part = new Array<number>(this.#days.size).fill(0)
    const { intervalMs } = this.#days
    for (const one of intervals) {
      const over = Math.min(until, one.from + intervalMs) - Math.max(from, one.from)
      part[one.wall] = Math.max(part[one.wall] ?? 0, over / intervalMs, 0)
    }
    return part
  }

  #closed(day: LocalDay): readonly boolean[] {
    const shut = !this.#forecaster.isOpen(day.date)
    const open = this.#marked.open(day)
    const closed = new Array<boolean>(this.#days.size).fill(shut)
    if (open === undefined) return closed
    day.intervals.forEach(({ wall }, at) => (closed[wall] = open[at] !== true))
    return closed
  }
}
