import { test } from 'node:test'
import {
  ClosingRule,
  QueueState,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type Expected,
  invalid,
  malformed,
  missing,
  refuses,
  running,
  seconds,
  unknownEnum,
  wellFormed,
} from './bad-input.ts'
import type { Request } from './running.ts'

test('a queue state that means nothing is refused', async (t) => {
  const routing = await running(t)
  const { setQueueState: closed } = wellFormed
  const { QUEUE_STATE_OPEN: open, QUEUE_STATE_SERVE_OUT: serveOut } = QueueState
  const table: readonly (readonly [Partial<Request<'setQueueState'>>, Expected])[] = [
    [{ state: 0 }, missing('state')],
    [{ state: 99 as QueueState }, unknownEnum('state')],
    [{ reason: '' }, missing('reason')],
    [{ reason: 'x'.repeat(201) }, { code: 'FIELD_TOO_LONG', status: invalid, field: 'reason' }],
    [{ actor: '' }, missing('actor')],
    [{ until: seconds(1) }, { code: 'UNTIL_RANGE', status: invalid }],
    [{ state: open, until: seconds(2_000_000_000) }, malformed('until')],
    [{ closingRule: ClosingRule.CLOSING_RULE_SERVE_OUT }, malformed('closing_rule')],
    [{ closingRule: 99 as ClosingRule }, unknownEnum('closing_rule')],
    [{ state: serveOut, whenClosed: WhenClosed.WHEN_CLOSED_WAIT }, malformed('when_closed')],
    [{ whenClosed: 99 as WhenClosed }, unknownEnum('when_closed')],
    [{ whenClosed: WhenClosed.WHEN_CLOSED_AFTER_HOURS }, missing('after_hours_queue_id')],
    [
      { whenClosed: WhenClosed.WHEN_CLOSED_CALLBACK },
      { code: 'CLOSED_WITHOUT_CALLBACK', status: 9 },
    ],
  ]
  for (const [change, expected] of table) {
    await refuses(routing, 'setQueueState', { ...closed, ...change }, expected)
  }
})
