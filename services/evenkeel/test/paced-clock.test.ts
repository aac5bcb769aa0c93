import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pacedClock, paceOf } from '../platform/paced-clock.ts'

const SPEED = 300
const START = Date.UTC(2026, 2, 2, 7)

describe('the day of a demo waits for the machine', () => {
  test('it runs at its speed while answers come quickly', (t) => {
    const clock = pacedClock({ start: START, speed: SPEED })
    t.after(() => clock.stop())
    clock.go()
    for (let step = 0; step < 100; step += 1) clock.step(2)
    assert.equal(clock.now(), START + 200 * SPEED)
  })

  test('a process that was away for a second is a second late, not five minutes of the day', (t) => {
    const clock = pacedClock({ start: START, speed: SPEED })
    t.after(() => clock.stop())
    clock.go()
    clock.step(1000)
    assert.equal(clock.now(), START + 4 * SPEED)
  })

  test('it hardly moves before it is let go, so that no customer comes to a half-made centre', (t) => {
    const clock = pacedClock({ start: START, speed: SPEED })
    t.after(() => clock.stop())
    for (let step = 0; step < 250; step += 1) clock.step(4)
    assert.equal(clock.now(), START + 0.01 * 1000 * SPEED)
  })

  test('an answer that takes ten seconds costs the day half a minute, not fifty', (t) => {
    const clock = pacedClock({ start: START, speed: SPEED })
    t.after(() => clock.stop())
    let lag = 0
    clock.waitFor(() => lag)
    clock.go()
    for (; lag < 10_000; lag += 1) clock.step(1)
    const cost = clock.now() - START
    assert.ok(cost < 32_000, `${cost} ms`)
  })

  test('timers go off in order, each at the very time it was set for', (t) => {
    const clock = pacedClock({ start: START, speed: SPEED })
    t.after(() => clock.stop())
    clock.go()
    const told: string[] = []
    for (const ms of [700, 100, 400]) {
      clock.after(ms, () => told.push(`${ms} at ${clock.now() - START}`))
    }
    clock.step(4)
    assert.deepEqual(told, ['100 at 100', '400 at 400', '700 at 700'])
  })
})

test('the pace falls with the square of the lag, and never to nothing', () => {
  const paces = [0, 1000, 2000, 4000, 60_000, 3_600_000].map(paceOf)
  assert.deepEqual(paces, [1, 1, 0.25, 0.0625, 0.01, 0.01])
})
