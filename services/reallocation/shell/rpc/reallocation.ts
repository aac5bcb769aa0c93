import { type Binding, bind, type Call } from '@evenkeel/chassis/serve'
import type { Move } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import {
  type ProposeMovesRequest,
  type ProposeMovesResponse,
  ReallocationServiceDefinition,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { keyOf, moveView, policyView, type ReallocationState } from '../../core/index.ts'
import { type ReallocationHosted, read, submit } from '../calls.ts'
import { knownPool } from '../refusals.ts'
import type { WireCommand } from '../translate/codec.ts'
import { moveWire } from '../translate/moves.ts'
import { policyWire } from '../translate/policy.ts'
import { consentNumbers, poolIdOf } from '../translate/words.ts'
import { ledgerOf, listMoves } from './lists.ts'
import { watchMoves } from './watch.ts'
import { refusedWire, whatIf } from './what-if.ts'

export function reallocationRpcs(hosted: ReallocationHosted): Binding {
  const watching = watchMoves(hosted)
  const replicaOf = (pool: string) => hosted.of(poolIdOf('pool', pool))

  const move = (
    command: WireCommand & { readonly value: { readonly pool: string; readonly moveId: string } },
    call: Call,
  ): Promise<{ move: Move }> => {
    const { moveId, pool } = command.value
    const replica = replicaOf(pool)
    return submit(replica, command, call, () => ({ move: shown(replica.state, moveId) }))
  }

  return bind(ReallocationServiceDefinition, {
    putPolicy(value, call) {
      const pool = poolIdOf('policy.pool', value.policy?.pool ?? '')
      const replica = hosted.of(pool)
      const command = { $case: 'putPolicy', value } as const
      return submit(replica, command, call, () => policyOf(replica.state, pool))
    },
    async getPolicy({ pool }, call) {
      return read(replicaOf(pool), call, (s) => policyOf(s, pool))
    },
    setConsent(value, call) {
      const replica = replicaOf(value.pool)
      return submit(replica, { $case: 'setConsent', value }, call, () => {
        const agent = replica.state.agents.must(keyOf(value.pool, value.agentId))
        const own = agent.consent
        const consent = own === 'policy' ? knownPool(replica.state, value.pool).consent : own
        return { consent: consentNumbers[consent], optedOut: agent.optedOut }
      })
    },
    async planMoves({ pool }, call) {
      const replica = replicaOf(pool)
      return whatIf(replica, await read(replica, call, (s) => knownPool(s, pool)))
    },
    proposeMoves(value, call) {
      const replica = replicaOf(value.pool)
      const command = { $case: 'proposeMoves', value } as const
      return submit(replica, command, call, () => proposed(replica.state, value))
    },
    async listMoves(request, call) {
      return read(replicaOf(request.pool), call, (s) => listMoves(s, request))
    },
    approveMove: (value, call) => move({ $case: 'approveMove', value }, call),
    rejectMove: (value, call) => move({ $case: 'rejectMove', value }, call),
    cancelMove: (value, call) => move({ $case: 'cancelMove', value }, call),
    respondToMove: (value, call) => move({ $case: 'respondToMove', value }, call),
    pauseReallocation(value, call) {
      const replica = replicaOf(value.pool)
      const command = { $case: 'pauseReallocation', value } as const
      return submit(replica, command, call, () => policyOf(replica.state, value.pool))
    },
    returnAll(value, call) {
      const replica = replicaOf(value.pool)
      const command = { $case: 'returnAll', value } as const
      return submit(replica, command, call, ({ ref }) => ({ moves: Number(ref) }))
    },
    watchMoves: watching,
    async getMoveLedger({ pool }, call) {
      return read(replicaOf(pool), call, (s) => ({ days: ledgerOf(s, knownPool(s, pool)) }))
    },
  })
}

const policyOf = (s: ReallocationState, pool: string) => ({
  policy: policyWire(policyView(knownPool(s, pool))),
})

const shown = (s: ReallocationState, moveId: string): Move =>
  moveWire(moveView(s, s.moves.must(moveId)))

/** What became of the plan; of one that was repeated, as it stands by now. */
function proposed(s: ReallocationState, request: ProposeMovesRequest): ProposeMovesResponse {
  const pool = knownPool(s, request.pool)
  const moves: Move[] = []
  for (const row of s.moves.inKeyOrder()) {
    if (row.pool === pool.slot && row.planId === request.planId)
      moves.push(moveWire(moveView(s, row)))
  }
  const refused = pool.lastPlan === request.planId ? pool.lastRefused : []
  return { moves, refused: refused.map(refusedWire) }
}
