import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  leastAgents,
  type Performance,
  performanceOf,
  SERVICE_LEVELS,
  type Traffic,
} from '../index.ts'
import { byStates } from './birth-death.ts'

const HOUR_S = 3600

/** In units of the handle time, as papers have it: 1 s here. */
const perUnit = (arrivals: number, patience: number): Traffic => ({
  arrivalsPerHour: arrivals * HOUR_S,
  handleS: 1,
  patienceS: patience,
})

type Figure = (performance: Performance) => number
const noWait: Figure = (one) => one.noWait
const abandoned: Figure = (one) => one.abandoned
const queue: Figure = (one) => one.queue
const ofAnswered: Figure = (one) => one.serviceLevel.ofAnswered
const ofAll: Figure = (one) => one.serviceLevel.ofAll

/**
 * Erlang-A: C. Palm 1957; O. Garnett, A. Mandelbaum and M. Reiman 2002, "Designing a call center
 * with impatient customers".
 */
const overloaded = perUnit(102, 1)
const patient = perUnit(102, 4)
/** A. Mandelbaum and S. Zeltyn 2007, "Service engineering in action: the Palm/Erlang-A queue". */
const minute: Traffic = { arrivalsPerHour: 48 * 60, handleS: 60, patienceS: 120 }
/** Erlang-C: A. K. Erlang 1917. */
const erlangC: Traffic = { arrivalsPerHour: 200, handleS: 180, patienceS: Number.POSITIVE_INFINITY }
const smallA: Traffic = { arrivalsPerHour: 200, handleS: 180, patienceS: 300 }

const table: readonly (readonly [string, Traffic, number, number, Figure, number])[] = [
  ['102 a unit at 100, patience 1: P(W=0)', overloaded, 100, 0.1, noWait, 0.4083],
  ['P(Ab)', overloaded, 100, 0.1, abandoned, 0.0499],
  ['E[Q]', overloaded, 100, 0.1, queue, 5.092],
  ['P(W <= 0.1 | served)', overloaded, 100, 0.1, ofAnswered, 0.7986],
  ['P(W <= 0.2 | served)', overloaded, 100, 0.2, ofAnswered, 0.9644],
  ['102 a unit at 100, patience 4: P(W=0)', patient, 100, 0, noWait, 0.226],
  ['P(Ab), patience 4', patient, 100, 0, abandoned, 0.0364],
  ['E[Q], patience 4', patient, 100, 0, queue, 14.84],
  ['48 a minute at 50, patience 2 min: P(Ab)', minute, 50, 20, abandoned, 0.0309],
  ['E[W] in s', minute, 50, 20, (one) => one.waitS, 3.71],
  [
    'Erlang-C, 100 in 30 min of 180 s at 14: P(W>0)',
    erlangC,
    14,
    20,
    (one) => 1 - one.noWait,
    0.1741319,
  ],
  ['service level in 20 s', erlangC, 14, 20, ofAll, 0.88835],
  ['ASA in s', erlangC, 14, 20, (one) => one.answerS, 7.83594],
  ['Erlang-A, the same at 13, patience 5 min: service level', smallA, 13, 20, ofAll, 0.8582],
  ['P(Ab), patience 5 min', smallA, 13, 20, abandoned, 0.02496],
]

describe('known figures, to 1e-3 of themselves', () => {
  for (const [what, traffic, agents, thresholdS, figure, known] of table) {
    test(`${what} is ${known}`, () => {
      const found = figure(performanceOf(traffic, agents, thresholdS))
      assert.ok(Math.abs(found - known) <= 1e-3 * Math.max(1, known), `${found}`)
    })
  }
})

