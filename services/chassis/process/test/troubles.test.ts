import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogFields, type Logger, Registry, silentLogger } from '../../observe/index.ts'
import { Troubles } from '../troubles.ts'

test('troubles with brokers are all counted, and told of once in five seconds each', async () => {
  const lines: LogFields[] = []
  const logger: Logger = { ...silentLogger, warn: (_event, fields = {}) => void lines.push(fields) }
  let now = 0
  const troubles = new Troubles(() => now)
  const kafka = troubles.logger(logger)
  const registry = new Registry()
  troubles.register(registry)
  for (now = 0; now <= 5_000; now += 500) kafka.warn({ code: 'unauthorized' }, 'a tail waits')
  kafka.warn({ code: 'unauthorized' }, 'something else')
  kafka.warn({ code: 'unavailable', partition: 3 }, 'a tail waits')
  assert.deepEqual(
    lines.map(({ code, count, reason }) => [code, count, reason]),
    [
      ['unauthorized', 1, 'a tail waits'],
      ['unauthorized', 10, 'a tail waits'],
      ['unauthorized', 1, 'something else'],
      ['unavailable', 1, 'a tail waits'],
    ],
  )
  const text = await registry.metrics()
  assert.match(text, /evenkeel_kafka_troubles_total\{code="unauthorized"\} 12\n/)
  assert.match(text, /evenkeel_kafka_troubles_total\{code="unavailable"\} 1\n/)
})
