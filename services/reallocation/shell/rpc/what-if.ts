import { fromRejection } from '@evenkeel/chassis/errors'
import type {
  PlanMovesResponse,
  RefusedMove as WireRefused,
} from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { errors, type PoolRow, refusalOf, type RefusedMove } from '../../core/index.ts'
import type { ReallocationReplica } from '../calls.ts'
import { wishesOf } from '../planner/advise.ts'
import { PLAN_MS_MAX, planner } from '../planner/planner.ts'
import { surveyOf } from '../planner/survey.ts'
import { refusal } from '../refusals.ts'
import { wishedWire } from '../translate/moves.ts'

/** What would be proposed now, and what the guards would say to each of it by itself. */
export async function whatIf(
  replica: ReallocationReplica,
  { id }: Pick<PoolRow, 'id'>,
): Promise<PlanMovesResponse> {
  const { basis } = replica.state.pools.must(id)
  const survey = surveyOf(replica.state, replica.state.pools.must(id), replica.now().time)
  if (!('plan' in survey)) return { basis, moves: [], refused: [], nothingBecause: survey.nothing }
  const made = await planner.plan(survey.plan)
  if (made === undefined) throw refusal('PLANNER_BUSY', { limit: PLAN_MS_MAX })
  const wishes = wishesOf(replica.state, id, survey.queues, made)
  const pool = replica.state.pools.must(id)
  const refused = wishes.flatMap((wished) => {
    const why = refusalOf(replica.state, pool, wished, replica.now())
    return why === undefined ? [] : [{ agentId: wished.agentId, ...why }]
  })
  const allowed = wishes.filter(({ agentId }) => !refused.some((one) => one.agentId === agentId))
  return {
    basis,
    moves: allowed.map(wishedWire),
    refused: refused.map(refusedWire),
    nothingBecause: made.nothing,
  }
}

export function refusedWire({ agentId, code, fields }: RefusedMove): WireRefused {
  const { message } = fromRejection({ code, fields }, errors)
  return { agentId, code, message }
}
