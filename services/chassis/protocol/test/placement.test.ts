import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf } from '../index.ts'

test('a pool is where it has always been', () => {
  // Written down once: another value here means that every pool of every log has moved.
  const known = [
    ['demo', 64],
    ['pool-1', 64],
    ['a', 64],
    ['berlin-voice', 64],
    ['demo', 1],
    ['demo', 3],
  ] as const
  assert.deepEqual(
    known.map(([pool, partitions]) => partitionOf(pool, partitions)),
    [57, 15, 51, 9, 0, 2],
  )
})

test('ids that differ in one sign are spread evenly', () => {
  const partitions = 64
  const counts = new Array<number>(partitions).fill(0)
  const pools = 6_400
  for (let i = 0; i < pools; i++) {
    const partition = partitionOf(`pool-${i}`, partitions)
    counts[partition] = (counts[partition] ?? 0) + 1
  }
  // 100 each on average with a deviation of 10: five of them is chance no more.
  assert.ok(Math.min(...counts) > 50, `fewest: ${Math.min(...counts)}`)
  assert.ok(Math.max(...counts) < 150, `most: ${Math.max(...counts)}`)
})
