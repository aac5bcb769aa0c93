import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalOf } from '../core/index.ts'
import { wishesOf } from '../shell/planner/advise.ts'
import { planner } from '../shell/planner/planner.ts'
import { surveyOf } from '../shell/planner/survey.ts'
import { counted, Floor, MINUTE, NINE, policyWith, profileOf } from './floor.ts'

const DAY = NINE - 9 * 60 * MINUTE
const half = { from: DAY, intervalMs: 30 * MINUTE, intervals: 48 }
const all = (value: number): readonly number[] => new Array<number>(48).fill(value)

/** Calls and mail are forecast and staffed; of each there comes so much in half an hour. */
function surveyed(calls: number, mails: number): Floor {
  const floor = Floor.open('automatic')
  floor.given({
    ...{ kind: 'queueKnown', pool: 'north', queueId: 'calls', channel: 'voice' },
    ...{ requirements: [], targetMs: 20_000, goalBp: 8_000, usualHandleMs: 5 * MINUTE },
  })
  const queues = [
    ['calls', calls, 20],
    ['mail', mails, 5],
  ] as const
  for (const [queueId, arrivals, agents] of queues) {
    const ofQueue = { pool: 'north', queueId } as const
    const outlook = { ...half, expectedMilli: all(1000 * arrivals), logVarianceMicro: all(10_000) }
    floor.given(
      { kind: 'outlookKnown', ...ofQueue, dayAhead: true, outlook },
      {
        ...{ kind: 'staffingKnown', ...ofQueue },
        staffing: {
          ...{ ...half, rosteredMilli: all(1000 * agents) },
          ...{ handleMs: 5 * MINUTE, atOnceMilli: 1_000 },
        },
      },
      {
        ...{ kind: 'intervalKnown', ...ofQueue },
        actual: counted(NINE - 10 * MINUTE, 5, { open: 1 }),
      },
    )
  }
  return floor
}

const look = (floor: Floor) => {
  const pool = floor.state.pools.must('north')
  return { pool, survey: surveyOf(floor.state, pool, floor.time) }
}

/** Of one queue, a day that begins so many days after today. */
const dayOf = (queueId: string, later: number, value: number) => {
  const day = { ...half, from: DAY + later * 24 * 60 * MINUTE }
  const ofQueue = { pool: 'north', queueId } as const
  const outlook = { ...day, expectedMilli: all(1000 * value), logVarianceMicro: all(10_000) }
  const staffing = { ...day, rosteredMilli: all(1000 * value), handleMs: 5 * MINUTE }
  return [
    { kind: 'outlookKnown', ...ofQueue, dayAhead: true, outlook },
    { kind: 'staffingKnown', ...ofQueue, staffing: { ...staffing, atOnceMilli: 1_000 } },
  ] as const
}

