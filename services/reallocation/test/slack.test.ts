import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FloorPlan, type LaneFacts, type Moved, planMoves } from '../planner/index.ts'
import { MINUTE } from './floor.ts'
import { calls, every, floorOf, mail, person } from './lanes.ts'

const HOUR = 60 * MINUTE
const training = { leastMs: 30 * MINUTE, mostMs: 2 * HOUR } as const

/** Twelve on the phone and nothing beside it; ann and bob are in training for two hours. */
function phone(lane: Partial<LaneFacts>, more: Partial<FloorPlan> = {}): FloorPlan {
  const trainees = ['ann', 'bob'].map((moveId) => ({ moveId, lane: 0, lasts: 4 }))
  const people = ['cid', 'dee'].map((one) => person(one, 0, { skilled: [], lacksMs: 24 * HOUR }))
  return floorOf([calls({ agents: every(12), ...lane })], { training, trainees, people, ...more })
}

const helper = (moveId: string, more: Partial<Moved> = {}): Moved => ({
  ...{ moveId, from: 1, to: 0, promised: 10, returnBelow: 0.5 },
  ...{ there: true, lasts: 4, left: 1 },
  ...more,
})

const sessions = (floor: FloorPlan): readonly number[] =>
  planMoves(floor).moves.flatMap(({ lastsMs, to }) => (to === 'training' ? [lastsMs / MINUTE] : []))

describe('who is in training is called back', () => {
  // Calls of five minutes: 20 in half an hour keep three or four busy, 70 twelve.
  const [few, many] = [every(20), every(70)]
  const rows: readonly [name: string, floor: FloorPlan, over: readonly string[]][] = [
    ['nobody in slack', phone({ expected: few }), []],
    ['all in a surge', phone({ expected: many }), ['ann', 'bob']],
    ['all in a drift that the outlook is behind', phone({ surging: true }), ['ann', 'bob']],
    [
      'also where nobody more is sent',
      phone({ expected: many }, { training: 'none' }),
      ['ann', 'bob'],
    ],
    ['not for what comes later than the next half-hour', phone({ expected: [20, 20, 70, 70] }), []],
    [
      'not for a half-hour before which they are back',
      phone(
        { expected: [20, 70, 70, 70] },
        { trainees: ['ann', 'bob'].map((moveId) => ({ moveId, lane: 0, lasts: 1 })) },
      ),
      [],
    ],
    [
      'and of several those who can still make it better',
      phone(
        { expected: [20, 70, 70, 70] },
        {
          trainees: [
            { moveId: 'ann', lane: 0, lasts: 1 },
            { moveId: 'bob', lane: 0, lasts: 3 },
          ],
        },
      ),
      ['bob'],
    ],
  ]
  for (const [name, floor, over] of rows) {
    test(name, () => {
      assert.deepEqual(planMoves(floor).over, over)
    })
  }

  // A surge that five of the mail could meet, who have a whole day for it.
  const surge = { expected: every(70), agents: every(12), lendMax: 12 }
  const trainees = [{ moveId: 'ann', lane: 0, lasts: 4 }]
  const people = ['pat', 'quin', 'rob', 'sam', 'tom'].map((one) => person(one, 1))
  const spare = mail({ agents: every(9), due: every(0), expected: every(0) })
  const two = (more: Partial<FloorPlan>): FloorPlan =>
    floorOf([calls(surge), spare], { training, trainees, people, ...more })

  test('though others could help: they may decline', () => {
    const { moves, over } = planMoves(two({}))
    assert.ok(moves.some(({ from, to }) => from === 1 && to === 0))
    assert.deepEqual(over, ['ann'])
  })

  test('though others were asked: they are not there', () => {
    const asked = ['h1', 'h2', 'h3', 'h4', 'h5'].map((id) => helper(id, { there: false }))
    assert.ok(planMoves(two({ moved: asked, people: [] })).over.includes('ann'))
    const there = asked.map((one) => ({ ...one, there: true }))
    assert.ok(!planMoves(two({ moved: there, people: [] })).over.includes('ann'))
  })

  test('when lending needs the room that they take', () => {
    const short = mail({ agents: every(3), due: every(80) })
    const able = ['cid', 'dee'].map((one) => person(one, 0))
    const quiet = calls({ expected: every(20), lendMax: 2 })
    const floor = floorOf([quiet, short], { training, trainees, people: able })
    assert.deepEqual(planMoves(floor).over, ['ann'])
    // Nobody may go: then nothing is gained by it.
    assert.deepEqual(planMoves({ ...floor, people: [] }).over, [])
  })
})

describe('a session of training', () => {
  const alone: Partial<FloorPlan> = { trainees: [] }

  test('ends before the half-hour in which all are needed, whenever it begins', () => {
    const lane = { expected: [20, 20, 70, 70], lendMax: 1 }
    assert.deepEqual(sessions(phone(lane, alone)), [60])
    assert.deepEqual(sessions(phone(lane, { ...alone, goneMs: 10 * MINUTE })), [50])
    // Less than the least that is worth it.
    assert.deepEqual(sessions(phone({ ...lane, expected: [20, 70, 70, 70] }, alone)), [30])
    const late = { ...alone, goneMs: 5 * MINUTE }
    assert.deepEqual(sessions(phone({ ...lane, expected: [20, 70, 70, 70] }, late)), [])
  })

  test('is looked at to its end: the last of it may lie in one half-hour more', () => {
    const lane = { expected: [20, 20, 20, 20, 70, 70], lendMax: 1, agents: new Array(6).fill(12) }
    const six = { ...lane, forecast: lane.expected, spread: new Array(6).fill(0.1) }
    const due = new Array<number>(6).fill(0)
    assert.deepEqual(sessions(phone({ ...six, due }, alone)), [120])
    assert.deepEqual(sessions(phone({ ...six, due }, { ...alone, goneMs: 20 * MINUTE })), [100])
  })

  test('takes nobody from a queue that calls others back', () => {
    const trainees = [{ moveId: 'ann', lane: 0, lasts: 4 }]
    const { moves, over } = planMoves(phone({ expected: [20, 70, 20, 20] }, { trainees }))
    assert.deepEqual([moves, over], [[], ['ann']])
  })

  test('waits for nobody who was asked to help and is not there', () => {
    const asked = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => helper(`h${id}`, { there: false }))
    const lanes = [calls({ expected: every(50), agents: every(10) }), mail()]
    const people = [person('cid', 0, { skilled: [], lacksMs: 24 * HOUR })]
    const floor = floorOf(lanes, { training, people, moved: asked })
    assert.deepEqual(sessions(floor), [])
    const there = asked.map((one) => ({ ...one, there: true }))
    assert.deepEqual(sessions({ ...floor, moved: there }), [120])
    // As long as they are there themselves.
    assert.deepEqual(
      sessions({ ...floor, moved: there.map((one) => ({ ...one, lasts: 2 })) }),
      [60],
    )
  })
})
