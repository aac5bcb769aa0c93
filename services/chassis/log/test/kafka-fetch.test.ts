import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cursor } from '../kafka/cursor.ts'
import { codes } from '../kafka/failure.ts'
import { fetchFrom } from '../kafka/fetch-loop.ts'

/** Nothing but the frame of a batch of `count` records, all of which were compacted away. */
function emptied(offset: number, count: number): Buffer {
  const batch = Buffer.alloc(61)
  batch.writeBigInt64BE(BigInt(offset), 0)
  batch.writeInt32BE(49, 8)
  batch.writeInt8(2, 16)
  batch.writeInt32BE(count - 1, 23)
  return batch
}

function cursorAt(from: number) {
  const { promise: end, resolve } = Promise.withResolvers<Error>()
  const [drained, left, onBatch] = [() => {}, () => {}, () => {}]
  const of = { topic: 't', partition: 0, from }
  return { cursor: new Cursor({ ...of, onBatch, onEnd: resolve, drained, left }), end }
}

const answering = (batches: Buffer) => ({
  ask: async <T>() => [{ topic: 't', partition: 0, errorCode: 0, batches }] as T,
})

test('an answer whose records are gone is a gap, not a reason to ask again', async () => {
  const { cursor, end } = cursorAt(12)
  assert.deepEqual(await fetchFrom(answering(emptied(12, 4)), [cursor], true), [])
  assert.match((await end).message, /12 was to come, what came goes to 15 without it/)
})

test('an answer of what was not asked for is a failure, after which there is a pause', async () => {
  for (const batches of [emptied(8, 4), Buffer.alloc(20)]) {
    const { cursor } = cursorAt(12)
    const failed = await fetchFrom(answering(batches), [cursor], true)
    assert.deepEqual(failed, [{ cursor, errorCode: codes.UNKNOWN }])
    assert.equal(cursor.next, 12)
  }
})

test('an answer without anything is what a quiet partition gives', async () => {
  const { cursor } = cursorAt(12)
  assert.deepEqual(await fetchFrom(answering(Buffer.alloc(0)), [cursor], true), [])
})
