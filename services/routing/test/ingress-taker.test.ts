import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Admission } from '@evenkeel/chassis/admission'
import { CodedError, commonErrors } from '@evenkeel/chassis/errors'
import { LogRefused } from '@evenkeel/chassis/log'
import { Registry, silentLogger } from '@evenkeel/chassis/observe'
import { protocolErrors } from '@evenkeel/chassis/protocol'
import { IngressRecord, IngressRejected } from '@evenkeel/proto/evenkeel/ingress/v1/ingress'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { errors } from '../core/index.ts'
import { ingressMetrics } from '../shell/ingress/metrics.ts'
import { readRecord } from '../shell/ingress/record.ts'
import { Halts, isPassing, Taker } from '../shell/ingress/taker.ts'
import { ingressLimits } from '../shell/limits.ts'

const submit = SubmitContactRequest.fromPartial({ pool: 'p', contactId: 'c1', queueId: 'tax' })
const ours = () => record({ $case: 'submitContact', value: submit })
const record = (command: IngressRecord['command'], requestId = 'r1'): Buffer =>
  Buffer.from(IngressRecord.encode({ requestId, command }).finish())

describe('a record is read as', () => {
  const table: readonly (readonly [string, Uint8Array | null, string, string])[] = [
    ['a command', record({ $case: 'submitContact', value: submit }), 'p/c1', ''],
    ['nothing', null, '', 'FIELD_MISSING'],
    ['nothing in it', Buffer.alloc(0), '', 'FIELD_MISSING'],
    ['no command', record(undefined), '', 'FIELD_MISSING'],
    ['bytes', Buffer.from([255, 255]), '', 'BODY_MALFORMED'],
    ['too much', Buffer.alloc(ingressLimits.recordBytesMax + 1), '', 'FIELD_TOO_LONG'],
    ['a wrong id', record({ $case: 'submitContact', value: submit }, 'a b'), '', 'FIELD_MALFORMED'],
  ]
  for (const [what, value, key, code] of table) {
    test(`${what}: ${key}${code}`, () => {
      const asked = readRecord(value)
      assert.equal('ask' in asked ? asked.ask.key : '', key)
      assert.equal('error' in asked ? asked.error.code : '', code)
    })
  }

  test('an end that may precede its contact, whatever it says', () => {
    const value = { pool: 'p', contactId: 'c1', mayPrecede: false }
    const asked = readRecord(record({ $case: 'abandonContact', value }))
    assert.ok('ask' in asked)
    assert.deepEqual(asked.ask.command.value, { ...value, mayPrecede: true })
  })
})

describe('a failure', () => {
  const all = { ...commonErrors, ...protocolErrors, ...errors }
  const failure = (code: keyof typeof all) => new CodedError(code, all[code], {})
  const passing = [
    'LOG_UNAVAILABLE',
    'OUTCOME_UNKNOWN',
    'DEADLINE_EXCEEDED',
    'OUTBOX_FULL',
    'LOG_REFUSED',
    'APPLYING_BEHIND',
  ] as const
  for (const code of [...passing, 'COMMAND_TOO_LATE', 'OVERLOADED', 'REPLICA_NOT_READY'] as const) {
    test(`${code} is tried again, for as long as it takes`, () => {
      assert.ok(isPassing(failure(code), Number.MAX_SAFE_INTEGER))
    })
  }
  for (const code of ['QUEUE_FULL', 'TOO_MANY', 'CONTACT_UNKNOWN', 'NOT_HOSTED'] as const) {
    test(`${code} is the sender's to know`, () => assert.ok(!isPassing(failure(code), 0)))
  }
  test('PARTITION_HALTED is waited for, and then in the way of nobody', () => {
    const halted = failure('PARTITION_HALTED')
    assert.ok(isPassing(halted, ingressLimits.haltedMsMax - 1))
    assert.ok(!isPassing(halted, ingressLimits.haltedMsMax))
  })
})

