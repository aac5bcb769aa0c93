import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { QueueFacts, StaffCommand } from '../core/index.ts'
import { atOnceOver, queueOf } from '../core/index.ts'
import type { Profile } from '../core/staff/agent.ts'
import type { NeedAt } from '../core/staff/parts.ts'
import { rosteredAt, rosteredOver, signedIn } from '../core/staff/there.ts'
import { MINUTE, NINE, tax, TestPartition } from './partition.ts'

const EVER = Number.MAX_SAFE_INTEGER
const HOUR = 60 * MINUTE

type Held = Partial<Omit<Profile['skills'][number], 'skillId'>>

const profile = (
  agentId: string,
  skills: Readonly<Record<string, Held>>,
  more: Partial<Profile> = {},
): StaffCommand => ({
  ...{ kind: 'profileKnown', pool: 'north', agentId, homeQueueId: '' },
  channels: [{ channel: 'voice', atOnce: 1 }],
  skills: Object.entries(skills).map(([skillId, held]) => ({
    ...{ skillId, level: 3, from: 0, until: EVER, provisional: false },
    ...held,
  })),
  ...more,
})

const shift = (
  agentId: string,
  ...spans: readonly (readonly [number, number])[]
): StaffCommand => ({
  ...{ kind: 'rosterKnown', agentId, rostered: true },
  spans: spans.map(([from, until]) => ({ from: NINE + from, until: NINE + until })),
})

const is = (agentId: string, presence: 'ready' | 'paused' | 'draining' | 'signedOut') =>
  ({ kind: 'presenceKnown', agentId, presence }) as const

const asks = (queueId: string, skillId: string, more: Partial<QueueFacts> = {}): QueueFacts => ({
  ...{ ...tax, queueId },
  requirements: [{ skillId, minimumLevel: 2, fullyQualified: false }],
  ...more,
})

const alike: NeedAt = () => 1

/** Of each queue that is asked for, in thousandths. */
function there(p: TestPartition, queueIds: readonly string[], after = 0, needAt = alike) {
  return queueIds.map((queueId) => {
    const queue = queueOf(p.state, 'north', queueId)
    assert.ok(queue)
    return rosteredAt(p.state, queue, NINE + after, needAt)
  })
}

function working(p: TestPartition, queueId: string): number {
  const queue = queueOf(p.state, 'north', queueId)
  assert.ok(queue)
  return signedIn(p.state, queue, NINE, alike)
}

const chats = (atOnce: number) => ({ channel: 'chat', atOnce }) as const

describe('who may serve a queue', () => {
  const cases: readonly (readonly [string, StaffCommand, Partial<QueueFacts>, number])[] = [
    ['the skill at its level', profile('ann', { tax: { level: 2 } }), {}, 1_000],
    ['a level too low', profile('ann', { tax: { level: 1 } }), {}, 0],
    ['another skill', profile('ann', { law: {} }), {}, 0],
    ['a skill that is valid later', profile('ann', { tax: { from: NINE + 1 } }), {}, 0],
    ['a skill that just ended', profile('ann', { tax: { until: NINE } }), {}, 0],
    ['not on the channel', profile('ann', { tax: {} }, { channels: [chats(3)] }), {}, 0],
    ['no requirements', profile('ann', {}), { requirements: [] }, 1_000],
    ['a provisional level', profile('ann', { tax: { provisional: true } }), {}, 1_000],
    [
      'a provisional level where full ones are asked for',
      profile('ann', { tax: { provisional: true } }),
      { requirements: [{ skillId: 'tax', minimumLevel: 2, fullyQualified: true }] },
      0,
    ],
  ]
  for (const [name, ann, queue, expected] of cases) {
    test(`${name}: ${expected > 0 ? 'yes' : 'no'}`, () => {
      const p = new TestPartition().givenQueue(asks('tax', 'tax', queue))
      p.given(ann, shift('ann', [0, HOUR]), is('ann', 'ready'))
      assert.deepEqual(there(p, ['tax']), [expected])
      assert.equal(working(p, 'tax'), expected)
    })
  }
})

