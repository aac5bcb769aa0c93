import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bucket, full, takeOne } from '../bucket.ts'

const rate = { poolContactsPerS: 10, poolBurstContacts: 3 }
const bucket = (left: number, turnedAway = 0): Bucket => ({ left, turnedAway, atMs: 1_000 })

describe('one more contact', () => {
  const table: readonly (readonly [
    what: string,
    before: Bucket,
    nowMs: number,
    left: number,
    turnedAway: number,
    retryAfterMs: number | undefined,
  ])[] = [
    ['of a quiet pool is taken', full(rate, 1_000), 1_000, 2, 0, undefined],
    ['takes the last that is left', bucket(1), 1_000, 0, 0, undefined],
    ['is told when the next is there', bucket(0), 1_000, 0, 1, 100],
    ['is told sooner when a part is there', bucket(0), 1_075, 0.75, 1, 25],
    ['is taken when it comes then', bucket(0, 1), 1_100, 0, 0, undefined],
    ['is told a time behind others', bucket(0, 4), 1_000, 0, 5, 500],
    ['never waits longer than is believed', bucket(0, 5_000), 1_000, 0, 5_001, 10_000],
    ['of a pool that was away finds no more than a burst', bucket(0, 2), 60_000, 2, 0, undefined],
    ['gains nothing by a clock that stands or goes back', bucket(0), 500, 0, 1, 100],
  ]
  for (const [what, before, nowMs, left, turnedAway, retryAfterMs] of table) {
    test(what, () => {
      const taken = takeOne(before, nowMs, rate)
      const atMs = Math.max(nowMs, before.atMs)
      assert.deepEqual(taken, { bucket: { left, turnedAway, atMs }, retryAfterMs })
    })
  }
})

test('whoever comes at the time told is taken, however many were turned away together', () => {
  let now = full(rate, 0)
  const come: number[] = []
  for (let i = 0; i < 20; i++) {
    const { bucket: after, retryAfterMs } = takeOne(now, 0, rate)
    now = after
    if (retryAfterMs !== undefined) come.push(retryAfterMs)
  }
  assert.equal(come.length, 20 - rate.poolBurstContacts)
  assert.equal(new Set(come).size, come.length)
  for (const atMs of come) {
    const { bucket: after, retryAfterMs } = takeOne(now, atMs, rate)
    now = after
    assert.equal(retryAfterMs, undefined, `${atMs} ms`)
  }
})