test('for how long a partition has been halted is counted for all its records as one', () => {
  const halts = new Halts()
  const halted = new CodedError('PARTITION_HALTED', commonErrors.PARTITION_HALTED, {})
  halts.met(3, halted, 1_000)
  halts.met(3, halted, 21_000)
  halts.met(4, halted, 30_000)
  assert.deepEqual([halts.forMs(3, 31_000), halts.forMs(4, 31_000)], [30_000, 1_000])
  halts.met(3, undefined, 31_000)
  assert.equal(halts.forMs(3, 32_000), 0)
})

/** A taker whose calls all fail so, in turn; after them they are refused. */
function takerOf(failures: readonly CodedError[], sends: readonly boolean[] = [], lease = [1_000]) {
  const registry = new Registry()
  const told: IngressRejected[] = []
  const deadlines: number[] = []
  const [left, fates, leases] = [[...failures], [...sends], [...lease]]
  const taker = new Taker({
    hosted: {
      partitionOf: (pool) => (pool === 'p' ? 5 : 6),
      keeps: (partition) => partition === 5,
      of: () => {
        throw left.shift() ?? new CodedError('QUEUE_UNKNOWN', errors.QUEUE_UNKNOWN, {})
      },
      every: () => [],
      running: [],
      admission: new Admission(),
    },
    topic: 'ingress',
    rejected: {
      send: async (_place, _key, value) => {
        if (fates.shift() === false) throw new LogRefused('unavailable', 'no broker')
        told.push(IngressRejected.decode(value))
      },
    },
    membership: {
      leaseMs: () => {
        const ms = leases.shift() ?? 1_000
        deadlines.push(ms)
        return ms
      },
    },
    halts: new Halts(),
    metrics: ingressMetrics(registry, () => 0),
    logger: silentLogger,
  })
  const take = (signal = new AbortController().signal, value = ours()) => {
    const received = { partition: 3, offset: 17, key: Buffer.from('c1'), value }
    return taker.take({ received, asked: readRecord(value) }, { signal, rest: () => turn() })
  }
  return { take, told, deadlines, figures: () => registry.metrics() }
}

describe('a record', () => {
  const away = new CodedError('LOG_UNAVAILABLE', commonErrors.LOG_UNAVAILABLE, {})

  test('that is refused is told whole', async () => {
    const { take, told } = takerOf([])
    assert.equal(await take(), true)
    const [refusal] = told
    assert.ok(refusal)
    const { code, topic, partition, offset, requestId, pool, contactId, retryable } = refusal
    assert.deepEqual([code, topic, partition, offset], ['QUEUE_UNKNOWN', 'ingress', 3, 17])
    assert.deepEqual([requestId, pool, contactId, retryable], ['r1', 'p', 'c1', false])
    assert.deepEqual(refusal.original, record({ $case: 'submitContact', value: submit }))
  })

  test('is tried again while the log is away, and its refusal until it is told', async () => {
    const { take, told, deadlines } = takerOf([away, away], [false, false])
    assert.equal(await take(), true)
    assert.deepEqual([told.length, deadlines.length], [1, 3])
  })

  test('is not begun without a lease', async () => {
    const { take, deadlines } = takerOf([], [], [0, 0, 1_000])
    assert.equal(await take(), true)
    assert.deepEqual(deadlines, [0, 0, 1_000])
  })

  test('of a pool that another cell keeps is left to it, be it well-formed or not', async () => {
    const { take, told, deadlines, figures } = takerOf([away])
    const theirs = SubmitContactRequest.fromPartial({ pool: 'q', contactId: '' })
    const value = record({ $case: 'submitContact', value: theirs })
    assert.equal(await take(undefined, value), true)
    assert.equal(await take(undefined, Buffer.from([255, 255])), true)
    assert.deepEqual([told.length, deadlines.length], [0, 0])
    assert.match(await figures(), /^evenkeel_routing_ingress_passed_over_total 2$/m)
  })

  test('is given up when the partition is, and not said to be done', async () => {
    const gone = new AbortController()
    const { take, told } = takerOf(Array.from({ length: 1_000 }, () => away))
    const taking = take(gone.signal)
    gone.abort()
    assert.equal(await taking, false)
    assert.equal(told.length, 0)
  })
})
