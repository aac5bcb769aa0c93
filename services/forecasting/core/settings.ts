import { etagOf, etagRefusal, type Moment, type Outcome } from '@evenkeel/chassis/protocol'
import type { ForecastingEvent } from './events.ts'
import { poolRefusal } from './pool.ts'
import type { ForecastingState, PoolRow } from './state.ts'

/** How a pool's days are counted and forecast. */
export interface Settings {
  readonly pool: string
  readonly timeZone: string
  /** One of forecastIntervalsMs. */
  readonly intervalMs: number
  readonly shrinkageBp: number
  readonly patienceMs: number
  /** Days of the month, ascending; 31: the last. */
  readonly paydays: readonly number[]
  /** In a command: what the caller saw, '' for whatever it is. */
  readonly etag: string
}

export function putSettings(
  s: ForecastingState,
  settings: Settings,
  at: Moment,
): Outcome<ForecastingEvent> {
  const unknown = poolRefusal(s, settings.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.pools.must(settings.pool)
  const { timeZone, intervalMs, shrinkageBp, patienceMs, paydays } = settings
  const content = { timeZone, intervalMs, shrinkageBp, patienceMs, paydays }
  const now = settingsView(row)
  const same =
    now.timeZone === timeZone &&
    now.intervalMs === intervalMs &&
    now.shrinkageBp === shrinkageBp &&
    now.patienceMs === patienceMs &&
    now.paydays.join() === paydays.join()
  if (same) return { ok: true, events: [], ref: now.etag }
  const stale =
    settings.etag === '' ? undefined : etagRefusal('settings.etag', settings.etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const stored = settingsView(s.pools.update(row, { ...content, changed: at.offset }))
  return { ok: true, events: [{ kind: 'settingsChanged', settings: stored }], ref: stored.etag }
}

export const settingsView = (row: PoolRow): Settings => ({
  pool: row.id,
  timeZone: row.timeZone,
  intervalMs: row.intervalMs,
  shrinkageBp: row.shrinkageBp,
  patienceMs: row.patienceMs,
  paydays: row.paydays,
  etag: etagOf(row.changed),
})
