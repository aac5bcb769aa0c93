import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { realisedOf } from '../planner/index.ts'
import { judgeable } from '../shell/planner/judging.ts'
import { moveWire } from '../shell/translate/moves.ts'
import { counted, Floor, MINUTE, NINE, profileOf } from './floor.ts'

const HOUR = 60 * MINUTE

/** These do emails from nine to ten, of which 24 are open then, and four are late at last. */
function moved(...agents: readonly string[]): Floor {
  const floor = Floor.open('automatic')
  const ofMail = { kind: 'intervalKnown', pool: 'north', queueId: 'mail' } as const
  floor.given(
    {
      ...{ kind: 'queueKnown', pool: 'north', queueId: 'calls', channel: 'voice' },
      ...{ requirements: [], targetMs: 20_000, goalBp: 8_000, usualHandleMs: 5 * MINUTE },
    },
    profileOf('flo', { channels: ['email'] }),
    { kind: 'presenceKnown', pool: 'north', agentId: 'flo', presence: 'ready' },
    { ...ofMail, actual: counted(NINE - 5 * MINUTE, 24, { open: 24, answered: 0, inTarget: 0 }) },
  )
  for (const agentId of agents) floor.moved(agentId)
  floor.passes(HOUR)
  floor.accepted({ kind: 'returnAll', pool: 'north', actor: 'sue' })
  for (const agentId of agents) floor.says(agentId, '')
  return floor.given({ ...ofMail, actual: counted(NINE - 5 * MINUTE, 24, { inTarget: 20 }) })
}

const look = (floor: Floor) => {
  const pool = floor.state.pools.must('north')
  return judgeable(floor.state, pool, floor.time, 50)
}

describe('a move that is over is judged', () => {
  test('by what was late and what would have been: in its sentence and the ledger', () => {
    const floor = moved('ann')
    assert.equal(look(floor).length, 0, 'what came meanwhile is not due yet')
    floor.passes(HOUR + 15 * MINUTE)
    const [found] = look(floor)
    assert.ok(found)
    const { moveId, past } = found
    const it = realisedOf(past)
    // One agent does 12 emails in an hour, another 11 in hers: 24 were open.
    assert.equal(it.with, 4)
    assert.ok(Math.abs(it.without - 4 - 9.9) < 1, `${it.without} without`)
    const realised = {
      ...{ lostWithoutMilli: 13_800, lostWithMilli: 4_000, savedLowMilli: 5_000 },
      ...{ savedHighMilli: 14_100, levelWithoutBp: 4_200, levelWithBp: 8_300 },
    }
    const [event] = floor.accepted({ kind: 'judgeMove', pool: 'north', moveId, realised })
    assert.equal(event?.kind, 'moveJudged')
    const { outcome } = moveWire(floor.move('ann'))
    assert.equal(outcome, 'Because of it about 9.8 fewer late (80%: from 5.0 fewer to 14.1 fewer).')
    const [day] = floor.state.ledger.inKeyOrder()
    assert.equal(day?.judged, 1)
    assert.equal(day?.realisedMilli, 9_800)
    assert.equal(look(floor).length, 0, 'once')
  })

  test('never, while its counts are incomplete', () => {
    const floor = moved('ann')
    const gap = counted(NINE + 20 * MINUTE, 0, { complete: false })
    floor.given({ kind: 'intervalKnown', pool: 'north', queueId: 'mail', actual: gap })
    floor.passes(2 * HOUR)
    assert.equal(look(floor).length, 0)
  })

  test('beside others: what one has done another has not', () => {
    const floor = moved('ann', 'bob')
    floor.passes(HOUR + 15 * MINUTE)
    const found = look(floor)
    assert.equal(found.length, 2)
    for (const { past } of found) {
      assert.ok(past.helped !== 'none')
      assert.equal(past.helped.steps[0]?.agents, 1 + 0.9, 'who is at home there, and the other')
      assert.equal(past.donor.steps[0]?.agents, 5 - 2)
      const it = realisedOf(past)
      // Two do 20.9 till they are due, of 24: no longer 9.9, as for one alone.
      assert.ok(Math.abs(it.without - it.with - 3.1) < 0.01, `${it.without - it.with} by each`)
    }
  })
})
