import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { pacedClock } from '../platform/paced-clock.ts'

const SPEED = 300
const START = Date.UTC(2026, 2, 2, 7)

function clockFor(t: TestContext) {
  const clock = pacedClock({ start: START, speed: SPEED })
  clock.stop()
  t.after(() => clock.stop())
  return clock
}

/** As many real ms, one at a time. */
function live(clock: ReturnType<typeof pacedClock>, realMs: number): void {
  for (let ms = 0; ms < realMs; ms += 1) {
    clock.passed(1)
    clock.step()
  }
}

describe('the day of a demo waits for the machine', () => {
  test('it runs at its speed while answers come quickly', (t) => {
    const clock = clockFor(t)
    clock.go()
    live(clock, 200)
    assert.equal(clock.now(), START + 200 * SPEED)
  })

  test('a process that was late catches up in steps, with room for messages between them', (t) => {
    const clock = clockFor(t)
    clock.go()
    clock.passed(20)
    let steps = 1
    while (clock.step()) steps += 1
    assert.equal(steps, 20)
    assert.equal(clock.now(), START + 20 * SPEED)
  })

  test('a process that was away for a minute does not make it up', (t) => {
    const clock = clockFor(t)
    clock.go()
    clock.passed(60_000)
    while (clock.step());
    assert.equal(clock.now(), START + 100 * SPEED)
  })

  test('it hardly moves before it is let go: no customer comes to a half-made centre', (t) => {
    const clock = clockFor(t)
    live(clock, 1000)
    assert.equal(clock.now(), START + 50 * SPEED)
  })

  test('an answer that takes ten seconds costs three minutes of the day, not fifty', (t) => {
    const clock = clockFor(t)
    clock.go()
    clock.waitFor(() => START)
    live(clock, 10_000)
    const cost = clock.now() - START
    assert.ok(cost < 180_000, `${cost} ms`)
    clock.waitFor(() => undefined)
    live(clock, 10)
    assert.equal(clock.now(), START + cost + 10 * SPEED)
  })

  test('timers go off in order, each at the very time it was set for', (t) => {
    const clock = clockFor(t)
    clock.go()
    const told: string[] = []
    for (const ms of [250, 100, 120]) {
      clock.after(ms, () => told.push(`${ms} at ${clock.now() - START}`))
    }
    live(clock, 1)
    assert.deepEqual(told, ['100 at 100', '120 at 120', '250 at 250'])
  })
})
