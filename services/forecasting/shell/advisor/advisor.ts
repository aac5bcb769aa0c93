import type { Logger } from '@evenkeel/chassis/observe'
import type { Touched } from '@evenkeel/chassis/table'
import { durations, forecastView, queueKey } from '../../core/index.ts'
import type { ForecastingReplica } from '../calls.ts'
import { encodeCommand, type SubmittedCommand } from '../translate/codec.ts'
import { type Figures, figuresOf } from './figures.ts'
import { LocalDays } from './local-day.ts'
import { learnedSpan, materialOf, utcDay } from './material.ts'
import type { Answer, Learned, Question } from './questions.ts'
import { placeOf, workers } from './workers.ts'

/** Days forecast: today and a week. */
const DAYS = 8
/** Log time after a change beside what comes today: an import goes on for some time. */
const STALE_MS = 10_000
const deadlineMs = 10_000

/**
 * Has every queue of a partition learned once a day of its pool is over and when its past changes,
 * and the rest of today forecast anew as intervals close, while this replica leads. Driven by the
 * log's own time: no timer, and a day that is run fast is kept up with. What two leaders compute at
 * once is the same, and the second changes nothing.
 */
export function advise(replica: ForecastingReplica, logger: Logger): void {
  const advisor = new Advisor(replica, logger)
  replica.watch((touched, at) => advisor.heard(touched, at.time))
}

/** Tables of which a row, "<pool>/<its id>", changes what is learned or expected of its pool. */
const byPool: ReadonlySet<string> = new Set(['incidents', 'planned', 'calendars'])

/** How far a queue is seen to. */
interface Followed {
  readonly today: string
  /** Beginning of the first interval that was not over. */
  readonly until: number
  readonly forecast: boolean
  readonly hours: string
}

interface Asked {
  readonly pool: string
  readonly queueId: string
  readonly days: LocalDays
  readonly today: string
  readonly until: number
  /** By which calendar it is open, and whether that binds. */
  readonly hours: string
}

class Advisor {
  readonly #replica: ForecastingReplica
  readonly #logger: Logger
  readonly #figures: Figures
  readonly #followed = new Map<string, Followed>()
  /** Queues whose past has changed. */
  readonly #stale = new Set<string>()
  readonly #zones = new Map<string, LocalDays>()
  #nextLook = 0
  #looking = false

  constructor(replica: ForecastingReplica, logger: Logger) {
    this.#replica = replica
    this.#logger = logger
    this.#figures = figuresOf(replica)
  }

  heard(touched: readonly Touched[], time: number): void {
    for (const { table, id } of touched) {
      if (table === 'days' || table === 'imported') this.#dayChanged(id, time)
      else if (table === 'pools') this.#poolChanged(id, time)
      else if (byPool.has(table)) this.#poolChanged(id.slice(0, id.indexOf('/')), time)
    }
    if (time < this.#nextLook || this.#looking) return
    this.#nextLook = time - (time % durations.interval) + durations.interval + durations.closeAfter
    if (!this.#replica.stats().leading) {
      this.#followed.clear()
      return
    }
    this.#looking = true
    this.#look(time)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#looking = false))
  }

  /** `id`: "<pool>/<queue id>/<day>". Today's counts change all the time. */
  #dayChanged(id: string, time: number): void {
    const cut = id.lastIndexOf('/')
    if (Number(id.slice(cut + 1)) >= utcDay(time) - 1) return
    this.#stale.add(id.slice(0, cut))
    this.#nextLook = Math.min(this.#nextLook, time + STALE_MS)
  }

