import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendFailure, BrokerError } from '../kafka/failure.ts'
import { decodeBatches } from '../kafka/records.ts'
import { produceExchange } from '../kafka/requests.ts'
import { LogAmbiguous, LogRefused, LogUnusable } from '../port.ts'

/** What stands before the batch in a request to append to topic `t`. */
const BEFORE_BATCH = 2 + 2 + 4 + 4 + (2 + 1) + 4 + 4 + 4
const ATTRIBUTES = 21

/** A batch as our own client sends it, at `offset` and with the broker's time. */
async function batch(offset: number, values: readonly string[]): Promise<Buffer> {
  const messages = values.map((value) => ({ key: null, value: Buffer.from(value) }))
  const encoded = await produceExchange([
    { topic: 't', partition: 0, messages },
  ]).request.request.encode()
  const bytes = Buffer.from(encoded.buffer.subarray(BEFORE_BATCH))
  bytes.writeBigInt64BE(BigInt(offset), 0)
  bytes.writeInt16BE(0b1000, ATTRIBUTES)
  bytes.writeBigInt64BE(1234n, 35)
  return bytes
}

const read = (bytes: Buffer, from: number) =>
  [...decodeBatches(bytes, from, 't/0')].map(({ offset, timestampMs, value }) => {
    return `${offset} ${timestampMs} ${Buffer.from(value ?? []).toString()}`
  })

test("records are read from the middle of a batch, with the broker's time", async () => {
  const bytes = Buffer.concat([await batch(5, ['a', 'b', 'c']), await batch(8, ['d'])])
  assert.deepEqual(read(bytes, 5), ['5 1234 a', '6 1234 b', '7 1234 c', '8 1234 d'])
  assert.deepEqual(read(bytes, 7), ['7 1234 c', '8 1234 d'])
  assert.deepEqual(read(bytes, 9), [])
})

test('a batch that the broker has cut is left for the next answer', async () => {
  const whole = await batch(0, ['a'])
  const cut = (await batch(1, ['b'])).subarray(0, -1)
  assert.deepEqual(read(Buffer.concat([whole, cut]), 0), ['0 1234 a'])
})

const foreign: readonly (readonly [string, number, RegExp])[] = [
  ['compressed', 0b1010, /snappy/],
  ['in a transaction', 0b1_1000, /transaction/],
  ['a mark of a transaction', 0b11_1000, /transaction/],
]

for (const [what, attributes, message] of foreign) {
  test(`what is ${what} ends the tail by its name`, async () => {
    const bytes = await batch(3, ['a'])
    bytes.writeInt16BE(attributes, ATTRIBUTES)
    assert.throws(
      () => read(bytes, 3),
      (error) => error instanceof LogUnusable && message.test(error.message),
    )
  })
}

/** By Kafka's number: which is sure to have come before the leader wrote anything. */
const answers: readonly (readonly [number, string])[] = [
  [3, 'unavailable'],
  [6, 'ambiguous'],
  [7, 'ambiguous'],
  [10, 'too_large'],
  [19, 'not_enough_replicas'],
  [20, 'ambiguous'],
  [29, 'unauthorized'],
  [56, 'ambiguous'],
  [-1, 'ambiguous'],
]

test('an append is refused only where nothing was written', () => {
  for (const [code, expected] of answers) {
    const failure = appendFailure(new BrokerError(code, 't/0'))
    const found = failure instanceof LogRefused ? failure.causeCode : 'ambiguous'
    assert.equal(found, expected, `answer ${code}`)
  }
  assert.ok(appendFailure(new Error('the connection closed')) instanceof LogAmbiguous)
})
