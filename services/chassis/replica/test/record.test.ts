import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Event, Record as Wire } from '@evenkeel/proto/evenkeel/log/v1/log'
import fc from 'fast-check'
import { counterService, encode } from '../../protocol/test/counter.ts'
import { type DraftBody, decodeRecord, encodeEnvelope, encodeRecord } from '../record.ts'
import { Undecodable } from '../wire.ts'

const service = counterService('counter', ['s'])
const command = encode({ kind: 'add', key: 'x', by: 1 })
const event = encodeEnvelope('0123456789abcdef/0/7/1', 'pool', 5, encode({ kind: 'crash' }))

const number = fc.oneof(fc.nat(200), fc.maxSafeNat())
const hex = fc.stringMatching(/^[0-9a-f]{16}$/)
const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
const body: fc.Arbitrary<DraftBody> = fc.oneof(
  fc.record({
    kind: fc.constant('genesis' as const),
    incarnation: hex,
    partitions: fc.integer({ min: 1, max: 64 }),
    service: name,
  }),
  fc.record({ kind: fc.constant('join' as const), bootNonce: name, supportedLogic: fc.nat(99) }),
  fc.record({ kind: fc.constant('tick' as const), incarnation: hex, offset: number, chain: hex }),
  fc.record({ kind: fc.constant('published' as const), through: number }),
  fc.record({
    kind: fc.constant('bridge' as const),
    source: fc.constant('s/0'),
    prev: fc.oneof(fc.constant(-1), number),
    position: number,
    event: fc.constant(event),
  }),
  fc.constantFrom('continue', 'claim', 'release', 'alive').map((kind) => ({ kind }) as const),
  fc.record({
    kind: fc.constant('skip' as const),
    offset: number,
    digest: fc.stringMatching(/^[0-9a-f]{64}$/),
    reason: fc.stringMatching(/^[ -~]{1,200}$/),
  }),
  fc.record({
    kind: fc.constant('moveBridge' as const),
    source: fc.constant('s/0'),
    prev: fc.oneof(fc.constant(-1), number),
    position: fc.oneof(fc.constant(-1), number),
    incarnation: fc.oneof(fc.constant(''), hex),
    reason: fc.stringMatching(/^[ -~]{1,200}$/),
  }),
  fc.record({ kind: fc.constant('activateLogic' as const), logic: fc.nat(99) }),
  fc.constant({ kind: 'command' as const, bytes: command }),
)
const draft = fc.record({
  replica: name,
  epoch: number,
  sequence: number,
  notAfterMs: number,
  clockMs: number,
  body,
})

test('what is written is what the generated code reads and writes', () => {
  const property = fc.property(draft, (record) => {
    const bytes = encodeRecord(record)
    const wire = Wire.decode(bytes)
    assert.equal(wire.replica, record.replica)
    assert.equal(wire.epoch, record.epoch)
    assert.equal(wire.sequence, record.sequence)
    assert.equal(wire.notAfterMs, record.notAfterMs)
    assert.equal(wire.clockMs, record.clockMs)
    assert.equal(wire.body?.$case, record.body.kind)
    assert.deepEqual(Buffer.from(Wire.encode(wire).finish()), Buffer.from(bytes))
  })
  fc.assert(property)
})

test('what is written is read back', () => {
  const property = fc.property(draft, (record) => {
    const { body: was, ...rest } = record
    const { body: is, ...head } = decodeRecord(encodeRecord(record), service)
    assert.deepEqual(head, rest)
    assert.equal(is.kind, was.kind)
    if (is.kind === 'command') assert.deepEqual(is.command, { kind: 'add', key: 'x', by: 1 })
    else if (is.kind === 'bridge' && was.kind === 'bridge') {
      assert.deepEqual([is.prev, is.position], [was.prev, was.position])
      assert.deepEqual(is.event, { incarnation: '0123456789abcdef', offset: 7, index: 1 })
    } else assert.deepEqual(is, { ...was })
  })
  fc.assert(property)
})

test('an event is what the generated code reads', () => {
  const { id, pool, timeMs } = Event.decode(event)
  assert.deepEqual([id, pool, timeMs], ['0123456789abcdef/0/7/1', 'pool', 5])
})

const whole = encodeRecord({
  replica: 'a',
  epoch: 1,
  sequence: 1,
  notAfterMs: 0,
  clockMs: 0,
  body: { kind: 'command', bytes: command },
})
const bad: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['no body', Uint8Array.of(0x10, 1)],
  ['a kind of a newer version', Uint8Array.of(0xf2, 1, 0)],
  ['a field of a newer version', Uint8Array.of(...whole, 0x30, 1)],
  ['a field of a newer version within a body', Uint8Array.of(0x6a, 2, 0x10, 1)],
  ['two bodies', Uint8Array.of(...whole, 0x7a, 0)],
  ['the end missing', whole.slice(0, -1)],
  ['a number of 70 bits', Uint8Array.of(0x10, ...new Array(10).fill(0xff), 1)],
  ['a number beyond 2^53', Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ['a name that is not ASCII', Uint8Array.of(0x0a, 1, 0xff, 0x7a, 0)],
]
for (const [what, bytes] of bad) {
  test(`undecodable: ${what}`, () => {
    assert.throws(() => decodeRecord(bytes, service), Undecodable)
  })
}

test('whatever comes is a record or Undecodable, never another failure', () => {
  const plain = {
    ...service,
    codec: { ...service.codec, decodeCommand: () => ({ kind: 'crash' as const }) },
  }
  const property = fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    try {
      decodeRecord(bytes, plain)
    } catch (error) {
      assert.ok(error instanceof Undecodable)
    }
  })
  fc.assert(property, { numRuns: 2_000 })
})
