import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AgentRow, inSlackOf, savedMilli } from '../core/index.ts'
import { realisedOf } from '../planner/index.ts'
import { wishesOf } from '../shell/planner/advise.ts'
import { judgeable } from '../shell/planner/judging.ts'
import { planner } from '../shell/planner/planner.ts'
import { surveyOf } from '../shell/planner/survey.ts'
import { counted, Floor, MINUTE, NINE, policyWith, profileOf, wish } from './floor.ts'

const HOUR = 60 * MINUTE
const DAY = NINE - 9 * HOUR
const YEAR = new Date(NINE).getUTCFullYear()
const half = { from: DAY, intervalMs: 30 * MINUTE, intervals: 48 }
const all = (value: number): readonly number[] => new Array<number>(48).fill(value)
const north = { pool: 'north' } as const
const inSlack = { trainInSlack: true, donorShareBp: 4_000 } as const

/** The phone alone, with so many calls in half an hour and so many at work; five of them are known. */
function phone(calls: number, agents = 12, trainInSlack = true): Floor {
  const floor = Floor.open('automatic', { ...inSlack, trainInSlack })
  const queue = { requirements: [], targetMs: 20_000, goalBp: 8_000, usualHandleMs: 5 * MINUTE }
  floor.given({ kind: 'queueKnown', ...north, queueId: 'calls', channel: 'voice', ...queue })
  const staffing = { ...half, rosteredMilli: all(1000 * agents), handleMs: 5 * MINUTE }
  const told = { ...staffing, atOnceMilli: 1_000 }
  floor.given({ kind: 'staffingKnown', ...north, queueId: 'calls', staffing: told })
  return expects(floor, calls)
}

function expects(floor: Floor, calls: number): Floor {
  const ofQueue = { ...north, queueId: 'calls', dayAhead: false } as const
  const outlook = { ...half, expectedMilli: all(1000 * calls), logVarianceMicro: all(2_500) }
  return floor.given(
    { kind: 'outlookKnown', ...ofQueue, outlook },
    { kind: 'intervalKnown', ...ofQueue, actual: counted(floor.time - 10 * MINUTE, 5) },
  )
}

async function plan(floor: Floor) {
  const survey = surveyOf(floor.state, floor.state.pools.must('north'), floor.time)
  assert.ok('plan' in survey, 'nothing' in survey ? survey.nothing : '')
  const made = (await planner.plan(survey.plan)) ?? assert.fail('no plan')
  return { made, wishes: wishesOf(floor.state, 'north', survey.queues, made) }
}

const trained = (agentId: string, hours: number, year = YEAR) =>
  ({ kind: 'trainedKnown', ...north, agentId, year, trainedMs: hours * HOUR }) as const

const toTraining = (agentId: string) => wish(agentId, { to: 'training', toQueue: '' })

/** Is there, as routing says. */
function inTraining(floor: Floor, agentId: string): void {
  floor.accepted(floor.proposal(toTraining(agentId)))
  floor.says(agentId, `move ${floor.move(agentId).moveId}`)
}

