import { type ForecastReason, limits, type PlannedEvent } from '../../core/index.ts'
import { bandsOf, type DayForecast, Forecaster, widened, withExtras } from '../../models/index.ts'
import { Arrivals, daysBefore, type Material } from './history.ts'
import type { LocalDays } from './local-day.ts'
import { MarkedDays } from './marked-days.ts'
import { PlannedContacts } from './planned.ts'

/** Days ahead of which forecasts have been compared with what came. */
const WEEK = 7

/** A day as it is expected with all that is known of it. */
export interface Ahead {
  readonly open: boolean
  /** As models have it: of days as they are. */
  readonly plain: DayForecast
  readonly forecast: DayForecast
  readonly because: readonly ForecastReason[]
}

/** A queue's days up to today, learned, and what its calendar and its planners say of them. */
export class Taught {
  readonly days: LocalDays
  readonly today: string
  readonly forecaster: Forecaster
  readonly planned: PlannedContacts
  /** The last day before today. */
  readonly lastDate: string | undefined
  readonly #marked: MarkedDays
  readonly #events: readonly PlannedEvent[]

  constructor(material: Material, today: string, days: LocalDays) {
    this.days = days
    this.today = today
    this.#marked = new MarkedDays(material, days)
    this.#events = material.planned
    this.forecaster = new Forecaster(days.size, { calendar: this.#marked.calendar })
    // What was planned is no part of what usually comes, whatever it was thought to bring.
    const apart = material.planned.map(({ from, until }) => ({ from, until, missing: false }))
    const incidents = [...material.incidents, ...apart]
    const arrivals = new Arrivals({ ...material, incidents }, days.day(today).from)
    const learned = daysBefore(today, arrivals, days)
    for (const day of learned) this.forecaster.learn(this.#marked.learned(day))
    this.lastDate = learned.at(-1)?.date
    this.planned = new PlannedContacts(today, days, this.#marked, this.forecaster)
  }

  /** Today or later; undefined: nothing has been learned. */
  ahead(date: string): Ahead | undefined {
    const plain = this.forecaster.forecast(date, this.today)
    return plain && this.#known(date, this.#farther(plain))
  }

  /** Where nothing has been learned, nobody is expected, and nothing is sure. */
  checked(date: string): Ahead {
    const { size } = this.days
    const nobody: DayForecast = {
      ...{ date, expected: new Array<number>(size).fill(0), model: 'unknown', asOf: '' },
      ...{ errors: [], bands: bandsOf(size, []) },
    }
    return this.ahead(date) ?? this.#known(date, nobody)
  }

  /** No forecast of so far ahead has been compared with what came. */
  #farther(plain: DayForecast): DayForecast {
    const week = this.days.dates(this.today, WEEK + 1)
    if (week.includes(plain.date)) return plain
    return { ...plain, model: 'unknown', errors: [], bands: widened(plain.bands) }
  }

  #known(date: string, plain: DayForecast): Ahead {
    const open = this.forecaster.isOpen(date)
    if (!open) return { open, plain, forecast: nobody(plain), because: this.#because(date, []) }
    const usual = this.#marked.masked(date, plain.expected)
    const { from, until } = this.days.day(date)
    const events = this.#events.filter((one) => one.from < until && one.until > from)
    const extras = events.map((event) => this.planned.extra(event, date, usual))
    const { bands } = plain
    const rates = withExtras({ expected: usual, variances: bands.variances }, extras)
    const brought = events.map(({ eventId, displayName }, at): ForecastReason => {
      const contacts = extras[at]?.contacts.reduce((sum, count) => sum + count, 0) ?? 0
      const name = displayName === '' ? eventId : displayName
      return { kind: 'plannedEvent', eventId, name, extraMilli: Math.round(contacts * 1_000) }
    })
    return {
      ...{ open, plain },
      forecast: {
        ...plain,
        expected: rates.expected,
        bands: { ...bands, variances: rates.variances },
      },
      because: this.#because(date, brought),
    }
  }

  #because(date: string, brought: readonly ForecastReason[]): readonly ForecastReason[] {
    const none = { eventId: '', name: '', extraMilli: 0 }
    const special = this.#marked.special(date)
    const { pay, closure } = this.forecaster.place(date, this.today)
    const reasons: ForecastReason[] = []
    if (special !== undefined) {
      const kind = special.hours.length === 0 ? 'holiday' : 'specialHours'
      reasons.push({ ...none, kind, name: special.name })
    }
    if (closure !== undefined) {
      const name = this.#marked.special(closure)?.name ?? ''
      reasons.push({ ...none, kind: 'afterHoliday', name })
    }
    if (pay !== undefined) {
      reasons.push({ ...none, kind: pay === 'on' ? 'payday' : 'afterPayday' })
    }
    return [...reasons, ...brought].slice(0, limits.reasons)
  }
}

const nobody = (plain: DayForecast): DayForecast => ({
  ...plain,
  expected: plain.expected.map(() => 0),
})
