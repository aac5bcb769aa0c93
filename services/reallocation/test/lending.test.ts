import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Channel, type MovePrice, type Pair, planLending } from '../planner/index.ts'

/** What is lost of `load` by so many agents, a plain curve that falls and flattens. */
const lost = (load: number, agents: number): number => (load * load) / (load + agents + 1)

interface Plain {
  readonly loads: readonly number[]
  readonly agents: readonly number[]
  readonly lendMax: number
}

const channelOf = ({ loads, agents, lendMax }: Plain): Channel => ({
  agents,
  lendMax: loads.map(() => lendMax),
  cost: (at, many) => lost(loads[at] ?? 0, many),
})

const price: MovePrice = { first: 0.2, firstAgents: 2, further: 0.3 }
const pair = (one: number, other: number, worth = 0.9): Pair => ({ one, other, worth, price })
const steady = (load: number, agents: number, intervals: number, lendMax = 3): Channel =>
  channelOf({
    loads: new Array<number>(intervals).fill(load),
    agents: new Array<number>(intervals).fill(agents),
    lendMax,
  })

describe('who is lent', () => {
  const cases: readonly (readonly [
    string,
    readonly Channel[],
    readonly number[],
    readonly number[],
  ])[] = [
    ['nobody, between channels alike', [steady(10, 10, 8), steady(10, 10, 8)], [0], [0]],
    ['the idle, for the rest of the day', [steady(1, 20, 8), steady(40, 10, 8)], [0], [3]],
    ['the other way round too', [steady(40, 10, 8), steady(1, 20, 8)], [0], [-3]],
    ['nobody for a gain below its price', [steady(9, 10, 1), steady(10, 10, 1)], [0], [0]],
    ['back, when the cause is gone', [steady(10, 10, 8), steady(10, 10, 8)], [3], [0]],
    ['back, when nobody may be lent any more', [steady(1, 20, 8, 0), steady(40, 10, 8)], [2], [0]],
    ['nobody at the end of the day', [], [], []],
  ]
  for (const [what, channels, now, lent] of cases) {
    test(what, () => {
      const pairs = channels.length === 0 ? [] : [pair(0, 1)]
      assert.deepEqual(planLending(channels, pairs, now).lent, lent)
    })
  }

  test('who is there stays for a lull that is shorter than two moves are dear', () => {
    const busy = channelOf({
      loads: [40, 40, 40, 10, 40, 40, 40],
      agents: new Array<number>(7).fill(10),
      lendMax: 3,
    })
    const idle = channelOf({
      loads: [1, 1, 1, 11, 1, 1, 1],
      agents: new Array<number>(7).fill(20),
      lendMax: 3,
    })
    assert.deepEqual(planLending([idle, busy], [pair(0, 1)], [0]).ahead, [[3, 3, 3, 3, 3, 3, 3]])
  })

  test('a channel lends to two others no more than it may in all', () => {
    const channels = [steady(1, 30, 6, 4), steady(40, 10, 6), steady(60, 10, 6)]
    const { lent, cost, costWithout } = planLending(channels, [pair(0, 1), pair(0, 2)], [0, 0])
    assert.equal((lent[0] ?? 0) + (lent[1] ?? 0), 4)
    assert.ok((lent[1] ?? 0) > (lent[0] ?? 0), 'more to where more is lost')
    assert.ok(cost < costWithout)
  })

  test('a pair that names no channel is refused', () => {
    assert.throws(() => planLending([steady(1, 2, 3)], [pair(0, 1)], [0]), /names channel 1/)
  })
})

const plain = (intervals: number): fc.Arbitrary<Plain> =>
  fc.record({
    loads: fc.array(fc.double({ min: 0, max: 60, noNaN: true }), {
      minLength: intervals,
      maxLength: intervals,
    }),
    agents: fc.array(fc.nat(40), { minLength: intervals, maxLength: intervals }),
    lendMax: fc.nat(3),
  })

describe('whatever the day', () => {
  test('two channels have the best plan there is: none of all plans is cheaper', () => {
    const intervals = 4
    fc.assert(
      fc.property(
        plain(intervals),
        plain(intervals),
        fc.integer({ min: -3, max: 3 }),
        (a, b, now) => {
          const channels = [channelOf(a), channelOf(b)]
          const plan = planLending(channels, [pair(0, 1)], [now])
          const whole = (path: readonly number[]): number => {
            let before = scale(now)
            let cost = 0
            path.forEach((many, at) => {
              const given = (lent: number): number => (lent > 0 ? -lent : -0.9 * lent)
              cost += lost(a.loads[at] ?? 0, Math.max(0, (a.agents[at] ?? 0) + given(many)))
              cost += lost(b.loads[at] ?? 0, Math.max(0, (b.agents[at] ?? 0) + given(-many)))
              cost += Math.abs(scale(many) - before)
              before = scale(many)
            })
            return cost + Math.abs(before)
          }
          const found = whole(plan.ahead[0] ?? [])
          for (const path of allPaths(intervals, -b.lendMax, a.lendMax)) {
            assert.ok(found <= whole(path) + 1e-6, `${plan.ahead[0]?.join()} but ${path.join()}`)
          }
        },
      ),
      { seed: 4, numRuns: 60 },
    )
  })

  test('nobody is lent beyond what may be, and lending costs no more than it spares', () => {
    const intervals = 5
    const day = fc.tuple(plain(intervals), plain(intervals), plain(intervals))
    fc.assert(
      fc.property(day, (all) => {
        const pairs = [pair(0, 1), pair(1, 2), pair(0, 2)]
        const plan = planLending(all.map(channelOf), pairs, [0, 0, 0])
        for (let at = 0; at < intervals; at++) {
          all.forEach(({ lendMax }, channel) => {
            let out = 0
            pairs.forEach(({ one, other }, index) => {
              const lent = plan.ahead[index]?.[at] ?? 0
              out += Math.max(0, channel === one ? lent : channel === other ? -lent : 0)
            })
            assert.ok(out <= lendMax, `channel ${channel} lends ${out} of ${lendMax}`)
          })
        }
        assert.ok(plan.cost <= plan.costWithout + 1e-9)
      }),
      { seed: 15, numRuns: 300 },
    )
  })
})

const scale = (lent: number): number => {
  const many = Math.abs(lent)
  return Math.sign(lent) * (0.2 * Math.min(many, 2) + 0.3 * Math.max(0, many - 2))
}

function allPaths(intervals: number, least: number, most: number): number[][] {
  if (intervals === 0) return [[]]
  return allPaths(intervals - 1, least, most).flatMap((path) =>
    Array.from({ length: most - least + 1 }, (_, at) => [...path, least + at]),
  )
}
