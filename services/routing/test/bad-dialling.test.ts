import { test } from 'node:test'
import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  duplicate,
  type Expected,
  missing,
  outOfRange,
  queue,
  refuses,
  running,
  seconds,
  times,
  tooMany,
  unknownEnum,
} from './bad-input.ts'

const callback = (more: object) => ({
  callback: Queue.fromPartial({ callback: { offerAbove: seconds(1), ...more } }).callback,
})
const rule = (outcome: DialOutcome, delays = [seconds(60)], maxAttempts = 0) => ({
  outcome,
  delays,
  maxAttempts,
})
const busy = DialOutcome.DIAL_OUTCOME_BUSY

/** How a queue dials. */
const dialling: readonly (readonly [Partial<Queue>, Expected])[] = [
  [
    callback({ customerFirst: { agentWithin: seconds(31) } }),
    outOfRange('queue.callback.customer_first.agent_within', '1000 to 30000 ms', '31000'),
  ],
  [
    callback({ customerFirst: { holdMax: seconds(4) } }),
    outOfRange('queue.callback.customer_first.hold_max', '5000 to 600000 ms', '4000'),
  ],
  [
    callback({ customerFirst: { nuisanceShareBp: 5_001 } }),
    outOfRange('queue.callback.customer_first.nuisance_share_bp', '0 to 5000', '5001'),
  ],
  [
    callback({ retries: [rule(99 as DialOutcome)] }),
    unknownEnum('queue.callback.retries[0].outcome'),
  ],
  [callback({ retries: [rule(busy, [])] }), missing('queue.callback.retries[0].delays')],
  [
    callback({ retries: [rule(busy, [seconds(9)])] }),
    outOfRange('queue.callback.retries[0].delays[0]', '10000 to 86400000 ms', '9000'),
  ],
  [
    callback({
      retries: [
        rule(
          busy,
          times(11, () => seconds(60)),
        ),
      ],
    }),
    tooMany('queue.callback.retries[0].delays', 10),
  ],
  [
    callback({ retries: [rule(busy, [seconds(60)], 11)] }),
    outOfRange('queue.callback.retries[0].max_attempts', '0 to 10', '11'),
  ],
  [callback({ retries: [rule(busy), rule(busy)] }), duplicate('queue.callback.retries')],
]

test('a queue that can not dial as it says is refused by field, limit and value', async (t) => {
  const routing = await running(t)
  for (const [change, expected] of dialling) {
    const request = { queue: { ...queue, ...change }, validateOnly: false }
    await refuses(routing, 'putQueue', request, expected)
  }
})

test('a pace beyond all lines is refused', async (t) => {
  const routing = await running(t)
  const pacings = [
    [{ perSecond: 101, inFlight: 0 }, 'per_second', '0 to 100', '101'],
    [{ perSecond: -1, inFlight: 0 }, 'per_second', '0 to 100', '-1'],
    [{ perSecond: 0, inFlight: 10_001 }, 'in_flight', '0 to 10000', '10001'],
  ] as const
  for (const [dialPacing, name, limit, value] of pacings) {
    const pool = { pool: 'p', displayName: '', etag: '', dialPacing, profilesMaxAge: undefined }
    const expected = outOfRange(`pool.dial_pacing.${name}`, limit, value)
    await refuses(routing, 'putPool', { pool, validateOnly: false }, expected)
  }
})
