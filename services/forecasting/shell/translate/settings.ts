import { duration, parse, refused } from '@evenkeel/chassis/errors'
import { checkZone } from '@evenkeel/chassis/zones'
import type * as wire from '@evenkeel/proto/evenkeel/forecasting/v1/settings_service'
import {
  durations,
  forecastIntervalsMs,
  limits,
  type Settings,
  usualSettings,
} from '../../core/index.ts'
import { poolIdOf } from './ids.ts'

export function settingsOf(field: string, value: wire.Settings | undefined): Settings {
  const s = parse.message(field, value)
  const timeZone = parse.text(`${field}.time_zone`, s.timeZone, limits.timeZoneBytes)
  if (timeZone !== '') checkZone(`${field}.time_zone`, timeZone)
  const { patienceMin, patienceMax } = durations
  return {
    pool: poolIdOf(`${field}.pool`, s.pool),
    timeZone: timeZone === '' ? usualSettings.timeZone : timeZone,
    intervalMs: oneOfMs(`${field}.interval`, s.interval, forecastIntervalsMs),
    shrinkageBp: parse.integer(`${field}.shrinkage_bp`, s.shrinkageBp, 0, limits.shrinkageBpMax),
    patienceMs: parse.durationMs(
      ...([`${field}.patience`, s.patience, patienceMin, patienceMax] as const),
      usualSettings.patienceMs,
    ),
    paydays: paydaysOf(`${field}.paydays`, s.paydays),
    etag: parse.text(`${field}.etag`, s.etag, limits.etagBytes),
  }
}

function paydaysOf(field: string, days: readonly number[]): readonly number[] {
  const parsed = parse.list(field, days, limits.paydays, (name, day) =>
    parse.integer(name, day, 1, 31),
  )
  return parse.unique(field, parsed, String).toSorted((a, b) => a - b)
}

function oneOfMs(
  field: string,
  value: wire.Settings['interval'],
  allowed: readonly number[],
): number {
  const ms = parse.durationMs(field, value, 0, durations.day, usualSettings.intervalMs)
  if (allowed.includes(ms)) return ms
  const minutes = allowed.map((one) => one / 60_000).join(', ')
  throw refused('FIELD_OUT_OF_RANGE', field, `${minutes} minutes`, ms / 60_000)
}

export const settingsWire = (s: Settings): wire.Settings => ({
  pool: s.pool,
  timeZone: s.timeZone,
  interval: duration(s.intervalMs),
  shrinkageBp: s.shrinkageBp,
  patience: duration(s.patienceMs),
  paydays: [...s.paydays],
  etag: s.etag,
})
