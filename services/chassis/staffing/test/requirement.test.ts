import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type DueWork,
  evenWorkload,
  leastAgents,
  leastAgentsOver,
  liveRequirement,
  logNormalRates,
  netRequirement,
  offeredLoads,
  performanceOf,
  performanceOver,
} from '../index.ts'

const target = { serviceLevel: 0.8, thresholdS: 20 }
/** 100 Erlangs. */
const hundred = { arrivalsPerHour: 1_200, handleS: 300, patienceS: 180 }

describe('staff for a rate that is not known', () => {
  test('100 Erlangs, a tenth unsure: 104 agents, not 100', () => {
    assert.equal(leastAgents(hundred, target), 100)
    assert.equal(leastAgentsOver(logNormalRates(1_200, 0.1), hundred, target), 104)
  })

  test('log-normal rates have the mean and the variation that were asked for', () => {
    for (const variation of [0, 0.05, 0.1, 0.3]) {
      const rates = logNormalRates(1_000, variation)
      const mean = rates.reduce((sum, one) => sum + one.weight * one.arrivalsPerHour, 0)
      const square = rates.reduce((sum, one) => sum + one.weight * one.arrivalsPerHour ** 2, 0)
      assert.ok(Math.abs(mean - 1_000) < 1e-3, `${mean}`)
      assert.ok(Math.abs(Math.sqrt(square / mean ** 2 - 1) - variation) < 1e-4)
    }
  })

  test('one possible rate is that rate', () => {
    const one = performanceOver([{ arrivalsPerHour: 1_200, weight: 7 }], hundred, 98, 20)
    const plain = performanceOf(hundred, 98, 20)
    for (const name of ['noWait', 'abandoned', 'waitS', 'answerS', 'queue', 'occupancy'] as const) {
      assert.ok(Math.abs(one[name] - plain[name]) < 1e-9, name)
    }
    for (const name of ['ofAll', 'ofAnswered', 'shortAbandonsAsMet'] as const) {
      assert.ok(Math.abs(one.serviceLevel[name] - plain.serviceLevel[name]) < 1e-12, name)
    }
  })

  test('a rate that may be nothing counts for nobody', () => {
    const rates = [0, 1_200].map((arrivalsPerHour) => ({ arrivalsPerHour, weight: 1 }))
    const either = performanceOver(rates, hundred, 98, 20)
    const busy = performanceOf(hundred, 98, 20)
    assert.ok(Math.abs(either.abandoned - busy.abandoned) < 1e-12)
    assert.ok(Math.abs(either.occupancy - busy.occupancy / 2) < 1e-12)
    assert.equal(performanceOver([], hundred, 98, 20).abandoned, 0)
  })
})

describe('targets', () => {
  const calls = { arrivalsPerHour: 200, handleS: 180, patienceS: Number.POSITIVE_INFINITY }
  const cases: readonly (readonly [
    string,
    Parameters<typeof leastAgents>[1],
    number | undefined,
  ])[] = [
    ['80 in 20', target, 14],
    ['a mean answer within 5 s', { thresholdS: 0, answerSMax: 5 }, 15],
    ['nobody above 65% at work', { thresholdS: 0, occupancyMax: 0.65 }, 16],
    ['the strictest of all', { ...target, answerSMax: 5, occupancyMax: 0.65 }, 16],
    ['nothing at all', { thresholdS: 0 }, 0],
    ['what no staff reaches', { ...target, serviceLevel: 1.1 }, undefined],
  ]
  for (const [what, asked, agents] of cases) {
    test(`${what}: ${agents ?? 'no number of'} agents`, () => {
      assert.equal(leastAgents(calls, asked), agents)
    })
  }

  test('the fewest are enough, and one less is not', () => {
    const cases = fc.record({
      load: fc.double({ min: 0.01, max: 300, noNaN: true }),
      patienceS: fc.double({ min: 1, max: 3_600, noNaN: true }),
      serviceLevel: fc.double({ min: 0.05, max: 0.99, noNaN: true }),
    })
    fc.assert(
      fc.property(cases, ({ load, patienceS, serviceLevel }) => {
        const traffic = { arrivalsPerHour: load * 12, handleS: 300, patienceS }
        const agents = leastAgents(traffic, { serviceLevel, thresholdS: 20 }) ?? 0
        const level = (many: number): number => performanceOf(traffic, many, 20).serviceLevel.ofAll
        assert.ok(level(agents) >= serviceLevel)
        assert.ok(agents === 0 || level(agents - 1) < serviceLevel)
      }),
      { seed: 80, numRuns: 300 },
    )
  })
})