describe('staff for 80% in 20 s of 300 s, exactly', () => {
  const loads = [5, 10, 20, 50, 100, 200, 500]
  const staffed: readonly (readonly [string, number, number, readonly number[]])[] = [
    ['Erlang-C', Number.POSITIVE_INFINITY, 1, [8, 14, 25, 57, 108, 210, 513]],
    ['Erlang-A, patience 180 s', 180, 1, [7, 13, 23, 52, 100, 195, 475]],
    ['Erlang-A, at most 3% abandon', 180, 0.03, [9, 14, 25, 55, 104, 201, 492]],
  ]
  for (const [what, patienceS, abandonedMax, agents] of staffed) {
    test(`${what}: ${agents.join(' ')} at ${loads.join(' ')} Erlangs`, () => {
      const found = loads.map((load) =>
        leastAgents(
          { arrivalsPerHour: load * 12, handleS: 300, patienceS },
          { serviceLevel: 0.8, thresholdS: 20, abandonedMax },
        ),
      )
      assert.deepEqual(found, agents)
    })
  }
})

describe('the formula by integrals', () => {
  const near = (left: number, right: number, what: string): void =>
    assert.ok(
      Math.abs(left - right) < 1e-9 * Math.max(1, Math.abs(right)),
      `${what}: ${left}, ${right}`,
    )

  const lines: readonly (readonly [number, number, number, number])[] = [
    [0.01, 1, 1, 0.1],
    [0.5, 1.5, 1, 0],
    [5, 0.01, 4, 0.3],
    [20, 30, 18, 0.02],
    [100, 1.7, 100, 0.07],
    [100, 1.7, 30, 0.5],
    [500, 0.2, 470, 0.1],
    [5000, 2, 4900, 0.01],
  ]
  for (const [load, haste, agents, threshold] of lines) {
    test(`comes to what the states come to: ${load} Erlangs, ${agents} agents`, () => {
      const states = byStates(load, haste, agents, threshold)
      const traffic = { arrivalsPerHour: load * HOUR_S, handleS: 1, patienceS: 1 / haste }
      const found = performanceOf(traffic, agents, threshold)
      near(found.noWait, states.noWait, 'noWait')
      near(found.abandoned, states.abandoned, 'abandoned')
      near(found.queue, states.queue, 'queue')
      near(found.serviceLevel.ofAll, states.servedWithin, 'served within')
      const stayed = (1 - states.offeredWithin) * Math.exp(-haste * threshold)
      near(found.serviceLevel.shortAbandonsAsMet, 1 - stayed, 'left within')
    })
  }

  test('meets Erlang-C as patience grows', () => {
    const endless = performanceOf(erlangC, 14, 20)
    const long = performanceOf({ ...erlangC, patienceS: 604_800 }, 14, 20)
    assert.ok(Math.abs(endless.answerS - long.answerS) < 0.01)
    assert.ok(Math.abs(endless.serviceLevel.ofAll - long.serviceLevel.ofAll) < 1e-4)
  })

  test('takes a part of an agent for what lies between two whole ones', () => {
    const level = (agents: number): number => performanceOf(smallA, agents, 20).serviceLevel.ofAll
    for (let agents = 11; agents < 13; agents += 0.1) assert.ok(level(agents) < level(agents + 0.1))
    assert.ok(Math.abs(level(12 + 1e-9) - level(12)) < 1e-8, 'no step at a whole number')
    assert.ok(Math.abs(level(12 - 1e-9) - level(12)) < 1e-8, 'no step below a whole number')
  })

  test('callbacks that hold a place leave the live ones between all leaving and nobody', () => {
    const all = performanceOf({ arrivalsPerHour: 200, handleS: 180, patienceS: 120 }, 11, 20)
    const mixed = performanceOf(
      { arrivalsPerHour: 150, callbacksPerHour: 50, handleS: 180, patienceS: 120 },
      11,
      20,
    )
    assert.ok(mixed.serviceLevel.ofAll < all.serviceLevel.ofAll)
    assert.ok(mixed.occupancy > all.occupancy)
    const none = performanceOf(
      { arrivalsPerHour: 0, callbacksPerHour: 200, handleS: 180, patienceS: 120 },
      11,
      20,
    )
    const endless = performanceOf(erlangC, 11, 20)
    assert.ok(Math.abs(none.queue - endless.queue) < 1e-9)
  })
})

