import type { Requirement } from '../words.ts'

import type { CallingHours } from '../callback/words.ts'

/** Figures as people say them. */

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

export const many = (count: number, one: string): string =>
  `${count} ${one}${count === 1 ? '' : 's'}`

/** Exact, in its two largest units: "1 hour 30 minutes"; what is smaller is left out. */
export function spanText(ms: number): string {
  if (ms < 1_000) return ms === 0 ? '0 seconds' : `${ms} ms`
  const parts: string[] = []
  let left = ms
  for (const [name, size] of units) {
    const count = Math.trunc(left / size)
    left -= count * size
    if (count > 0) parts.push(many(count, name))
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break
  }
  return parts.join(' ')
}

/** A wait, as roughly as anybody needs it: of what is long the seconds are left out. */
export function about(ms: number): string {
  if (ms < 90_000) return many(Math.max(1, Math.trunc(ms / 1_000)), 'second')
  const minutes = Math.trunc((ms + 30_000) / 60_000)
  return minutes < 90 ? many(minutes, 'minute') : spanText(minutes * 60_000)
}

/** Basis points as a percentage. */
export const shareText = (bp: number): string =>
  bp % 100 === 0 ? `${bp / 100}%` : `${Math.trunc(bp / 100)}.${String(bp % 100).padStart(2, '0')}%`

/** camelCase as words. */
export const wordText = (word: string): string =>
  word.replace(/[A-Z]/g, (letter) => ` ${String.fromCharCode(letter.charCodeAt(0) + 32)}`)

/** A minute of the day, as clocks show it. */
export const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** 1: Monday. */
export const weekdayText = (day: number): string => weekdayNames[day] ?? ''

const weekdayNames = ' Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

/** When customers may be called. */
export const callingText = ({ from, to, days, zone }: CallingHours): string =>
  `${clockText(from)}-${clockText(to)}` +
  (days.length === 7 ? '' : ` on ${days.map((day) => weekdays[day]).join(', ')}`) +
  (zone === '' ? '' : `, where nothing else is known in ${zone}`)

const floorText = ({ skillId, minimumLevel, fullyQualified }: Requirement): string =>
  `${skillId} from level ${minimumLevel}${fullyQualified ? ', not on trial' : ''}`

export function floorsText(value: unknown): string {
  const floors: readonly Requirement[] = Array.isArray(value) ? value : []
  if (floors.length === 0) return 'none'
  return floors.map(floorText).join(', ')
}
