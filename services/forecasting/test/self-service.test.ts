import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  driftOf,
  type ForecastingCommand,
  type ReportSelfService,
  type SelfServiceInterval,
  selfServiceOf,
} from '../core/index.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import { driftWire } from '../shell/translate/drift.ts'
import { MINUTE, NINE, TestPartition } from './partition.ts'

const DAY = 1_440 * MINUTE

const reports = (...intervals: readonly Partial<SelfServiceInterval>[]) => ({
  ...{ kind: 'reportSelfService' as const, pool: 'north' },
  intervals: intervals.map((one) => ({
    ...{ queueId: 'tax', topic: '', from: NINE, sessions: 100, contained: 60, handedOver: 40 },
    ...one,
  })),
})

/** Half an hour from nine is over, and brought more or fewer than was forecast. */
const drifts = (above: boolean, factorMilli: number): ForecastingCommand => ({
  ...{ kind: 'assessDrift', pool: 'north', queueId: 'tax', date: '2026-03-02' },
  ...{ dayUntil: NINE + 15 * 60 * MINUTE, aboveMilli: 5_000, belowMilli: 5_000 },
  falseAlarmBp: 150,
  assessments: [
    {
      ...{ from: NINE, until: NINE + 30 * MINUTE, since: NINE, factorMilli },
      ...{ aboveMilli: above ? 9_000 : -9_000, belowMilli: above ? -9_000 : 9_000 },
      ...{ aboveBp: above ? 9_999 : 1, belowBp: above ? 1 : 9_999 },
    },
  ],
})

const arrives: ForecastingCommand = {
  ...{ kind: 'arrived', pool: 'north', queueId: 'tax', enteredAt: NINE, unique: true },
}

describe('self-service is reported', () => {
  test('once, again, otherwise; what was said last holds', () => {
    const p = new TestPartition().givenQueue()
    const two = reports({}, { from: NINE - 5 * MINUTE })
    assert.equal(p.answer(two), '2/0/0')
    assert.equal(p.answer(two), '0/0/2')
    assert.equal(p.answer(reports({ contained: 20, handedOver: 70 })), '0/1/0')
    const span = { from: NINE - 5 * MINUTE, until: NINE + MINUTE }
    const found = selfServiceOf(p.state, p.state.queues.must('north/tax'), span)
    assert.deepEqual(
      found.map(({ from, contained }) => [(from - NINE) / MINUTE, contained]),
      [
        [-5, 60],
        [0, 20],
      ],
    )
    const [row] = p.state.selfService.slots()
    assert.deepEqual(p.state.selfService.at(row ?? 0).handedOver, 110)
  })

  test('and is forgotten four weeks after its day', () => {
    const p = new TestPartition().givenQueue().given(reports({}))
    p.passes(28 * DAY)
    assert.equal(p.state.selfService.size, 1)
    p.passes(DAY)
    assert.equal(p.state.selfService.size, 0)
  })

  const wrong: readonly (readonly [string, string, Partial<SelfServiceInterval>])[] = [
    ['QUEUE_UNKNOWN', 'intervals[1].queue_id', { queueId: 'loans' }],
    ['SELF_SERVICE_AHEAD', 'intervals[1].from', { from: NINE + 5 * MINUTE }],
    ['SELF_SERVICE_TOO_OLD', 'intervals[1].from', { from: NINE - 28 * DAY - 5 * MINUTE }],
  ]
  for (const [code, field, more] of wrong) {
    test(`all of it or nothing: ${code}`, () => {
      const p = new TestPartition().givenQueue()
      const refused = p.refused(reports({}, more))
      assert.deepEqual([refused.code, refused.fields['field']], [code, field])
      assert.equal(p.state.selfService.size, 0)
    })
  }

  test('by no more topics than a queue may have', () => {
    const p = new TestPartition().givenQueue()
    const topics = Array.from({ length: 20 }, (_, at) => ({ topic: `t${at}` }))
    p.given(reports(...topics))
    assert.equal(p.refused(reports({ topic: 't20' })).code, 'TOO_MANY_TOPICS')
    assert.equal(p.answer(reports({ topic: 't19', from: NINE - DAY })), '1/0/0')
  })

  test('and passes through the log as it is', () => {
    const command: ForecastingCommand & ReportSelfService = reports({ topic: 'invoice' })
    assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
  })
})

