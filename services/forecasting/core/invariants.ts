import type { Moment } from '@evenkeel/chassis/protocol'
import { DayCounts, type Counts } from './counts/day.ts'
import { ImportedDay } from './history/imported-day.ts'
import { INTERVALS } from './limits.ts'
import type { ForecastingState } from './state.ts'

/** What must hold after every command; a sentence for each that does not. */
export function invariants(s: ForecastingState, _at: Moment, full: boolean): readonly string[] {
  const slots = full ? s.days.slots() : touched(s)
  const broken: string[] = []
  for (const slot of slots) {
    const { key, counts } = s.days.at(slot)
    const day = DayCounts.of(counts)
    for (let interval = 0; interval < INTERVALS; interval++) {
      const fault = faultOf(day.at(interval))
      if (fault !== undefined) broken.push(`${key} interval ${interval}: ${fault}`)
    }
  }
  if (full) broken.push(...importedFaults(s), ...s.db.check())
  return broken
}

function touched(s: ForecastingState): readonly number[] {
  return s.db
    .touchedRows()
    .filter((row) => row.table === 'days' && row.exists)
    .map((row) => row.slot)
}

/** Contacts may end in another queue than they came to, so ends are not bounded by arrivals. */
function faultOf({ arrivals, unique, answered, inTarget, handleMs }: Counts): string | undefined {
  if (unique > arrivals) return `${unique} unique of ${arrivals} arrivals`
  if (inTarget > answered) return `${inTarget} in target of ${answered} answered`
  if (answered === 0 && handleMs > 0) return `${handleMs} ms of handling and nobody answered`
  return undefined
}

function importedFaults(s: ForecastingState): readonly string[] {
  const broken: string[] = []
  for (const slot of s.imported.slots()) {
    const { key, intervals } = s.imported.at(slot)
    const day = ImportedDay.of(intervals)
    for (let interval = 0; interval < INTERVALS; interval++) {
      const one = day.at(interval)
      if (one === undefined) continue
      const { arrivals, unique } = one.counts
      if (unique > arrivals) broken.push(`${key}: ${unique} unique of ${arrivals} in a file`)
      const next = day.over(interval + one.parts - 1)?.begins ?? interval
      if (next !== interval) broken.push(`${key}: intervals ${interval} and ${next} overlap`)
    }
  }
  return broken
}