describe('from what others tell to moves that the guards allow', () => {
  test('what is told of other days changes nothing today, and is there when they come', () => {
    const floor = surveyed(60, 45)
    const { survey } = look(floor)
    for (const later of [3, 1, -1, 2]) {
      floor.given(...dayOf('calls', later, 70 + later), ...dayOf('mail', later, 7))
    }
    assert.deepEqual(look(floor).survey, survey)
    floor.passes(24 * 60 * MINUTE)
    const actual = counted(floor.time - 10 * MINUTE, 5, { open: 1 })
    floor.given({ kind: 'intervalKnown', pool: 'north', queueId: 'mail', actual })
    const tomorrow = look(floor).survey
    assert.ok('plan' in tomorrow)
    assert.deepEqual(
      tomorrow.plan.lanes.map(({ agents, expected }) => [agents[0], expected[0]]),
      [
        [7, 7],
        [71, 71],
      ],
    )
  })

  test('midnight is no end: what is known of tomorrow is planned with', () => {
    const floor = surveyed(60, 45)
    floor.passes(14 * 60 * MINUTE)
    const actual = counted(floor.time - 10 * MINUTE, 5, { open: 1 })
    floor.given({ kind: 'intervalKnown', pool: 'north', queueId: 'mail', actual })
    const expected = () => {
      const { survey } = look(floor)
      assert.ok('plan' in survey)
      return survey.plan.lanes.map((lane) => lane.expected)
    }
    assert.deepEqual(expected(), [
      [45, 45],
      [60, 60],
    ])
    floor.given(...dayOf('calls', 1, 70))
    assert.equal(expected()[1]?.length, 2, 'as far as of every queue')
    floor.given(...dayOf('mail', 1, 7))
    assert.deepEqual(expected(), [
      [45, 45, 7, 7, 7, 7, 7, 7],
      [60, 60, 70, 70, 70, 70, 70, 70],
    ])
  })

  test('who helps out on the channel of the home queue belongs to the other', () => {
    const floor = surveyed(60, 45)
    floor.given(profileOf('ann', { homeQueue: 'mail', onRequest: ['email'] }))
    const { survey } = look(floor)
    assert.ok('plan' in survey)
    const { lanes, people } = survey.plan
    const ann = people.find(({ agentId }) => agentId === 'ann') ?? assert.fail()
    assert.equal(lanes[ann.lane]?.queueId, 'calls')
    assert.deepEqual(
      ann.skilled.map((lane) => lanes[lane]?.queueId),
      ['mail'],
    )
  })

  test('who has a break soon is nobody to be moved', () => {
    const floor = surveyed(60, 45)
    const soon = { from: DAY, until: floor.time + 20 * MINUTE }
    floor.given({
      ...{ kind: 'rosterKnown', pool: 'north', agentId: 'bob', rostered: true, duty: [soon] },
    })
    const { survey } = look(floor)
    assert.ok('plan' in survey)
    assert.deepEqual(
      survey.plan.people.map(({ agentId }) => agentId),
      ['ann', 'cid', 'dee', 'eve'],
    )
  })

  test('slack of the phone goes to mail that would be late', async () => {
    const floor = surveyed(60, 45)
    const { pool, survey } = look(floor)
    assert.ok('plan' in survey)
    const made = await planner.plan(survey.plan)
    assert.ok(made)
    const wishes = wishesOf(floor.state, 'north', survey.queues, made)
    assert.ok(wishes.length > 0)
    const at = { time: floor.time, uptime: floor.time, offset: 1, logic: 1 }
    for (const wished of wishes) {
      assert.equal(wished.to, 'email')
      assert.equal(refusalOf(floor.state, pool, wished, at), undefined)
    }
    floor.accepted(floor.proposal(...wishes))
    assert.equal(floor.move(wishes[0]?.agentId ?? '').state, 'ordered')
    // Who is moved is not asked for again.
    const again = look(floor).survey
    assert.ok('plan' in again)
    assert.equal(again.plan.people.length, 5 - wishes.length)
    assert.equal(again.plan.moved.length, wishes.length)
  })

  test('who waits for a supervisor is not asked for beside', async () => {
    const floor = surveyed(60, 45).given({ kind: 'putPolicy', policy: policyWith('approve') })
    const wished = async (): Promise<number> => {
      const { survey } = look(floor)
      assert.ok('plan' in survey)
      const made = await planner.plan(survey.plan)
      const wishes = wishesOf(floor.state, 'north', survey.queues, made ?? assert.fail())
      if (wishes.length > 0) floor.accepted(floor.proposal(...wishes))
      return wishes.length
    }
    assert.ok((await wished()) > 0)
    assert.equal(await wished(), 0)
    const { moveId } = floor.move('ann')
    assert.equal(floor.move('ann').state, 'proposed')
    floor.accepted({ kind: 'approveMove', pool: 'north', moveId, actor: 'sue' })
    assert.equal(floor.move('ann').state, 'ordered', 'the next look has left it alone')
  })

  const nothings: readonly (readonly [when: string, given: (floor: Floor) => void, why: RegExp])[] =
    [
      [
        'counts are incomplete',
        (floor) =>
          floor.given({
            ...{ kind: 'intervalKnown', pool: 'north', queueId: 'mail' },
            actual: counted(NINE - 5 * MINUTE, 1, { complete: false }),
          }),
        /a gap is not slack/,
      ],
      ['nothing was told for long', (floor) => floor.passes(40 * MINUTE), /counts are late/],
      [
        'it is paused',
        (floor) => floor.given({ kind: 'pause', pool: 'north', paused: true, reason: 'drill' }),
        /paused: drill/,
      ],
    ]
  for (const [when, given, why] of nothings) {
    test(`nothing is planned while ${when}`, () => {
      const floor = surveyed(60, 45)
      given(floor)
      const { survey } = look(floor)
      assert.ok('nothing' in survey)
      assert.match(survey.nothing, why)
    })
  }

  test('without a forecast nothing is planned', () => {
    const { survey } = look(Floor.open('automatic'))
    assert.ok('nothing' in survey)
  })
})
