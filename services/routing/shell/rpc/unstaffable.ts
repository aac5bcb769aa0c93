import { timestamp } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type {
  ListUnstaffableRequest,
  ListUnstaffableResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { RoutingState } from '../../core/index.ts'
import { knownPool } from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { nextPage, pageOf } from '../pages.ts'
import { unstaffableWire } from '../translate/entry.ts'

/** Looks through the combinations of a pool, most of which are staffed. */
export function listUnstaffable(
  s: RoutingState,
  r: ListUnstaffableRequest,
  at: Moment,
): ListUnstaffableResponse {
  const pool = knownPool(s, r.pool)
  const list = `unstaffable ${pool.id}`
  const { size, after } = pageOf({ list, ...r })
  const combinations: ListUnstaffableResponse['combinations'] = []
  const { rowsPerPage } = answerLimits
  let last = after
  let slot = s.requestClassesOfPool.atOrAfter(pool.slot, after + 1, 0)
  for (let seen = 0; slot !== NONE && seen < rowsPerPage && combinations.length < size; seen++) {
    const row = s.requestClasses.at(slot)
    last = row.seq
    if (s.staffing.of(slot) !== 'staffed') combinations.push(unstaffableWire(s, row))
    slot = s.requestClassesOfPool.next(slot)
  }
  const nextPageToken = slot === NONE ? '' : nextPage(list, last)
  return { combinations, nextPageToken, asOf: timestamp(at.time) }
}