test('contacts at once are the mean of who may serve the queue, and none where nobody may', () => {
  const p = new TestPartition().givenQueue(asks('tax', 'tax', { channel: 'chat' }))
  const queue = queueOf(p.state, 'north', 'tax') ?? assert.fail()
  const atOnce = () => atOnceOver(p.state, p.state.pools.must('north'), NINE, alike).get(queue.slot)
  assert.equal(atOnce(), undefined)
  p.given(
    profile('ann', { tax: {} }, { channels: [chats(3)] }),
    profile('bob', { tax: {} }, { channels: [chats(2)] }),
    profile('cid', { law: {} }, { channels: [chats(8)] }),
  )
  assert.equal(atOnce(), 2_500)
})

describe('who serves several queues', () => {
  const both = { tax: {}, law: {} }
  const p = () => new TestPartition().givenQueue(asks('tax', 'tax')).givenQueue(asks('law', 'law'))

  test('counts in each by its part of what these need', () => {
    const centre = p().given(profile('ann', both), shift('ann', [0, HOUR]))
    assert.deepEqual(there(centre, ['tax', 'law']), [500, 500])
    const moreTax: NeedAt = ({ queueId }) => (queueId === 'tax' ? 3 : 1)
    assert.deepEqual(there(centre, ['tax', 'law'], 0, moreTax), [750, 250])
    assert.deepEqual(
      there(centre, ['tax', 'law'], 0, () => 0),
      [500, 500],
    )
  })

  test('counts wholly in the home queue, if able to serve it', () => {
    const centre = p().given(
      profile('ann', both, { homeQueueId: 'law' }),
      shift('ann', [0, HOUR]),
      profile('bob', { tax: {} }, { homeQueueId: 'law' }),
      shift('bob', [0, HOUR]),
    )
    assert.deepEqual(there(centre, ['tax', 'law']), [1_000, 1_000])
  })
})

describe('who is on shift', () => {
  test('counts for the part of an interval that is not a break', () => {
    const p = new TestPartition().givenQueue(asks('tax', 'tax'))
    p.given(profile('ann', { tax: {} }), shift('ann', [0, 45 * MINUTE], [HOUR, 2 * HOUR]))
    const grid = { from: NINE - HOUR / 2, intervalMs: HOUR / 2, intervals: 5 }
    const found = rosteredOver(p.state, p.state.pools.must('north'), grid, alike)
    const queue = queueOf(p.state, 'north', 'tax')
    assert.ok(queue)
    assert.deepEqual(found.get(queue.slot), { known: true, milli: [0, 1_000, 500, 1_000, 1_000] })
  })

  test('is not known where no shift is', () => {
    const p = new TestPartition().givenQueue(asks('tax', 'tax')).given(profile('ann', { tax: {} }))
    const grid = { from: NINE, intervalMs: HOUR, intervals: 1 }
    assert.equal(rosteredOver(p.state, p.state.pools.must('north'), grid, alike).size, 0)
  })
})

describe('facts come in any order', () => {
  const facts = [profile('ann', { tax: {} }), shift('ann', [0, HOUR]), is('ann', 'paused')] as const
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [2, 0, 1],
  ] as const
  for (const order of orders) {
    test(`and come to the same: ${order.join()}`, () => {
      const p = new TestPartition().givenQueue(asks('tax', 'tax'))
      for (const at of order) p.given(facts[at])
      assert.deepEqual([...there(p, ['tax']), working(p, 'tax')], [1_000, 1_000])
      p.given(is('ann', 'draining'))
      assert.equal(working(p, 'tax'), 0)
    })
  }

  test('and who has neither profile nor shift nor presence is forgotten', () => {
    const p = new TestPartition().givenQueue(asks('tax', 'tax')).given(...facts)
    p.given({ kind: 'profileGone', agentId: 'ann' })
    assert.equal(working(p, 'tax'), 0)
    p.given({ kind: 'rosterKnown', agentId: 'ann', rostered: false, spans: [] })
    assert.equal(p.state.agents.size, 1)
    p.given(is('ann', 'signedOut'))
    assert.equal(p.state.agents.size, 0)
    p.given({ kind: 'profileGone', agentId: 'ann' })
    assert.equal(p.state.agents.size, 0)
  })
})
