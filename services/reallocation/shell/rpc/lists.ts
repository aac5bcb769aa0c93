import { duration, lastOf, pageToken, parse, timestamp } from '@evenkeel/chassis/errors'
import { NONE } from '@evenkeel/chassis/table'
import type { Move } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import type {
  LedgerDay,
  ListMovesRequest,
  ListMovesResponse,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import {
  durations,
  limits,
  moveView,
  type PoolRow,
  type ReallocationState,
} from '../../core/index.ts'
import { knownPool } from '../refusals.ts'
import { moveWire } from '../translate/moves.ts'

const PAGE_MAX = 500
const PAGE = 100

export function listMoves(s: ReallocationState, request: ListMovesRequest): ListMovesResponse {
  const pool = knownPool(s, request.pool)
  const size = parse.pageSize('page_size', request.pageSize, PAGE_MAX, PAGE)
  const list = `moves ${pool.id} ${request.agentId}`
  const last = lastOf('page_token', list, request.pageToken, /^\d{1,16}$/)
  const moves: Move[] = []
  let slot = s.movesOfPool.atOrAfter(pool.slot, last === '' ? 0 : Number(last) + 1, 0)
  let seq = 0
  for (; slot !== NONE && moves.length < size; slot = s.movesOfPool.next(slot)) {
    const row = s.moves.at(slot)
    seq = row.seq
    if (request.agentId === '' || row.agentId === request.agentId) {
      moves.push(moveWire(moveView(s, row)))
    }
  }
  return { moves, nextPageToken: slot === NONE ? '' : pageToken(list, String(seq)) }
}

export function ledgerOf(s: ReallocationState, pool: PoolRow): LedgerDay[] {
  const days: LedgerDay[] = []
  let slot = s.ledgerOfPool.last(pool.slot)
  for (; slot !== NONE && days.length < limits.ledgerPage; slot = s.ledgerOfPool.prev(slot)) {
    const { agentId, day, judged, movedMs, moves, predictedMilli, realisedMilli, trainedMs } =
      s.ledger.at(slot)
    days.push({
      ...{ agentId, day: timestamp(day * durations.day), moves, judged },
      ...{ moved: duration(movedMs), trained: duration(trainedMs) },
      predictedSavedMilli: predictedMilli,
      realisedSavedMilli: realisedMilli,
    })
  }
  return days
}
