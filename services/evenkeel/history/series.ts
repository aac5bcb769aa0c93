import { type Day, type DayGrid, weekdayOf } from '@evenkeel/forecasting/models'
import { type Counted, HistoryRefused } from './counted.ts'

export interface Series {
  readonly grid: DayGrid
  /** Oldest first; days without any row are not among them. */
  readonly days: readonly Day[]
  /**
   * What was left out or taken otherwise than it stands there, for the person who named the
   * file.
   */
  readonly notes: readonly string[]
}

const DAY_MINUTES = 1_440
/** A weekday on which an interval has rows on fewer of its days is closed then. */
const OPEN_SHARE_MIN = 0.1
/** Fewer days of a weekday do not tell when it is open. */
const WEEKDAY_DAYS_MIN = 3

/**
 * Adds up `parts`, each of `partMinutes`, to intervals. An interval is known on a day when all of
 * its parts are; one that is whole on no day (the doors close within it) is left out of every day.
 * One that has rows on hardly any Friday is closed on Fridays: nobody comes, which is known.
 */
export function seriesOf(
  parts: readonly Counted[],
  partMinutes: number,
  intervalMinutes: number,
): Series {
  if (intervalMinutes % partMinutes !== 0 || DAY_MINUTES % intervalMinutes !== 0) {
    throw new HistoryRefused(
      'HISTORY_INTERVAL',
      `--interval ${intervalMinutes}m must be a multiple of the file's own ${partMinutes}m and divide a day`,
    )
  }
  const needed = intervalMinutes / partMinutes
  const slots = slotsByDate(parts, intervalMinutes)
  const whole = (slot: Slot | undefined): boolean => slot !== undefined && slot.parts >= needed
  // Before the first call of any day and after the last nobody is there.
  const used = new Set<number>()
  let wholes = 0
  for (const day of slots.values()) {
    for (const [at, slot] of day) {
      if (!whole(slot)) continue
      wholes += 1
      if (slot.count > 0) used.add(at)
    }
  }
  if (used.size === 0) {
    const empty = 'every count of the file is 0: nothing to forecast from'
    const cut = `no interval of ${intervalMinutes}m is whole on any day`
    throw new HistoryRefused('HISTORY_EMPTY', wholes > 0 ? empty : cut)
  }
  const [first, last] = [Math.min(...used), Math.max(...used)]
  const grid = {
    intervalMinutes,
    firstMinute: first * intervalMinutes,
    intervals: last - first + 1,
  }
  const closed = closedSlots(slots)
  const days = [...slots]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([date, day]): Day => ({
        date,
        counts: Array.from({ length: grid.intervals }, (_, at) => {
          const slot = day.get(first + at)
          if (slot !== undefined && whole(slot)) return slot.count
          return slot === undefined && closed(date, first + at) ? 0 : undefined
        }),
      }),
    )
  return { grid, days, notes: notesOf(days, slots, grid) }
}

interface Slot {
  readonly count: number
  readonly parts: number
}

function slotsByDate(
  parts: readonly Counted[],
  intervalMinutes: number,
): ReadonlyMap<string, ReadonlyMap<number, Slot>> {
  const slots = new Map<string, Map<number, Slot>>()
  for (const { date, minute, count } of parts) {
    const day = slots.get(date) ?? new Map<number, Slot>()
    slots.set(date, day)
    const at = Math.floor(minute / intervalMinutes)
    const slot = day.get(at) ?? { count: 0, parts: 0 }
    day.set(at, { count: slot.count + count, parts: slot.parts + 1 })
  }
  return slots
}

/** Whether a weekday has hardly ever rows in an interval. */
function closedSlots(
  slots: ReadonlyMap<string, ReadonlyMap<number, Slot>>,
): (date: string, at: number) => boolean {
  const days = new Array<number>(7).fill(0)
  const rows = new Map<string, number>()
  for (const [date, day] of slots) {
    const weekday = weekdayOf(date)
    days[weekday] = (days[weekday] ?? 0) + 1
    for (const at of day.keys()) {
      const key = `${weekday} ${at}`
      rows.set(key, (rows.get(key) ?? 0) + 1)
    }
  }
  return (date, at) => {
    const weekday = weekdayOf(date)
    const many = days[weekday] ?? 0
    return many >= WEEKDAY_DAYS_MIN && (rows.get(`${weekday} ${at}`) ?? 0) < OPEN_SHARE_MIN * many
  }
}

function notesOf(
  days: readonly Day[],
  slots: ReadonlyMap<string, ReadonlyMap<number, Slot>>,
  { intervalMinutes, firstMinute, intervals }: DayGrid,
): readonly string[] {
  const first = firstMinute / intervalMinutes
  const outside = new Set<number>()
  for (const day of slots.values()) {
    for (const [at, { count }] of day) {
      if (count > 0 && (at < first || at >= first + intervals)) outside.add(at)
    }
  }
  const notes = [...outside]
    .sort((a, b) => a - b)
    .map((at) => `the interval at ${clock(at * intervalMinutes)} is whole on no day: left out`)
  const incomplete = days.filter(({ counts }) => counts.some((count) => count === undefined))
  const [some] = incomplete
  if (some !== undefined) {
    const gaps = incomplete.reduce(
      (sum, { counts }) => sum + counts.filter((count) => count === undefined).length,
      0,
    )
    notes.push(
      `${gaps} intervals of ${incomplete.length} days are incomplete and teach nothing, first on ${some.date}`,
    )
  }
  return notes
}

export function clock(minute: number): string {
  const part = (value: number): string => String(value).padStart(2, '0')
  return `${part(Math.floor(minute / 60))}:${part(minute % 60)}`
}
