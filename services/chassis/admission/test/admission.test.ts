import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admission, admissionLimits } from '../index.ts'

const limits = { poolContactsPerS: 10, poolBurstContacts: 2, applyLagCommands: 100 }

function admission() {
  const clock = { ms: 0 }
  return { clock, door: new Admission(limits, () => clock.ms) }
}

test('a pool over its rate is turned away, and no other', () => {
  const { clock, door } = admission()
  const loud = { pool: 'loud', known: true }
  door.withinRate(loud)
  door.withinRate(loud)
  const turned = {
    code: 'POOL_OVER_RATE',
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    retryAfterMs: 100,
    fields: { pool: 'loud', limit: 10, value: 1 },
  }
  assert.throws(() => door.withinRate(loud), turned)
  door.withinRate({ pool: 'calm', known: true })
  clock.ms = 100
  door.withinRate(loud)
  assert.deepEqual(
    [...door.shed()],
    [
      { pool: '', cause: 'pool_rate', count: 0 },
      { pool: '', cause: 'apply_lag', count: 0 },
      { pool: 'loud', cause: 'pool_rate', count: 1 },
    ],
  )
})

test('pools that nobody knows have one share together, and leave nothing behind', () => {
  const { door } = admission()
  const unknown = (number: number) => ({ pool: `made-up-${number}`, known: false })
  door.withinRate(unknown(0))
  door.withinRate(unknown(1))
  for (let i = 2; i < 1_000; i++) {
    assert.throws(() => door.withinRate(unknown(i)), { code: 'POOL_OVER_RATE' })
  }
  assert.deepEqual(
    [...door.shed()],
    [
      { pool: '', cause: 'pool_rate', count: 998 },
      { pool: '', cause: 'apply_lag', count: 0 },
    ],
  )
})

test('where applying is behind, new work waits until what is there is applied', () => {
  const { clock, door } = admission()
  const place = { pool: 'p', known: true, partition: 3 }
  door.keepingUp({ ...place, waiting: 99, applied: 1_000 })
  clock.ms = 200
  assert.throws(() => door.keepingUp({ ...place, waiting: 100, applied: 1_040 }), {
    code: 'APPLYING_BEHIND',
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    retryAfterMs: 500,
    fields: { pool: 'p', limit: 100, value: 100 },
  })
  door.keepingUp({ ...place, waiting: 99, applied: 1_040 })
  assert.deepEqual([...door.shed()].slice(2), [{ pool: 'p', cause: 'apply_lag', count: 1 }])
})

test('by default a burst is worth some seconds, and a rush leaves room for desks', () => {
  const { poolContactsPerS, poolBurstContacts, applyLagCommands } = admissionLimits
  assert.ok(poolBurstContacts >= poolContactsPerS)
  assert.ok(applyLagCommands < 10_000)
})
