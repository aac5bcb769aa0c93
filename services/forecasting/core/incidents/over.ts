import { NONE } from '@evenkeel/chassis/table'
import type { ForecastingState, QueueRow } from '../state.ts'
import type { IncidentRow } from './schema.ts'

/** The first of some that overlaps an interval; '': none does. */
export const incidentIn = (some: readonly IncidentRow[], from: number, until: number): string =>
  some.find((one) => one.from < until && one.until > from)?.incidentId ?? ''

/** The incidents over a queue that overlap a span, whether they hold still or not; oldest first. */
export function incidentsOver(
  s: ForecastingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
): readonly IncidentRow[] {
  const found: IncidentRow[] = []
  const { incidentsOfPool: order } = s
  for (let slot = order.first(queue.pool); slot !== NONE; slot = order.next(slot)) {
    const row = s.incidents.at(slot)
    if (row.from >= span.until) break
    const here = row.queueIds.length === 0 || row.queueIds.includes(queue.queueId)
    if (here && row.until > span.from) found.push(row)
  }
  return found
}
