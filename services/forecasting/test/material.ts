import { type Counts, DayCounts, durations, noCounts } from '../core/index.ts'
import { type Day, dayNumber } from '../models/index.ts'
import { type Material, packedUp } from '../shell/advisor/history.ts'

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
  const counted = packedUp(
    days.map(({ date }) => dayNumber(date)),
    parts.map((part) => part.packed()),
  )
  return {
    first: counted.days[0],
    counted,
    imported: packedUp([], []),
    since: dayNumber(days[0]?.date ?? '') * durations.day,
    incidents: [],
    hours: undefined,
    takesWhileClosed: false,
    paydays: [],
    planned: [],
    ...changes,
  }
}
