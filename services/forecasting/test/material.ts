import { type Counts, DayCounts, durations, noCounts } from '../core/index.ts'
import { type Day, dayNumber } from '../models/index.ts'
import type { Material } from '../shell/advisor/history.ts'

/** A history in UTC as a worker gets it, its counts spread from `firstMinute` of each day on. */
export function materialOf(
  days: readonly Day[],
  grid: { readonly intervalMinutes: number; readonly firstMinute: number },
  changes: Partial<Material> = {},
): Material {
  const every = (grid.intervalMinutes * 60_000) / durations.interval
  const first = (grid.firstMinute * 60_000) / durations.interval
  const parts = days.map(({ counts }) =>
    counts.reduce((packed: DayCounts, count, at) => {
      if (count === undefined || count === 0) return packed
      const some: Counts = { ...noCounts, arrivals: count, unique: count }
      return packed.plus(first + at * every, some)
    }, DayCounts.of(new Uint8Array())),
  )
  const bytes = parts.map((part) => part.packed())
  const whole = new Uint8Array(Buffer.concat(bytes))
  let end = 0
  const counted = {
    days: Int32Array.from(days, ({ date }) => dayNumber(date)),
    ends: Int32Array.from(bytes, (part) => (end += part.length)),
    bytes: whole,
  }
  return {
    first: counted.days[0],
    counted,
    imported: { days: new Int32Array(), ends: new Int32Array(), bytes: new Uint8Array() },
    since: dayNumber(days[0]?.date ?? '') * durations.day,
    incidents: [],
    hours: undefined,
    takesWhileClosed: false,
    paydays: [],
    planned: [],
    ...changes,
  }
}