describe('whatever comes', () => {
  const traffics = fc.record({
    arrivalsPerHour: fc.double({ min: 0, max: 1e4, noNaN: true }),
    handleS: fc.double({ min: 0.001, max: 1e4, noNaN: true }),
    patienceS: fc.oneof(
      fc.double({ min: 0.001, max: 604_800, noNaN: true }),
      fc.constant(Number.POSITIVE_INFINITY),
    ),
    callbacksPerHour: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e3, noNaN: true })),
  })
  const agents = fc.oneof(fc.nat(3_000), fc.double({ min: 0, max: 3_000, noNaN: true }))
  const thresholds = fc.double({ min: 0, max: 604_800, noNaN: true })
  const seeded = { seed: 1917, numRuns: 2_000 }

  const sharesOf = (one: Performance): readonly number[] => [
    one.noWait,
    one.abandoned,
    one.occupancy,
    ...SERVICE_LEVELS.map((name) => one.serviceLevel[name]),
  ]

  test('shares are shares, and nothing is NaN or below 0', () => {
    fc.assert(
      fc.property(traffics, agents, thresholds, (traffic, many, thresholdS) => {
        const one = performanceOf(traffic, many, thresholdS)
        for (const share of sharesOf(one)) assert.ok(share >= 0 && share <= 1, `${share}`)
        for (const size of [one.waitS, one.answerS, one.queue]) assert.ok(size >= 0, `${size}`)
      }),
      seeded,
    )
  })

  test('more agents are never worse, and a longer threshold is never stricter', () => {
    fc.assert(
      fc.property(traffics, agents, thresholds, (traffic, many, thresholdS) => {
        const fewer = performanceOf(traffic, many, thresholdS)
        const more = performanceOf(traffic, many + 1, thresholdS)
        const later = performanceOf(traffic, many, Math.min(604_800, thresholdS + 1))
        const hair = 1e-9
        assert.ok(more.serviceLevel.ofAll >= fewer.serviceLevel.ofAll - hair)
        assert.ok(more.abandoned <= fewer.abandoned + hair)
        assert.ok(more.waitS <= fewer.waitS * (1 + hair) + hair)
        assert.ok(later.serviceLevel.ofAll >= fewer.serviceLevel.ofAll - hair)
      }),
      seeded,
    )
  })

  test('who comes is answered or gone: work done is work answered', () => {
    fc.assert(
      fc.property(traffics, fc.integer({ min: 1, max: 3_000 }), (traffic, many) => {
        const one = performanceOf(traffic, many, 20)
        fc.pre(Number.isFinite(one.queue))
        const answered = traffic.arrivalsPerHour * (1 - one.abandoned) + traffic.callbacksPerHour
        const busy = one.occupancy * many
        const work = (answered * traffic.handleS) / HOUR_S
        assert.ok(Math.abs(busy - work) <= 1e-9 * Math.max(1, work), `${busy}, ${work}`)
      }),
      seeded,
    )
  })

  const refused: readonly (readonly [string, Partial<Traffic>, number, number, RegExp])[] = [
    [
      'no number',
      { arrivalsPerHour: Number.NaN },
      5,
      20,
      /arrivalsPerHour is NaN; it must be 0 to/,
    ],
    ['arrivals below 0', { arrivalsPerHour: -1 }, 5, 20, /arrivalsPerHour is -1/],
    ['no handle time', { handleS: 0 }, 5, 20, /handleS is 0; it must be 0.001 to/],
    ['no patience', { patienceS: 0 }, 5, 20, /patienceS is 0/],
    ['more than any centre', { arrivalsPerHour: 1e7, handleS: 3600 }, 5, 20, /load is 10000000/],
    ['fewer than nobody', {}, -1, 20, /agents is -1; it must be 0 to 100000/],
    ['an endless threshold', {}, 5, Number.POSITIVE_INFINITY, /thresholdS is Infinity/],
  ]
  for (const [what, change, many, thresholdS, why] of refused) {
    test(`${what} is refused by name, limit and value`, () => {
      assert.throws(() => performanceOf({ ...smallA, ...change }, many, thresholdS), why)
    })
  }
})
