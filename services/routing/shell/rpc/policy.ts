import type { Moment } from '@evenkeel/chassis/protocol'
import type { Call } from '@evenkeel/chassis/serve'
import type {
  PolicyChange,
  PutPolicyRequest,
  Queue,
  PutPolicyResponse,
  PutQueueRequest,
  PutQueueResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  calendarOf,
  endsSoonAt,
  keyOf,
  policyChanges,
  policyEffect,
  queueFacts,
  type QueueRow,
  type RoutingState,
  type Settings,
  settingsOf,
} from '../../core/index.ts'
import { rehearsed, type RoutingHosted, stored, submit } from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { perhaps } from '../translate/perhaps.ts'
import { queueWire } from '../translate/views.ts'

/** With what is to be warned of at `time`. */
export const queueOf = (s: RoutingState, q: QueueRow, time: number): Queue => ({
  ...queueWire(queueFacts(s, q)),
  hoursEndAt: perhaps(endsSoonAt(calendarOf(s, q), time)),
})

export function putQueue(
  hosted: RoutingHosted,
  request: PutQueueRequest,
  call: Call,
): Promise<PutQueueResponse> {
  const command = { $case: 'putQueue', value: { ...request, validateOnly: false } } as const
  const { pool = '', queueId = '' } = request.queue ?? {}
  const key = keyOf(pool, queueId)
  if (!request.validateOnly) {
    return submit(hosted, command, call, (s, { time }) => {
      return { queue: queueOf(s, s.queues.must(key), time), change: undefined }
    })
  }
  const before = (s: RoutingState) => versionOf(s.queues.get(key))
  return rehearsed(hosted, command, call, before, (s, at, former) => {
    const change = changeOf(s, s.queues.must(key), former, at, answerLimits.policyLooks)
    return { queue: change.queue, change }
  })
}

export function putPolicy(
  hosted: RoutingHosted,
  request: PutPolicyRequest,
  call: Call,
): Promise<PutPolicyResponse> {
  const command = { $case: 'putPolicy', value: { ...request, validateOnly: false } } as const
  const answer = (s: RoutingState, at: Moment) => changesOf(s, request, at)
  return stored(hosted, command, request.validateOnly, call, answer)
}

/** What this very request has done to each queue, now or when it was sent before. */
function changesOf(s: RoutingState, r: PutPolicyRequest, at: Moment): PutPolicyResponse {
  const looks = Math.ceil(answerLimits.policyLooks / r.queueIds.length)
  const changes = r.queueIds.map((queueId) => {
    const queue = s.queues.must(keyOf(r.pool, queueId))
    const { policyPut } = queue
    const mine = policyPut !== 'none' && policyPut.requestId === r.requestId
    const former = mine
      ? { settings: policyPut.before, version: policyPut.version - 1 }
      : versionOf(queue)
    return changeOf(s, queue, former, at, looks)
  })
  return { changes }
}

interface Former {
  /** undefined: it did not exist. */
  readonly settings: Settings | undefined
  readonly version: number
}

const versionOf = (queue: QueueRow | undefined): Former => ({
  settings: queue && settingsOf(queue),
  version: queue?.policyVersion ?? 0,
})

function changeOf(
  s: RoutingState,
  queue: QueueRow,
  { settings, version }: Former,
  at: Moment,
  looks: number,
): PolicyChange {
  return {
    queue: queueOf(s, queue, at.time),
    versionBefore: version,
    fields: [...policyChanges(settings, settingsOf(queue))],
    effect: policyEffect(s, queue, settings, at, looks),
  }
}
