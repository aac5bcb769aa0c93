import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock, realClock, scaledClock } from '../clock.ts'

test('a manual clock fires in order of due time, then of registration', () => {
  const clock = manualClock(1_000)
  const story: string[] = []
  const note = (name: string) => () => story.push(`${name} at ${clock.now()}`)
  clock.after(300, note('c'))
  clock.after(100, note('a'))
  clock.after(100, note('b'))
  clock.after(301, note('too late'))
  clock.advance(300)
  assert.deepEqual(story, ['a at 1100', 'b at 1100', 'c at 1300'])
  assert.equal(clock.now(), 1_300)
  assert.equal(clock.nextAt(), 1_301)
})

test('what a callback sets within the span fires in the same advance', () => {
  const clock = manualClock(0)
  const beats: number[] = []
  const beat = () => {
    beats.push(clock.now())
    clock.after(10, beat)
  }
  clock.after(10, beat)
  clock.advance(45)
  assert.deepEqual(beats, [10, 20, 30, 40])
  assert.equal(clock.nextAt(), 50)
})

test('a callback that is taken back is not called, and may be taken back twice', () => {
  const clock = manualClock(0)
  const calls: string[] = []
  const cancel = clock.after(5, () => calls.push('taken back'))
  const other = clock.after(5, () => calls.push('kept'))
  cancel()
  cancel()
  clock.advance(5)
  other()
  assert.deepEqual(calls, ['kept'])
  assert.equal(clock.nextAt(), Number.POSITIVE_INFINITY)
})

test('a manual clock neither goes back nor stands between two ms', () => {
  const clock = manualClock(0)
  assert.throws(() => clock.advance(-1), RangeError)
  assert.throws(() => clock.advance(0.5), RangeError)
})

for (const speed of [1, 7, 1_000]) {
  test(`at speed ${speed} nothing is called back early`, async () => {
    const clock = scaledClock({ start: 5_000, speed })
    const due = clock.now() + 3 * speed
    await new Promise<void>((resolve) => clock.after(3 * speed, resolve))
    assert.ok(clock.now() >= due)
    assert.ok(Number.isInteger(clock.now()))
  })
}

test('a scaled clock begins at its start, and can take a callback back', async () => {
  const clock = scaledClock({ start: 5_000, speed: 0.001 })
  assert.equal(clock.now(), 5_000)
  const cancel = clock.after(0, () => assert.fail('was taken back'))
  cancel()
  await new Promise<void>((resolve) => realClock().after(1, resolve))
})

test('a speed that is no speed is a defect', () => {
  for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => scaledClock({ start: 0, speed }), RangeError)
  }
})

test('a wait of months is neither cut short nor turned into none', async () => {
  const calls: string[] = []
  const cancel = realClock().after(90 * 24 * 3_600_000, () => calls.push('months'))
  await new Promise<void>((resolve) => realClock().after(5, resolve))
  cancel()
  assert.deepEqual(calls, [])
})
