import { MINUTE } from './time.ts'

/** Local times for calendars, wherever the log's clock stands. */

export const minuteOfDay = (ms: number): number => Math.floor(ms / MINUTE) % 1440

export const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Where it is about noon, so that no story runs into midnight. */
export function noonZone(time: number): { timeZone: string; offsetMinutes: number } {
  const hours = 12 - Math.floor(minuteOfDay(time) / 60)
  const timeZone = hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
  return { timeZone, offsetMinutes: hours * 60 }
}
