import {
  ClosingRule,
  QueueState,
  SetQueueStateRequest,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { Chance } from '../chance.ts'
import { pool, stamp } from './plan.ts'
import type { Scene } from './scene.ts'
import type { Voice } from './voices.ts'

const { QUEUE_STATE_OPEN: open, QUEUE_STATE_CLOSED: closed } = QueueState

const rules = [
  ClosingRule.CLOSING_RULE_UNSPECIFIED,
  ClosingRule.CLOSING_RULE_NEXT_OPENING,
  ClosingRule.CLOSING_RULE_CANCEL,
] as const

const ways = [
  WhenClosed.WHEN_CLOSED_UNSPECIFIED,
  WhenClosed.WHEN_CLOSED_REFUSE,
  WhenClosed.WHEN_CLOSED_WAIT,
  WhenClosed.WHEN_CLOSED_CALLBACK,
  WhenClosed.WHEN_CLOSED_AFTER_HOURS,
] as const

/** A supervisor who closes queues, lets them run dry, and opens them again. */
export function closing(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0, 0.02, 0.08])
  return (s) =>
    s.chance.happens(often) ? { $case: 'setQueueState', value: stateOf(s) } : undefined
}

function stateOf(s: Scene): SetQueueStateRequest {
  const { chance, plan } = s
  const shut = chance.pick([open, open, closed, closed, QueueState.QUEUE_STATE_SERVE_OUT])
  const anyQueue = () => chance.any(plan.queues)?.queueId ?? ''
  const [queueId, other] = [anyQueue(), anyQueue()]
  const state = { pool, queueId, state: shut, reason: 'drill', actor: 'sue' }
  if (shut === open) return SetQueueStateRequest.fromPartial(state)
  const whenClosed = chance.pick(shut === closed ? ways : [ways[0], ways[1], ways[4]])
  return SetQueueStateRequest.fromPartial({
    ...state,
    ...(shut === closed ? { closingRule: chance.pick(rules) } : {}),
    ...(chance.happens(0.7) ? { until: stamp(s.now + chance.int(1_000, 90_000)) } : {}),
    whenClosed,
    afterHoursQueueId: whenClosed === WhenClosed.WHEN_CLOSED_AFTER_HOURS ? other : '',
  })
}