  #poolChanged(pool: string, time: number): void {
    for (const key of this.#followed.keys()) {
      if (!key.startsWith(`${pool}/`)) continue
      this.#stale.add(key)
      this.#nextLook = Math.min(this.#nextLook, time + STALE_MS)
    }
  }

  #failed(error: unknown): void {
    this.#figures.failed += 1
    this.#logger.warn('forecast.failed', { error })
  }

  /** As many at once as keep all threads busy. */
  async #look(time: number): Promise<void> {
    const { size } = workers()
    const lanes = Array.from({ length: 2 * size }, () => Promise.resolve())
    let turn = 0
    for (const asked of this.#due(time)) {
      const lane = turn++ % lanes.length
      await lanes[lane]
      lanes[lane] = this.#see(asked).catch((error: unknown) => {
        // Tried again with the next look.
        this.#followed.delete(queueKey(asked.pool, asked.queueId))
        this.#failed(error)
      })
    }
    await Promise.all(lanes)
    this.#figures.upToDateAt = time
    this.#figures.queues = [...this.#followed.values()].filter((one) => one.forecast).length
  }

  *#due(time: number): Iterable<Asked> {
    const pools = this.#replica.state.pools.inKeyOrder().map(({ id }) => id)
    for (const pool of pools) {
      const { timeZone, intervalMs, slot } = this.#replica.state.pools.must(pool)
      const days = this.#localDays(timeZone, intervalMs)
      const today = days.dateAt(time)
      const closed = time - durations.closeAfter
      const { intervals, until: end } = days.day(today)
      const until = intervals.find(({ from }) => from + intervalMs > closed)?.from ?? end
      for (const { queueId, hours } of this.#queuesOf(slot)) {
        const key = queueKey(pool, queueId)
        const known = this.#followed.get(key)
        if (known !== undefined && known.hours !== hours) this.#stale.add(key)
        const fresh = known?.today === today && known.until >= until && !this.#stale.has(key)
        if (!fresh) yield { pool, queueId, days, today, until, hours }
      }
    }
  }

  #queuesOf(pool: number): readonly Pick<Asked, 'queueId' | 'hours'>[] {
    const s = this.#replica.state
    const found: Pick<Asked, 'queueId' | 'hours'>[] = []
    for (let slot = s.queuesOfPool.first(pool); slot >= 0; slot = s.queuesOfPool.next(slot)) {
      const { queueId, calendarId, takesWhileClosed } = s.queues.at(slot)
      found.push({ queueId, hours: `${calendarId} ${takesWhileClosed}` })
    }
    return found
  }

  #localDays(zone: string, intervalMs: number): LocalDays {
    const key = `${zone} ${intervalMs}`
    const known = this.#zones.get(key) ?? new LocalDays(zone, intervalMs)
    this.#zones.set(key, known)
    return known
  }

  async #see(asked: Asked): Promise<void> {
    const { pool, queueId, days, today, until, hours } = asked
    const key = queueKey(pool, queueId)
    const known = this.#followed.get(key)
    let forecast = known?.forecast ?? false
    if (known?.today !== today || this.#stale.has(key)) {
      this.#stale.delete(key)
      forecast = await this.#learn(asked)
    }
    if (forecast && until > days.day(today).from) await this.#update(asked, true)
    this.#followed.set(key, { today, until, forecast, hours })
  }

  /** Whether there is a forecast of it. */
  async #learn(asked: Asked): Promise<boolean> {
    const { pool, queueId, days, today } = asked
    const span = learnedSpan(days.day(today))
    const material = await materialOf(this.#replica, { pool, queueId, ...span })
    if (material?.first === undefined) return false
    const question = { ...this.#subject(asked), kind: 'learn', days: DAYS, material } as const
    const answer = await this.#ask(asked, question)
    if (answer.kind !== 'learned') return false
    this.#count(answer, today)
    const { forecasts, backtest } = answer
    await this.#submit({ kind: 'publishForecasts', pool, queueId, forecasts, backtest })
    return true
  }

  #count({ ms, yesterday }: Learned, today: string): void {
    const figures = this.#figures
    if (today > figures.today) Object.assign(figures, { today, off: 0, came: 0 })
    figures.fits += 1
    figures.fitMs += ms
    figures.off += yesterday?.off ?? 0
    figures.came += yesterday?.came ?? 0
  }

  async #update(asked: Asked, again: boolean): Promise<void> {
    const { pool, queueId, days, today, until } = asked
    const day = days.day(today)
    const span = { from: utcDay(day.from) - 1, to: utcDay(until) }
    const material = await materialOf(this.#replica, { pool, queueId, ...span })
    if (material === undefined) return
    // Also where nobody has come yet: that is known.
    const own = { ...material, first: span.from }
    const question = { ...this.#subject(asked), kind: 'update', until, material: own } as const
    const answer = await this.#ask(asked, question)
    if (answer.kind === 'unlearned' && again && (await this.#learn(asked))) {
      return this.#update(asked, false)
    }
    if (answer.kind !== 'updated') return
    this.#figures.updates += 1
    this.#figures.updateMs += answer.ms
    const row = this.#replica.state.forecasts.get(`${queueKey(pool, queueId)}/${today}`)
    if (row === undefined) return
    const ahead = forecastView(this.#replica.state, row, true)
    const { curve, intervalsSeen } = answer
    await this.#submit({ kind: 'reforecast', forecast: { ...ahead, ...curve, intervalsSeen } })
    const { assessments, ...thresholds } = answer.drift
    const told = this.#replica.state.drifts.get(queueKey(pool, queueId))
    const news = assessments.filter((one) => told?.date !== today || one.until > told.assessedUntil)
    if (news.length === 0) return
    const whose = { pool, queueId, date: today, dayUntil: day.until }
    await this.#submit({ kind: 'assessDrift', ...whose, ...thresholds, assessments: news })
  }

  #subject({ pool, queueId, days, today }: Asked) {
    return { pool, queueId, zone: days.zone, intervalMs: days.intervalMs, today }
  }

  #ask(asked: Asked, question: Question): Promise<Answer> {
    return workers().ask(placeOf(queueKey(asked.pool, asked.queueId)), question)
  }

  #submit(command: SubmittedCommand): Promise<void> {
    return this.#replica.submit(encodeCommand(command), { deadlineMs }, () => undefined)
  }
}
