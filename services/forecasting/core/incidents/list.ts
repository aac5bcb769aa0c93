import { NONE } from '@evenkeel/chassis/table'
import type { ForecastingState } from '../state.ts'
import type { IncidentRow } from './schema.ts'

/** Up to `many` incidents of a known pool, by their beginnings, after a place among them. */
export function incidentsFrom(
  s: ForecastingState,
  pool: string,
  after: { readonly from: number; readonly seq: number },
  many: number,
  wanted: (row: IncidentRow) => boolean,
): readonly IncidentRow[] {
  const { incidentsOfPool: order } = s
  const found: IncidentRow[] = []
  let slot = order.atOrAfter(s.pools.must(pool).slot, after.from, after.seq + 1)
  for (; slot !== NONE && found.length < many; slot = order.next(slot)) {
    const row = s.incidents.at(slot)
    if (wanted(row)) found.push(row)
  }
  return found
}
