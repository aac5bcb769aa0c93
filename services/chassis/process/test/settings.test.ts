import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '../../config/index.ts'
import { silentLogger } from '../../observe/index.ts'
import { kafkaLogs } from '../kafka.ts'
import { readServiceConfig } from '../settings.ts'

const FULL = {
  EVENKEEL_KAFKA_BROKERS: '127.0.0.1:9092,localhost:9093',
  EVENKEEL_REPLICA_ID: 'routing-0',
  EVENKEEL_GRPC_ADDRESS: '127.0.0.1:7400',
  EVENKEEL_HTTP_ADDRESS: '127.0.0.1:7480',
}

function problems(env: Record<string, string>): readonly string[] {
  try {
    kafkaLogs(readServiceConfig({ ...FULL, ...env }), silentLogger)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('what is not set has a default, or must be set', () => {
  const { partitions, hosted, cells, allowPlaintext } = readServiceConfig(FULL)
  assert.deepEqual({ partitions, hosted, allowPlaintext }, DEFAULTS)
  assert.equal(cells.size, 0)
  const bare = Object.fromEntries(Object.keys(FULL).map((name) => [name, '']))
  assert.equal(problems(bare).length, Object.keys(FULL).length)
})

const DEFAULTS = { partitions: 64, hosted: undefined, allowPlaintext: 'no' }

test('a cell keeps what it is told to, and knows who keeps the rest', () => {
  const { hosted, cells } = readServiceConfig({
    ...FULL,
    EVENKEEL_PARTITIONS: '8',
    EVENKEEL_CELL: 'cell-a',
    EVENKEEL_HOSTED_PARTITIONS: '5,0-2',
    EVENKEEL_CELLS: '3-4=cell-b:7400,6-7=[::1]:7400',
  })
  assert.deepEqual(hosted, [0, 1, 2, 5])
  assert.deepEqual([...cells.keys()], [3, 4, 6, 7])
  assert.equal(cells.get(6), '[::1]:7400')
})

const TLS = { EVENKEEL_TLS_CERT_FILE: '/c', EVENKEEL_TLS_KEY_FILE: '/k' }
const TOKENS = { EVENKEEL_JWT_ISSUER: 'https://issuer/', EVENKEEL_JWT_AUDIENCE: 'evenkeel' }

const refusals: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ EVENKEEL_KAFKA_BROKERS: 'kafka' }, /KAFKA_BROKERS is "kafka": must be host:port/],
  [{ EVENKEEL_KAFKA_BROKERS: 'a:1, b:2' }, /KAFKA_BROKERS .* no blanks/],
  [
    { EVENKEEL_KAFKA_BROKERS: 'kafka.example:9092' },
    /kafka\.example is .*, where others can listen/,
  ],
  [{ EVENKEEL_REPLICA_ID: 'routing 0' }, /REPLICA_ID is "routing 0": must be 1-64 characters/],
  [{ EVENKEEL_PARTITIONS: '0' }, /PARTITIONS is "0": must be a whole number from 1 to 1024/],
  [{ EVENKEEL_HOSTED_PARTITIONS: '3-1' }, /HOSTED_PARTITIONS is "3-1"/],
  [{ EVENKEEL_HOSTED_PARTITIONS: '1,0-2' }, /HOSTED_PARTITIONS .* each named once/],
  [{ EVENKEEL_HOSTED_PARTITIONS: '0-64' }, /HOSTED_PARTITIONS has 64, the last is 63/],
  [{ EVENKEEL_HOSTED_PARTITIONS: '0-62' }, /CELLS lacks 63: neither kept here/],
  [{ EVENKEEL_HOSTED_PARTITIONS: '0-63' }, /HOSTED_PARTITIONS needs EVENKEEL_CELL: cells must/],
  [{ EVENKEEL_CELLS: '0-1=a:1,1=b:2' }, /CELLS .* one cell for partition 1/],
  [{ EVENKEEL_CELLS: '0=nowhere' }, /CELLS .* host:port of a cell/],
  [{ EVENKEEL_ALLOW_PLAINTEXT: 'true' }, /ALLOW_PLAINTEXT is "true": must be one of no, yes/],
  [{ EVENKEEL_KAFKA_TLS_CERT_FILE: '/c' }, /TLS_CERT_FILE and .*TLS_KEY_FILE are set together/],
  [{ EVENKEEL_KAFKA_SASL_USERNAME: 'me' }, /SASL_USERNAME and .*PASSWORD_FILE are set together/],
  [{ EVENKEEL_TLS_CERT_FILE: '/c' }, /TLS_CERT_FILE and .*TLS_KEY_FILE are set together/],
  [{ EVENKEEL_TLS_CA_FILE: '/c' }, /TLS_CA_FILE needs .*TLS_CERT_FILE: without it/],
  [{ ...TLS }, /TLS_CERT_FILE needs .*TLS_CA_FILE or .*JWKS: who calls/],
  [{ ...TLS, EVENKEEL_JWKS: '/keys' }, /JWKS, .*ISSUER and .*AUDIENCE are set together/],
  [{ ...TOKENS, EVENKEEL_JWKS: 'http://keys.example/' }, /beyond loopback keys come by https/],
  [{ ...TOKENS, EVENKEEL_JWKS: 'http://[' }, /JWKS/],
  [{ EVENKEEL_KAFKA_PASSWORD: 'secret' }, /KAFKA_PASSWORD is no setting/],
]

for (const [env, expected] of refusals) {
  test(`refused: ${JSON.stringify(env)}`, () => {
    assert.match(problems(env).join('\n'), expected)
  })
}

test('a password comes from a file and goes nowhere', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-settings-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'password')
  const env = { EVENKEEL_KAFKA_SASL_USERNAME: 'routing', EVENKEEL_KAFKA_SASL_PASSWORD_FILE: file }

  assert.match(problems(env).join(), /PASSWORD_FILE: .*password can't be read \(ENOENT\)/)
  writeFileSync(file, 'hidden-words\nsecond-line\n')
  const told = problems(env).join()
  assert.match(told, /must hold one line/)
  assert.doesNotMatch(told, /hidden|second/)
  writeFileSync(file, 'hidden-words\n')
  assert.deepEqual(problems(env), [])
})
