import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FloorPlan, type LaneFacts, type Person, planMoves } from '../planner/index.ts'
import { MINUTE } from './floor.ts'
import { calls, mail } from './lanes.ts'

const HOUR = 60 * MINUTE
const HALF = 30 * MINUTE
const INTERVALS = 8

const perInterval = (max: number) =>
  fc.array(fc.integer({ min: 0, max }), { minLength: INTERVALS, maxLength: INTERVALS })

const lane = (live: boolean): fc.Arbitrary<LaneFacts> =>
  fc
    .record({
      expected: perInterval(80),
      agents: perInterval(16),
      due: perInterval(live ? 0 : 20),
      lendMax: fc.integer({ min: 0, max: 8 }),
    })
    .map((facts) => ({
      ...(live ? calls() : mail()),
      ...facts,
      forecast: facts.expected,
      spread: facts.expected.map(() => 0.1),
    }))

const person = (lanes: number): fc.Arbitrary<Omit<Person, 'agentId'>> =>
  fc.integer({ min: 0, max: lanes - 1 }).chain((own) =>
    fc.record({
      lane: fc.constant(own),
      skilled: fc.constantFrom<readonly number[]>([], lanes === 1 ? [] : [1 - own]),
      movedMs: fc.constant(0),
      lacksMs: fc.constantFrom(0, HOUR, 24 * HOUR),
    }),
  )

const floor: fc.Arbitrary<FloorPlan> = fc.integer({ min: 1, max: 2 }).chain((lanes) =>
  fc
    .record({
      lanes: lanes === 1 ? fc.tuple(lane(true)) : fc.tuple(lane(true), lane(false)),
      goneMs: fc.integer({ min: 0, max: 29 }).map((minutes) => minutes * MINUTE),
      people: fc.array(person(lanes), { maxLength: 10 }),
      movesMax: fc.integer({ min: 0, max: 10 }),
    })
    .map(({ people, ...rest }) => ({
      ...{ intervalMs: HALF, moved: [], trainees: [], lasts: 4 },
      training: { leastMs: HALF, mostMs: 2 * HOUR },
      people: people.map((one, at) => ({ ...one, agentId: `a${at}` })),
      ...rest,
    })),
)

/** As it looks a moment later: who was asked is there, or on the way. */
function later(before: FloorPlan, there: boolean): FloorPlan {
  const { moves } = planMoves(before)
  const gone = new Set(moves.map(({ agentId }) => agentId))
  const lasts = (ms: number): number => Math.ceil((before.goneMs + ms) / HALF)
  const lent = moves.flatMap(({ agentId, from, to, with: then, without }) =>
    to === 'training'
      ? []
      : {
          ...{ moveId: agentId, from, to, promised: without - then, returnBelow: 0.5 },
          ...{ there, left: 1, lasts: lasts(2 * HOUR) },
        },
  )
  const sent = moves.flatMap(({ agentId, from, lastsMs, to }) =>
    to === 'training' ? { moveId: agentId, lane: from, lasts: lasts(lastsMs) } : [],
  )
  return {
    ...before,
    people: before.people.filter(({ agentId }) => !gone.has(agentId)),
    moved: [...before.moved, ...lent],
    trainees: [...before.trainees, ...sent],
    movesMax: before.movesMax - moves.length,
  }
}

test('nobody is called back by what was known when they were sent, nor another one sent', () => {
  fc.assert(
    fc.property(floor, fc.boolean(), (before, there) => {
      const { moves, over } = planMoves(later(before, there))
      assert.deepEqual(over, [])
      // Help that has come may leave room for somebody else's training.
      if (!there) assert.deepEqual(moves, [])
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('a session is within its bounds, and no more go than may', () => {
  fc.assert(
    fc.property(floor, (before) => {
      const { moves } = planMoves(before)
      assert.ok(moves.length <= before.movesMax)
      before.lanes.forEach(({ lendMax }, index) => {
        const left = moves.filter(({ from }) => from === index)
        assert.ok(left.length <= lendMax, `${left.length} of ${lendMax}`)
      })
      for (const { agentId, lastsMs, to } of moves) {
        if (to !== 'training') continue
        const { lacksMs } = before.people.find((one) => one.agentId === agentId) ?? assert.fail()
        assert.ok(lastsMs >= HALF && lastsMs <= Math.min(2 * HOUR, lacksMs))
        assert.ok(before.goneMs + lastsMs <= INTERVALS * HALF)
      }
    }),
    { numRuns: 300, seed: 2 },
  )
})
