import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Pace, paceAt, retryAfterMs, unknownPace } from '../pace.ts'

const looked: Pace = { applied: 1_000, atMs: 5_000, perS: 7 }

describe('the pace', () => {
  const table: readonly (readonly [string, Pace, number, number, Pace])[] = [
    ['begins unknown', unknownPace, 9, 5_000, { applied: 9, atMs: 5_000, perS: undefined }],
    ['stays what it was for a moment', looked, 1_090, 5_099, looked],
    ['is of the last stretch', looked, 1_200, 5_100, { applied: 1_200, atMs: 5_100, perS: 2_000 }],
    [
      'forgets the time before a rush',
      looked,
      1_200,
      6_001,
      { applied: 1_200, atMs: 6_001, perS: undefined },
    ],
  ]
  for (const [what, before, applied, nowMs, after] of table) {
    test(what, () => assert.deepEqual(paceAt(before, applied, nowMs), after))
  }
})

describe('who is told to come again, when so many wait', () => {
  const table: readonly (readonly [perS: number | undefined, waiting: number, ms: number])[] = [
    [4_000, 2_000, 500],
    [4_000, 100, 100],
    [undefined, 2_000, 500],
    [10, 2_000, 10_000],
    [0, 2_000, 10_000],
  ]
  for (const [perS, waiting, ms] of table) {
    test(`${waiting} at ${perS ?? 'who knows how many'} a second: after ${ms} ms`, () => {
      assert.equal(retryAfterMs({ applied: 0, atMs: 0, perS }, waiting), ms)
    })
  }
})
