import { idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { type Command, NEVER, type QueueState, type QueueStatus } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import {
  closingRuleNumbers,
  closingRuleWords,
  whenClosedNumbers,
  whenClosedWords,
} from './words.ts'

const { QueueState: WireState } = queues

const stateNumbers: Record<QueueState, queues.QueueState> = {
  open: WireState.QUEUE_STATE_OPEN,
  closed: WireState.QUEUE_STATE_CLOSED,
  draining: WireState.QUEUE_STATE_SERVE_OUT,
}

const stateWords: Readonly<Record<number, QueueState>> = {
  [WireState.QUEUE_STATE_OPEN]: 'open',
  [WireState.QUEUE_STATE_CLOSED]: 'closed',
  [WireState.QUEUE_STATE_SERVE_OUT]: 'draining',
}

export function setQueueState(r: queues.SetQueueStateRequest): Command {
  const state = parse.enumOf('state', r.state, stateWords)
  if (state === 'open' && r.until !== undefined) {
    throw refused('FIELD_MALFORMED', 'until', 'absent with OPEN')
  }
  const rule =
    r.closingRule === 0 ? undefined : parse.enumOf('closing_rule', r.closingRule, closingRuleWords)
  if (state === 'closed' && rule === 'serveOut') {
    throw refused('FIELD_MALFORMED', 'closing_rule', 'NEXT_OPENING or CANCEL with CLOSED')
  }
  const whenClosed =
    r.whenClosed === 0 ? undefined : parse.enumOf('when_closed', r.whenClosed, whenClosedWords)
  if (state === 'draining' && (whenClosed === 'wait' || whenClosed === 'callback')) {
    throw refused('FIELD_MALFORMED', 'when_closed', 'REFUSE or AFTER_HOURS with SERVE_OUT')
  }
  return {
    kind: 'setQueueState',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    queueId: parse.id('queue_id', r.queueId, idPatterns.slug),
    state,
    reason: parse.text('reason', r.reason, max.cancelReasonBytes, 1),
    actor: parse.id('actor', r.actor, idPatterns.agent),
    until: parse.timeMs('until', r.until, undefined),
    rule,
    whenClosed,
    destination:
      whenClosed === 'afterHours'
        ? parse.id('after_hours_queue_id', r.afterHoursQueueId, idPatterns.slug)
        : '',
  }
}

export const statusWire = (status: QueueStatus | undefined): queues.QueueStatus | undefined =>
  status && {
    state: stateNumbers[status.state],
    reason: status.reason,
    actor: status.actor,
    since: timestamp(status.since),
    until: status.until === NEVER ? undefined : timestamp(status.until),
    closingRule: closingRuleNumbers[status.rule],
    whenClosed: whenClosedNumbers[status.whenClosed],
    afterHoursQueueId: status.destination,
  }