describe('slack becomes training', () => {
  test('who lacks most goes first, and is told why', async () => {
    const floor = phone(20).given(trained('ann', 20), trained('bob', 4), trained('cid', 24))
    const { wishes } = await plan(floor)
    // Two fifths of twelve may be away.
    assert.deepEqual(
      wishes.map(({ agentId, lastsMs, to }) => [agentId, to, lastsMs]),
      [
        ['dee', 'training', 2 * HOUR],
        ['eve', 'training', 2 * HOUR],
        ['bob', 'training', 2 * HOUR],
        ['ann', 'training', 2 * HOUR],
      ],
    )
    assert.equal(
      wishes[0]?.reason.sentence,
      'calls: 80 are expected in the next 2 h, and of 12 agents 11 are enough: its target is ' +
        "safe. dee lacks 24 h of this year's training.",
    )
    const { moves } = await plan(phone(20)).then(({ made }) => made)
    assert.ok(moves.every((move) => move.without <= move.with && move.levelWith > 0.8))
  })

  test('of last year counts nothing, and nobody has more than is lacking', async () => {
    const others = ['cid', 'dee', 'eve'].map((agentId) => trained(agentId, 24))
    const floor = phone(20).given(trained('ann', 24, YEAR - 1), trained('bob', 23), ...others)
    const { wishes } = await plan(floor)
    assert.deepEqual(
      wishes.map(({ agentId, lastsMs }) => [agentId, lastsMs]),
      [
        ['ann', 2 * HOUR],
        ['bob', HOUR],
      ],
    )
  })

  test('nobody is sent while the queue needs all, or where no policy says so', async () => {
    assert.deepEqual((await plan(phone(60))).wishes, [])
    const floor = phone(20, 12, false)
    const survey = surveyOf(floor.state, floor.state.pools.must('north'), floor.time)
    assert.ok('nothing' in survey)
  })

  test('a surge calls back those who are there, at once', async () => {
    const floor = phone(20)
    inTraining(floor, 'ann')
    inTraining(floor, 'bob')
    assert.deepEqual((await plan(floor)).made.over, [])
    expects(floor, 70)
    const { made } = await plan(floor)
    assert.deepEqual([...made.over].sort(), [floor.move('ann').moveId, floor.move('bob').moveId])
    floor.accepted({ kind: 'returnMoves', ...north, moveIds: made.over })
    assert.equal(floor.move('ann').state, 'returning')
    floor.says('ann', '')
    assert.equal(floor.move('ann').endCause, 'recalled')
    assert.deepEqual((await plan(floor)).wishes, [], 'who is called back is not sent again')
  })

  test('so does a drift that the outlook does not know yet; nobody is sent', async () => {
    const floor = phone(20)
    inTraining(floor, 'ann')
    const drift = { ...north, queueId: 'calls', probabilityBp: 9_900, cause: '' }
    floor.given({ kind: 'driftKnown', ...drift, drift: 'above' })
    const { made, wishes } = await plan(floor)
    assert.deepEqual([made.over, wishes], [[floor.move('ann').moveId], []])
    floor.given({ kind: 'driftKnown', ...drift, drift: 'none' })
    assert.deepEqual((await plan(floor)).made.over, [])
  })

  test('what slack has given counts once: by itself, or by its record', async () => {
    const floor = phone(20).given(trained('ann', 20))
    const lacks = (): number | undefined => {
      const survey = surveyOf(floor.state, floor.state.pools.must('north'), floor.time)
      assert.ok('plan' in survey)
      return survey.plan.people.find(({ agentId }) => agentId === 'ann')?.lacksMs
    }
    inTraining(floor, 'ann')
    floor.passes(2 * HOUR - MINUTE)
    floor.accepted({ kind: 'returnAll', ...north, actor: 'sue' })
    floor.says('ann', '')
    const [day] = floor.state.ledger.inKeyOrder()
    assert.deepEqual([day?.movedMs, day?.trainedMs], [2 * HOUR - MINUTE, 2 * HOUR - MINUTE])
    floor.passes(30 * MINUTE)
    expects(floor, 20)
    assert.equal(lacks(), 2 * HOUR + MINUTE)
    floor.given(trained('ann', 22))
    assert.equal(lacks(), 2 * HOUR)
  })

  test('of which no record is made in a week, nothing was learned', () => {
    const floor = phone(20).given(trained('ann', 20))
    inTraining(floor, 'ann')
    floor.passes(HOUR)
    floor.says('ann', '')
    const ann = (): AgentRow => floor.state.agents.must('north/ann')
    assert.equal(inSlackOf(ann(), floor.time), HOUR)
    floor.passes(7 * 24 * HOUR)
    assert.equal(inSlackOf(ann(), floor.time), 0)
  })

  test('who waits for a yes is counted, and let off when the queue needs them', async () => {
    const floor = phone(4, 5)
    floor.given({ kind: 'putPolicy', policy: policyWith('approve', inSlack) })
    const proposed = async (): Promise<readonly string[]> => {
      const { wishes } = await plan(floor)
      if (wishes.length > 0) floor.accepted(floor.proposal(...wishes))
      return wishes.map(({ agentId }) => agentId)
    }
    // Two fifths of five, and not one more at the next look.
    assert.deepEqual(await proposed(), ['ann', 'bob'])
    floor.passes(5 * MINUTE)
    assert.deepEqual(await proposed(), [])
    expects(floor, 70)
    const { made } = await plan(floor)
    assert.equal(made.over.length, 2)
    floor.accepted({ kind: 'returnMoves', ...north, moveIds: made.over })
    const { endCause, state } = floor.move('ann')
    assert.deepEqual([state, endCause], ['cancelled', 'recalled'])
  })

  test('a policy that sends nobody any more still calls back', async () => {
    const floor = phone(20)
    inTraining(floor, 'ann')
    floor.given({ kind: 'putPolicy', policy: policyWith('automatic', { donorShareBp: 4_000 }) })
    assert.deepEqual((await plan(floor)).made, {
      ...{ moves: [], over: [], nothing: 'No move would save enough.' },
    })
    expects(floor, 70)
    assert.deepEqual((await plan(floor)).made.over, [floor.move('ann').moveId])
  })

  test('what it cost is reckoned by the queue that did without', () => {
    const floor = phone(20)
    inTraining(floor, 'ann')
    floor.passes(HOUR)
    floor.accepted({ kind: 'returnAll', ...north, actor: 'sue' })
    floor.says('ann', '')
    floor.passes(20 * MINUTE)
    const [found] = judgeable(floor.state, floor.state.pools.must('north'), floor.time, 10)
    assert.equal(found?.past.helped, 'none')
    const it = realisedOf(found?.past ?? assert.fail())
    assert.ok(it.without <= it.with && it.levelWithout >= it.levelWith)
    const milli = { lostWithoutMilli: 0, lostWithMilli: 500, savedLowMilli: 0, savedHighMilli: 0 }
    const realised = { ...milli, levelWithoutBp: 0, levelWithBp: 0 }
    const of = { ...north, moveId: floor.move('ann').moveId }
    floor.accepted({ kind: 'judgeMove', ...of, realised })
    assert.equal(savedMilli(realised), floor.state.ledger.inKeyOrder()[0]?.realisedMilli)
  })

  test('the guards hold for it, and it needs no channel of the profile', () => {
    const floor = phone(20)
    floor.given({ ...profileOf('ann'), channels: ['voice'] })
    inTraining(floor, 'ann')
    floor.given({ ...profileOf('ann'), channels: ['voice'], skills: [] })
    assert.equal(floor.move('ann').state, 'active')
    assert.equal(floor.refused(floor.proposal(toTraining('ann'))).code, 'AGENT_MOVED_ALREADY')
    floor.accepted({
      kind: 'setConsent',
      ...north,
      agentId: 'bob',
      consent: 'policy',
      optedOut: true,
    })
    assert.equal(floor.refused(floor.proposal(toTraining('bob'))).code, 'AGENT_OPTED_OUT')
    inTraining(floor, 'cid')
    assert.equal(floor.refused(floor.proposal(toTraining('dee'))).code, 'DONOR_CAP')
  })
})
