import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Demand, requiredOf, type Terms } from '../shell/staffing/requirement.ts'
import { MINUTE, NINE } from './partition.ts'

const HALF_HOUR = 30 * MINUTE

/** So many in every half hour from nine on. */
const demand = (perHalfHour: readonly number[], logVarianceMicro = 0): Demand => ({
  ...{ from: NINE, intervalMs: HALF_HOUR },
  expectedMilli: perHalfHour.map((contacts) => contacts * 1_000),
  logVarianceMicro: perHalfHour.map(() => logVarianceMicro),
})

const voice: Terms = {
  ...{ channel: 'voice', targetMs: 20_000, goalBp: 8_000, handleMs: 300_000, patienceMs: 180_000 },
  atOnceMilli: 1_000,
  ...{ calledBackBp: 0, open: [], rosteredMilli: undefined, before: [], time: NINE },
}
const email: Terms = { ...voice, channel: 'email', targetMs: 2 * HALF_HOUR, handleMs: 600_000 }

describe('calls are staffed for waiting', () => {
  // 80/20 with 300 s of handling and 180 s of patience, by Erlang-A: forecasting.md, after Garnett,
  // Mandelbaum and Reiman 2002.
  for (const [erlangs, agents] of [
    [5, 7],
    [10, 13],
    [20, 23],
    [50, 52],
    [100, 100],
  ] as const) {
    test(`${erlangs} Erlangs: ${agents}`, () => {
      assert.deepEqual(requiredOf(demand([erlangs * 6]), voice), [agents])
    })
  }

  test('and more of them where the rate is uncertain', () => {
    const [sure = 0] = requiredOf(demand([600]), voice)
    // A standard deviation of a tenth; the mean of such a rate is half a per cent above its median.
    const [unsure = 0] = requiredOf(demand([600], 9_950), voice)
    assert.ok(unsure >= sure + 3 && unsure <= sure + 6, `${sure}, ${unsure}`)
  })

  test('and more where some are called back, who do not leave', () => {
    const [live = 0] = requiredOf(demand([600]), voice)
    const [some = 0] = requiredOf(demand([600]), { ...voice, calledBackBp: 6_000 })
    assert.ok(some > live, `${live}, ${some}`)
  })

  test('and fewer where each serves several at once: the line has so many places', () => {
    const chats: Terms = { ...voice, channel: 'chat' }
    const [places = 0] = requiredOf(demand([600]), chats)
    const three = { ...chats, atOnceMilli: 3_000 }
    assert.deepEqual(requiredOf(demand([600]), three), [Math.ceil(places / 3)])
  })

  test('nobody where nobody comes', () => {
    assert.deepEqual(requiredOf(demand([0]), { ...voice, goalBp: 10_000 }), [0])
  })
})

describe('mails are staffed for being due', () => {
  test('evenly, as they may lie for a while', () => {
    // 12 of ten minutes are two hours: two agents for the hour until they are due.
    assert.deepEqual(requiredOf(demand([12, 0, 0, 0]), email), [2, 2, 0, 0])
    const two = { ...email, atOnceMilli: 2_000 }
    assert.deepEqual(requiredOf(demand([12, 0, 0, 0]), two), [1, 1, 0, 0], 'two at once')
  })

  test('with what waits already', () => {
    const open = [{ enteredAt: NINE - HALF_HOUR, contacts: 6 }]
    assert.deepEqual(requiredOf(demand([0, 0, 0, 0]), { ...email, open }), [2, 0, 0, 0])
  })

  test('while somebody is there', () => {
    const rosteredMilli = [0, 3_000, 3_000, 0]
    assert.deepEqual(requiredOf(demand([6, 0, 0, 0]), { ...email, rosteredMilli }), [0, 2, 0, 0])
  })

  test('and what was said of intervals that are over stands', () => {
    const terms = { ...email, time: NINE + HALF_HOUR, before: [7] }
    assert.equal(requiredOf(demand([12, 0, 0, 0]), terms)[0], 7)
  })
})
