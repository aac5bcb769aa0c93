import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cursor } from '../kafka/cursor.ts'
import type { KafkaRecord } from '../kafka/records.ts'
import { LogUnusable } from '../port.ts'

const recordAt = (offset: number): KafkaRecord => {
  return { offset, timestampMs: 0, key: null, value: Buffer.from(String(offset)) }
}

/** A tail from 12 on: what came until it ended, and why it did. */
function tail() {
  const heard: number[] = []
  const { promise: end, resolve } = Promise.withResolvers<Error>()
  const cursor = new Cursor({
    topic: 'evenkeel.routing.log.v1',
    partition: 3,
    from: 12,
    onBatch: (records) => void heard.push(...records.map(({ offset }) => offset)),
    onEnd: resolve,
    drained: () => {},
    left: () => {},
  })
  return { cursor, heard, end }
}

/** What a fetch brought of offsets, how far its batches reach, what is heard, and what is missed. */
const gaps: readonly (readonly [string, number[], number, number[], RegExp])[] = [
  ['in the middle', [12, 13, 15], 15, [12, 13], /3 has a gap: 14 was to come, 15 came$/],
  ['at the start', [14], 14, [], /3 has a gap: 12 was to come, 14 came$/],
  ['to the end', [12], 15, [12], /3 has a gap: 13 was to come, what came goes to 15 without it$/],
  ['all over', [], 15, [], /3 has a gap: 12 was to come, what came goes to 15 without it$/],
]

for (const [where, offsets, last, before, message] of gaps) {
  test(`a gap ${where} ends the tail, after what came before it`, async () => {
    const { cursor, heard, end } = tail()
    cursor.add(offsets.map(recordAt), last)
    const error = await end
    assert.ok(error instanceof LogUnusable)
    assert.equal(error.code, 'log_gap')
    assert.match(error.message, message)
    assert.deepEqual(heard, before)
    assert.equal(cursor.hasRoom, false, 'nothing more is fetched for it')
  })
}
