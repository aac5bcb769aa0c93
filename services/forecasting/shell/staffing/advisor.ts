import type { Logger } from '@evenkeel/chassis/observe'
import { NONE, type Touched } from '@evenkeel/chassis/table'
import { type ForecastRow, type ForecastingState, forecastView } from '../../core/index.ts'
import type { ForecastingReplica } from '../calls.ts'
import { encodeCommand } from '../translate/codec.ts'
import { isAhead, staffingFor, thereOn } from './day.ts'

/** Log time after the first change of a pool's shifts, profiles or settings: more will follow. */
const SETTLES_MS = 30_000
/** Days of queues computed at a time, some milliseconds each; the others have their turn next. */
const AT_A_TIME = 16
const deadlineMs = 10_000

/**
 * Computes what days need when their forecasts are published and when shifts change, while this
 * replica leads. Driven by the log's own time. What two leaders compute at once is the same, and
 * the second changes nothing.
 */
export function keepStaffed(replica: ForecastingReplica, logger: Logger): void {
  const advisor = new StaffingAdvisor(replica, logger)
  replica.watch((touched, at) => advisor.heard(touched, at.time))
}

class StaffingAdvisor {
  readonly #replica: ForecastingReplica
  readonly #logger: Logger
  /** Keys of forecasts that are to be looked at. */
  readonly #forecasts = new Set<string>()
  /** Pools in which more than a forecast has changed, and when they are looked at. */
  readonly #pools = new Map<number, number>()
  #underWay = false

  constructor(replica: ForecastingReplica, logger: Logger) {
    this.#replica = replica
    this.#logger = logger
  }

  heard(touched: readonly Touched[], time: number): void {
    const s = this.#replica.state
    for (const { table, id, exists } of touched) {
      if (!exists) continue
      if (table === 'forecasts') this.#forecasts.add(id)
      else if (table === 'agents') this.#shifted(s.agents.get(id)?.pool, time)
      else if (table === 'pools') this.#shifted(s.pools.get(id)?.slot, time)
    }
    for (const [pool, due] of this.#pools) if (due <= time) this.#settled(s, pool)
    if (this.#forecasts.size === 0 || this.#underWay || !this.#replica.stats().leading) return
    this.#underWay = true
    // After the record that told it has been answered.
    setImmediate(() => {
      this.#compute().catch((error: unknown) => {
        this.#logger.warn('staffing was not computed', { error })
      })
    })
  }

  #shifted(pool: number | undefined, time: number): void {
    if (pool === undefined || pool === NONE || this.#pools.has(pool)) return
    this.#pools.set(pool, time + SETTLES_MS)
  }

  #settled(s: ForecastingState, pool: number): void {
    this.#pools.delete(pool)
    const { id } = s.pools.at(pool)
    for (const row of s.forecasts.inKeyOrder()) {
      if (row.key.startsWith(`${id}/`)) this.#forecasts.add(row.key)
    }
  }

  async #compute(): Promise<void> {
    try {
      const { time } = this.#replica.now()
      const rows = this.#taken(time)
      /** By pool and day. */
      const known = new Map<string, ReturnType<typeof thereOn>>()
      const commands = rows.map((row) => {
        const s = this.#replica.state
        const queue = s.queues.at(row.queue)
        const forecast = forecastView(s, row)
        const day = `${forecast.pool}/${forecast.date}/${forecast.intervalMs}`
        const there = known.get(day) ?? thereOn(s, queue, forecast)
        known.set(day, there)
        const staffing = staffingFor(s, queue, forecast, there(queue), time)
        return encodeCommand({ kind: 'publishStaffing', staffing })
      })
      await Promise.all(
        commands.map((command) => this.#replica.submit(command, { deadlineMs }, () => undefined)),
      )
    } finally {
      this.#underWay = false
    }
  }

  #taken(time: number): readonly ForecastRow[] {
    const taken: ForecastRow[] = []
    for (const key of this.#forecasts) {
      if (taken.length === AT_A_TIME) break
      this.#forecasts.delete(key)
      const row = this.#replica.state.forecasts.get(key)
      if (row !== undefined && isAhead(row, time)) taken.push(row)
    }
    return taken
  }
}
