import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { planMoves } from '../planner/index.ts'
import { MINUTE } from './floor.ts'
import { calls, every, floorOf, mail, person } from './lanes.ts'

describe('a plan', () => {
  test('leaves a floor alone that does well', () => {
    const { moves, nothing } = planMoves(floorOf([calls(), mail()]))
    assert.deepEqual(moves, [])
    assert.notEqual(nothing, '')
  })

  test('a surge of calls brings those of the mail, and says why', () => {
    const surge = calls({ expected: every(100) })
    const { moves } = planMoves(floorOf([surge, mail({ agents: every(9) })]))
    assert.ok(moves.length > 0)
    for (const move of moves) {
      assert.deepEqual([move.from, move.to], [1, 0])
      assert.ok(move.with < move.without)
      assert.ok(move.savedLow <= move.without - move.with)
      assert.ok(move.savedHigh >= move.without - move.with)
      assert.ok(move.levelWith > move.levelWithout)
      assert.match(move.sentence, /^calls: 400 are expected in the next 2 h, 240 were forecast;/)
    }
  })

  test('what a move does is told of its own time, not of all that is looked at', () => {
    const surge = calls({ expected: every(100) })
    const of = (lasts: number) =>
      planMoves(floorOf([surge, mail({ agents: every(9) })], { lasts })).moves[0] ?? assert.fail()
    const [short, long] = [of(2), of(4)]
    assert.ok(Math.abs(2 * (short.without - short.with) - (long.without - long.with)) < 1e-9)
    assert.match(short.sentence, /^calls: 200 are expected in the next 1 h, 120 were forecast;/)
  })

  test('slack of the phone goes to mail before it is late', () => {
    const slack = calls({ agents: every(20) })
    const { moves } = planMoves(floorOf([slack, mail({ due: every(60) })]))
    assert.ok(moves.length > 0)
    assert.ok(moves.every(({ from, to }) => from === 0 && to === 1))
  })

  test('and not where each does two mails at once, and so all of them in time', () => {
    const slack = calls({ agents: every(20) })
    assert.deepEqual(planMoves(floorOf([slack, mail({ due: every(60), atOnce: 2 })])).moves, [])
  })

  test('never more than the donor may lend, or than may begin', () => {
    const surge = calls({ expected: every(110) })
    const lanes = [surge, mail({ agents: every(12), due: every(0), lendMax: 2 })]
    assert.ok(planMoves(floorOf(lanes)).moves.length <= 2)
    assert.ok(planMoves(floorOf(lanes, { movesMax: 1 })).moves.length <= 1)
  })

  test('the least flexible go first, then who was moved least', () => {
    const surge = calls({ expected: every(85) })
    const people = [
      person('wide', 1, { skilled: [0, 2] }),
      person('moved', 1, { movedMs: 60 * MINUTE }),
      person('fresh', 1),
    ]
    const spare = mail({ agents: every(12), due: every(0), lendMax: 1 })
    const { moves } = planMoves(floorOf([surge, spare], { people }))
    assert.deepEqual(
      moves.map(({ agentId }) => agentId),
      ['fresh'],
    )
  })

  test('who is moved stays while it helps, and is over when the surge is', () => {
    const move = { moveId: 'm-1-1', from: 1, to: 0, promised: 10, returnBelow: 0.5 }
    const now = { there: true, lasts: 4, left: 1 }
    const spare = mail({ agents: every(9), due: every(0) })
    const busy = floorOf([calls({ expected: every(100) }), spare], { moved: [{ ...move, ...now }] })
    assert.deepEqual(planMoves(busy).over, [])
    const quiet = floorOf([calls({ expected: every(30) }), spare], { moved: [{ ...move, ...now }] })
    assert.deepEqual(planMoves(quiet).over, ['m-1-1'])
  })
})
