import { NONE, type Touched } from '@evenkeel/chassis/table'
import type { Outbound } from '@evenkeel/chassis/serve'
import type {
  WatchMovesRequest,
  WatchMovesResponse,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { moveView } from '../../core/index.ts'
import type { ReallocationHosted, ReallocationReplica } from '../calls.ts'
import { knownPool } from '../refusals.ts'
import { moveWire } from '../translate/moves.ts'
import { poolIdOf } from '../translate/words.ts'

/** Moves sent before the stream may catch up. */
const SLICE = 100

type Stream = Outbound<WatchMovesResponse>

/** First every move that is known, then each as it changes: the newest is always the last. */
export function watchMoves(hosted: ReallocationHosted) {
  const streams = new Map<ReallocationReplica, Map<Stream, number>>()

  const joined = (replica: ReallocationReplica): Map<Stream, number> => {
    const known = streams.get(replica)
    if (known !== undefined) return known
    const audience = new Map<Stream, number>()
    streams.set(replica, audience)
    replica.watch((touched) => {
      if (audience.size > 0) feed(replica, audience, touched)
    })
    return audience
  }

  return async (request: WatchMovesRequest, stream: Stream): Promise<void> => {
    const replica = hosted.of(poolIdOf('pool', request.pool))
    const pool = knownPool(replica.state, request.pool).slot
    const audience = joined(replica)
    audience.set(stream, pool)
    try {
      await snapshot(replica, pool, stream)
      stream.write({ event: { $case: 'snapshotComplete', value: replica.position() } })
      await whenGone(stream.signal)
    } finally {
      audience.delete(stream)
    }
  }
}

function feed(
  replica: ReallocationReplica,
  audience: ReadonlyMap<Stream, number>,
  touched: readonly Touched[],
): void {
  for (const { table, id, exists } of touched) {
    const move = table === 'moves' && exists ? replica.state.moves.get(id) : undefined
    if (move === undefined) continue
    const value = moveWire(moveView(replica.state, move))
    for (const [stream, pool] of audience) {
      if (pool === move.pool) stream.write({ event: { $case: 'move', value } })
    }
  }
}

async function snapshot(replica: ReallocationReplica, pool: number, stream: Stream): Promise<void> {
  let after = 0
  while (!stream.signal.aborted) {
    const s = replica.state
    let slot = s.movesOfPool.atOrAfter(pool, after, 0)
    for (let sent = 0; slot !== NONE && sent < SLICE; sent++) {
      const move = s.moves.at(slot)
      after = move.seq + 1
      stream.write({ event: { $case: 'move', value: moveWire(moveView(s, move)) } })
      slot = s.movesOfPool.next(slot)
    }
    if (slot === NONE) return
    await stream.drained()
  }
}

const whenGone = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
