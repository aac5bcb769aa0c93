import { fromRejection, idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import type {
  EstimateWaitRequest,
  EstimateWaitRequest_Newcomer,
  EstimateWaitResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  aheadOf,
  aheadOfNewcomer,
  errors,
  freeFor,
  isQueued,
  joinRequirements,
  knownRequestClass,
  type RoutingState,
  waitOf,
  waitOfNewcomer,
} from '../../core/index.ts'
import { knownContact, knownPool } from '../calls.ts'
import { inputLimits as max } from '../limits.ts'
import { requirementsOf } from '../translate/requirements.ts'
import { waitWire } from '../translate/views.ts'

/** How long, of a contact that would come now or of one that is there. */
export function estimateWait(
  s: RoutingState,
  request: EstimateWaitRequest,
  at: Moment,
): EstimateWaitResponse {
  const pool = knownPool(s, request.pool)
  const { of } = request
  if (of === undefined) throw refused('FIELD_MISSING', 'newcomer or contact_id')
  if (of.$case === 'newcomer') return ofNewcomer(s, pool.id, of.value, at)
  const contact = knownContact(s, { pool: pool.id, contactId: of.value })
  const queued = isQueued(contact.state)
  return {
    wait: queued ? waitWire(waitOf(s, contact, at.time)) : undefined,
    agentFree: !queued,
    ahead: queued ? aheadOf(s, contact) : 0,
  }
}

function ofNewcomer(
  s: RoutingState,
  pool: string,
  newcomer: EstimateWaitRequest_Newcomer,
  at: Moment,
): EstimateWaitResponse {
  const queueId = parse.id('newcomer.queue_id', newcomer.queueId, idPatterns.slug)
  const own = requirementsOf('newcomer.requirements', newcomer.requirements)
  const most = max.priorityMax
  const priority = parse.integer('newcomer.priority', newcomer.priority, -most, most)
  const queue = s.queues.find(pool, queueId)
  if (!queue) {
    throw fromRejection({ code: 'QUEUE_UNKNOWN', fields: { pool, queue_id: queueId } }, errors)
  }
  const requirements = joinRequirements(queue.policy.requirements, own)
  const request = knownRequestClass(s, queue, requirements)
  const ahead = aheadOfNewcomer(s, queue, priority, at.time)
  if (request === undefined) return { wait: undefined, agentFree: false, ahead }
  if (freeFor(s, request) > 0) return { wait: undefined, agentFree: true, ahead: 0 }
  return { wait: waitWire(waitOfNewcomer(s, request, priority, at.time)), agentFree: false, ahead }
}