describe('a day drifts because self-service', () => {
  /** A week in which three of five were contained, and then half an hour, in which 500 came. */
  const said = (
    now: readonly Partial<SelfServiceInterval>[],
    { above, factorMilli }: { above: boolean; factorMilli: number },
  ) => {
    const p = new TestPartition().givenQueue()
    const week = Array.from({ length: 7 }, (_, back) => NINE - (back + 1) * DAY)
    const thousand = { sessions: 1_000, contained: 600, handedOver: 300 }
    p.given(reports(...week.map((from) => ({ from, ...thousand }))))
    p.given(reports(...week.map((from) => ({ from, topic: 'invoice', ...thousand }))))
    for (let came = 0; came < 500; came++) p.given(arrives)
    p.passes(31 * MINUTE)
    p.given(reports(...now), drifts(above, factorMilli))
    const drift = driftOf(p.state, p.state.queues.must('north/tax'))
    return drift && driftWire(drift)
  }
  const surge = { above: true, factorMilli: 1_400 }

  test('contains less, with the numbers', () => {
    const drift = said(
      [
        { sessions: 400, contained: 240, handedOver: 130 },
        { topic: 'invoice', sessions: 400, contained: 80, handedOver: 280 },
      ],
      surge,
    )
    assert.equal(
      drift?.cause,
      'Self-service of "invoice" contains 20% of 400 sessions, as a rule 60%: ' +
        '160 contacts more were handed over.',
    )
    assert.deepEqual(drift.selfService, {
      ...{ topic: 'invoice', sessions: 400, containedBp: 2_000, usualContainedBp: 6_000 },
      ...{ usualSessions: 7_000, moreHandedOver: 160 },
    })
  })

  test('contains more, where fewer come', () => {
    const fewer = { above: false, factorMilli: 700 }
    const drift = said([{ sessions: 1_000, contained: 900, handedOver: 60 }], fewer)
    assert.match(drift?.cause ?? '', /contains 90% of 1000 .* as a rule 60%: 240 contacts fewer/)
  })

  test('contains less than in the same morning, where nothing else is known', () => {
    const p = new TestPartition().givenQueue()
    const morning = [60, 45, 30].map((back) => NINE - back * MINUTE)
    p.given(reports(...morning.map((from) => ({ from }))))
    for (let came = 0; came < 100; came++) p.given(arrives)
    p.passes(31 * MINUTE)
    p.given(reports({ contained: 20, handedOver: 80 }), drifts(true, 1_400))
    const drift = driftOf(p.state, p.state.queues.must('north/tax'))
    assert.deepEqual(drift?.selfService, {
      ...{ topic: '', sessions: 100, containedBp: 2_000, usualContainedBp: 6_000 },
      ...{ usualSessions: 300, moreHandedOver: 40 },
    })
  })

  const otherwise: readonly (readonly [string, Partial<SelfServiceInterval>])[] = [
    ['as it does as a rule', { sessions: 400, contained: 230, handedOver: 140 }],
    ['of too few to tell', { sessions: 49, contained: 0, handedOver: 49 }],
    ['too little to explain it', { sessions: 60, contained: 12, handedOver: 42 }],
    ['better, which brings nobody', { sessions: 400, contained: 400, handedOver: 0 }],
    ['less, but nobody went on', { sessions: 400, contained: 80, handedOver: 100 }],
    ['less of a topic that nobody knows', { topic: 'new', contained: 0, handedOver: 100 }],
  ]
  for (const [what, now] of otherwise) {
    test(`is not said: it contains ${what}`, () => {
      assert.equal(said([now], surge)?.cause, '')
    })
  }
})
