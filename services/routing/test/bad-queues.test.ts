import { test } from 'node:test'
import {
  ClosingRule,
  Interruptible,
  Queue,
  QueueState,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { waitBoundsMs } from '../core/index.ts'
import {
  duplicate,
  type Expected,
  invalid,
  malformed,
  missing,
  outOfRange,
  refuses,
  running,
  seconds,
  times,
  tooMany,
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

test('work that may be set aside for nobody, or by no rule, is refused', async (t) => {
  const routing = await running(t)
  const { putQueue } = wellFormed
  const { CHANNEL_VOICE: voice, CHANNEL_CHAT: chat, CHANNEL_EMAIL: email } = Channel
  const of = (name: string) => `queue.interruptible.${name}`
  const range = (name: string) =>
    ({ code: 'FIELD_OUT_OF_RANGE', status: invalid, field: of(name) }) as const
  const table: readonly (readonly [Partial<Interruptible>, Expected])[] = [
    [{ byChannels: [] }, missing(of('by_channels'))],
    [{ byChannels: [email] }, malformed(of('by_channels[0]'))],
    [{ byChannels: [0] }, missing(of('by_channels[0]'))],
    [{ byChannels: [voice, 99 as Channel] }, unknownEnum(of('by_channels[1]'))],
    [{ byChannels: [voice, voice] }, { code: 'FIELD_DUPLICATE', status: invalid }],
    [{ priorityMax: 101 }, range('priority_max')],
    [{ priorityMax: -101 }, range('priority_max')],
    [{ resumeWithin: { seconds: 0, nanos: 1 } }, range('resume_within')],
    [{ resumeWithin: { seconds: 86_401, nanos: 0 } }, range('resume_within')],
    [{ timesMax: 21 }, range('times_max')],
    [{ timesMax: -1 }, range('times_max')],
  ]
  const queue = Queue.fromPartial({ ...putQueue.queue, queueId: 'mail', channel: email })
  for (const [change, expected] of table) {
    const interruptible = Interruptible.fromPartial({ byChannels: [voice, chat], ...change })
    await refuses(
      routing,
      'putQueue',
      { ...putQueue, queue: { ...queue, interruptible } },
      expected,
    )
  }
  const interruptible = Interruptible.fromPartial({ byChannels: [chat] })
  const calls = { ...queue, channel: voice, interruptible }
  const unmeetable = { code: 'POLICY_UNMEETABLE', status: 9, field: 'queue.interruptible' } as const
  await refuses(routing, 'putQueue', { ...putQueue, queue: calls }, unmeetable)
})

test('figures by thresholds and windows that are not counted by are refused', async (t) => {
  const routing = await running(t)
  const bounds = `one of ${waitBoundsMs.map((ms) => ms / 1_000).join(' ')} s`
  const steps = 'whole multiples of 5 min'
  const table: readonly (readonly [Partial<Request<'getQueueStats'>>, Expected])[] = [
    [{ thresholds: [seconds(5), seconds(25)] }, outOfRange('thresholds[1]', bounds, '25')],
    [{ thresholds: [seconds(5), seconds(5)] }, duplicate('thresholds')],
    [{ thresholds: times(20, () => seconds(5)) }, tooMany('thresholds', 19)],
    [
      { shortAbandonment: seconds(3) },
      outOfRange('short_abandonment', '5000 to 259200000 ms', '3000'),
    ],
    [
      { windows: [seconds(300), seconds(3900)] },
      outOfRange('windows[1]', '300000 to 3600000 ms', '3900000'),
    ],
    [{ windows: [seconds(420)] }, outOfRange('windows[0]', steps, '420 s')],
    [{ windows: times(5, (i) => seconds(300 * (i + 1))) }, tooMany('windows', 4)],
  ]
  for (const [change, expected] of table) {
    await refuses(routing, 'getQueueStats', { ...wellFormed.getQueueStats, ...change }, expected)
  }
})