describe('a day that changes', () => {
  test('load lags behind arrivals: less than the rate on the way up, more on the way down', () => {
    const [low, up, down] = offeredLoads([120, 240, 120], 1_800, 600)
    assert.equal(low?.peakErlangs, 20)
    assert.ok((up?.meanErlangs ?? 0) < 40 && (up?.peakErlangs ?? 0) < 40)
    assert.ok((down?.meanErlangs ?? 0) > 20 && (down?.peakErlangs ?? 0) === up?.peakErlangs)
  })

  test('is what its differential equation comes to', () => {
    const perHour = [60, 180, 20, 20]
    const found = offeredLoads(perHour, 900, 400, 3)
    let load = 3
    for (const [at, rate] of perHour.entries()) {
      let mean = 0
      for (let step = 0; step < 90_000; step++) {
        mean += load / 90_000
        load += 0.01 * (rate / 3_600 - load / 400)
      }
      assert.ok(Math.abs((found[at]?.meanErlangs ?? 0) - mean) < 1e-3, `interval ${at}`)
    }
  })

  test('a live channel is staffed interval by interval, callbacks among what comes', () => {
    const channel = { intervalS: 1_800, handleS: 300, patienceS: 180, target }
    const sure = { perHour: 1_200, variation: 0, callbacksPerHour: 0 }
    const calledBack = { perHour: 900, variation: 0, callbacksPerHour: 300 }
    const agents = liveRequirement(channel, [
      sure,
      calledBack,
      { ...sure, variation: 0.1 },
      { ...sure, perHour: 0 },
    ]).map((one) => one.agents)
    assert.deepEqual(agents, [100, 102, 104, 100])
  })

  test('a line that opens empty needs fewer at first', () => {
    const sure = { perHour: 1_200, variation: 0, callbacksPerHour: 0 }
    const channel = { intervalS: 300, handleS: 300, patienceS: 180, target, erlangsBefore: 0 }
    const [first, second] = liveRequirement(channel, [sure, sure]).map((one) => one.agents ?? 0)
    assert.ok((first ?? 0) < (second ?? 0) && (second ?? 0) < 100)
  })
})

describe('work that may lie until it is due', () => {
  const cases: readonly (readonly [
    string,
    readonly DueWork[],
    readonly number[],
    readonly number[],
    number,
  ])[] = [
    [
      'is spread over its time',
      [{ from: 0, due: 4, hours: 2 }],
      [1, 1, 1, 1],
      [0.5, 0.5, 0.5, 0.5],
      0,
    ],
    ['waits for the opening', [{ from: 0, due: 4, hours: 2 }], [0, 0, 1, 1], [0, 0, 1, 1], 0],
    [
      'makes room for what is due before it',
      [
        { from: 0, due: 4, hours: 3 },
        { from: 1, due: 2, hours: 2 },
      ],
      [1, 1, 1, 1],
      [1, 2, 1, 1],
      0,
    ],
    [
      'that is overdue is done at once',
      [{ from: 0, due: -3, hours: 2 }],
      [0, 0.5, 1],
      [0, 4, 0],
      0,
    ],
    [
      'due after the day counts till its end',
      [{ from: 1, due: 9, hours: 2 }],
      [1, 1, 1],
      [0, 1, 1],
      0,
    ],
    [
      'is late where nothing is open in time',
      [{ from: 0, due: 2, hours: 2 }],
      [0, 0, 1],
      [0, 0, 0],
      2,
    ],
    ['of none needs nobody', [], [1, 1], [0, 0], 0],
  ]
  for (const [what, work, open, agents, lateHours] of cases) {
    test(what, () => assert.deepEqual(evenWorkload(work, open), { agents, lateHours }))
  }

  test('is all done in time, by earliest due first, with what is asked for', () => {
    const works = fc.array(
      fc.record({
        from: fc.nat(11),
        due: fc.integer({ min: 1, max: 14 }),
        hours: fc.double({ min: 0.01, max: 5, noNaN: true }),
      }),
      { maxLength: 12 },
    )
    const opens = fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(works, opens, (some, open) => {
        const work = some.map((one) => ({ ...one, due: Math.max(one.due, one.from + 1) }))
        const { agents, lateHours } = evenWorkload(work, open)
        const done = byEarliestDue(work, open, agents)
        assert.ok(Math.abs(done.late - lateHours) < 1e-6, `${done.late} late, not ${lateHours}`)
        const staffed = agents.reduce((sum, many, at) => sum + many * (open[at] ?? 0), 0)
        assert.ok(Math.abs(staffed - done.hours) < 1e-6, 'nobody is there for nothing')
      }),
      { seed: 1995, numRuns: 1_000 },
    )
  })
})

/** Does the work as people would: always what is due first. */
function byEarliestDue(
  work: readonly DueWork[],
  open: readonly number[],
  agents: readonly number[],
): { readonly late: number; readonly hours: number } {
  const left = work.map((one) => ({ ...one, due: Math.min(one.due, open.length) }))
  let hours = 0
  for (const [at, time] of open.entries()) {
    let capacity = time * (agents[at] ?? 0)
    const ready = left.filter((one) => one.from <= at && one.due > at)
    for (const one of ready.sort((one, other) => one.due - other.due)) {
      const part = Math.min(capacity, one.hours)
      one.hours -= part
      capacity -= part
      hours += part
    }
  }
  return { late: left.reduce((sum, one) => sum + one.hours, 0), hours }
}

describe('the roster', () => {
  test('holds who is away as well: 95 at work are 100 rostered at 5% shrinkage', () => {
    assert.deepEqual(netRequirement([95, 10], 0.05, [97, 20]), [
      { required: 95, scheduled: 100, rostered: 97, net: -3 },
      { required: 10, scheduled: 11, rostered: 20, net: 9 },
    ])
  })

  test('nobody rostered is short by all', () => {
    assert.equal(netRequirement([3], 0.25, [])[0]?.net, -4)
  })

  test('a shrinkage of all is refused', () => {
    assert.throws(() => netRequirement([3], 1, []), /shrinkage is 1; it must be 0 to 0.9/)
  })
})
