import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogRefused, type RefusalCode } from '../../log/index.ts'
import { createHealth } from '../../serve/index.ts'
import { outOfReach } from '../out-of-reach.ts'
import { Readiness } from '../readiness.ts'

function refused(code: RefusalCode, said: string, name = 'Error', systemCode = ''): LogRefused {
  const first = Object.assign(new Error(said), { name, code: systemCode })
  return new LogRefused(code, said, { cause: new Error('given up', { cause: first }) })
}

const connection = 'KafkaJSConnectionError'
const refusals: readonly (readonly [LogRefused, string])[] = [
  [
    refused('unavailable', 'connect ECONNREFUSED 127.0.0.1:9', connection, 'ECONNREFUSED'),
    'no broker of kafka-0:9, kafka-1:9 answers (unavailable)',
  ],
  [
    refused('unavailable', 'getaddrinfo ENOTFOUND kafka-0', connection, 'ENOTFOUND'),
    'no broker of kafka-0:9, kafka-1:9 answers: the name of its host is not known (unavailable)',
  ],
  [
    refused('unavailable', 'Closed connection', 'KafkaJSConnectionClosedError'),
    'no broker of kafka-0:9, kafka-1:9 answers (unavailable)',
  ],
  [
    refused('unavailable', 'self-signed certificate', connection, 'DEPTH_ZERO_SELF_SIGNED_CERT'),
    "the brokers kafka-0:9, kafka-1:9 can't be used: self-signed certificate (unavailable)",
  ],
  [refused('unauthorized', 'not you'), 'not you (unauthorized)'],
]

for (const [error, words] of refusals) {
  test(`"${error.message}" is told as "${words}"`, () => {
    assert.equal(outOfReach(error, ['kafka-0:9', 'kafka-1:9']), words)
  })
}

test('readiness speaks of partitions only once their log is open', () => {
  const health = createHealth(['api'])
  const readiness = new Readiness(health, ['api'], [0, 1])
  const why = () => health.read().services.get('api')?.why
  assert.equal(why(), 'opening its log')
  readiness.notOpen('no broker answers')
  assert.equal(why(), 'no broker answers')
  readiness.opened()
  assert.equal(why(), 'reading its log: 0 of 2 partitions done')
  readiness.up(0)
  readiness.up(1)
  assert.equal(health.read().serving, true)
})
