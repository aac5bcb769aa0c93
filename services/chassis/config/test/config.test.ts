import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, address, choice, readConfig } from '../index.ts'

const table = {
  grpcAddress: address({ name: 'EVENKEEL_GRPC_ADDRESS', means: 'where gRPC is served' }),
  level: choice({
    name: 'EVENKEEL_LOG_LEVEL',
    means: 'lowest level logged',
    of: ['debug', 'info', 'warn'],
    default: 'info',
  }),
}

const good = { EVENKEEL_GRPC_ADDRESS: '[::1]:7700' }

const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(env, table)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('a good environment becomes typed, frozen values, defaults filled in', () => {
  const config = readConfig(good, table)
  assert.deepEqual(config, { grpcAddress: { host: '::1', port: 7700 }, level: 'info' })
  const level: 'debug' | 'info' | 'warn' = config.level
  assert.equal(level, 'info')
  assert.throws(() => Object.assign(config, { level: 'warn' }), TypeError)
  assert.throws(() => Object.assign(config.grpcAddress, { port: 1 }), TypeError)
})

test('an empty variable counts as not set', () => {
  assert.equal(readConfig({ ...good, EVENKEEL_LOG_LEVEL: '' }, table).level, 'info')
})

test('every problem is named at once, each in one line with value, rule and example', () => {
  const env = { EVENKEEL_GRPC_ADDRESS: 'localhost', EVENKEEL_LOG_LEVEL: 'INFO' }
  assert.deepEqual(problemsOf(env), [
    'EVENKEEL_GRPC_ADDRESS is "localhost": must be host:port, an IPv6 host in brackets, ' +
      'port 0-65535. Example: EVENKEEL_GRPC_ADDRESS=127.0.0.1:7400',
    'EVENKEEL_LOG_LEVEL is "INFO": must be one of debug, info, warn. ' +
      'Example: EVENKEEL_LOG_LEVEL=info',
  ])
  assert.deepEqual(problemsOf({}), [
    'EVENKEEL_GRPC_ADDRESS is not set: where gRPC is served. ' +
      'Example: EVENKEEL_GRPC_ADDRESS=127.0.0.1:7400',
  ])
})

for (const raw of ['a:70000', ':80', '::1:80', 'a b:80', 'a:', 'http://a:80']) {
  test(`${JSON.stringify(raw)} is no address`, () => {
    assert.equal(problemsOf({ EVENKEEL_GRPC_ADDRESS: raw }).length, 1)
  })
}

test("a misspelt variable is refused; Kubernetes' own are not taken for one", () => {
  const env = {
    ...good,
    EVENKEEL_LOG_LEVLE: 'debug',
    EVENKEEL_SKILLS_SERVICE_HOST: '10.0.0.1',
    EVENKEEL_SKILLS_SERVICE_PORT_GRPC: '7700',
    EVENKEEL_SKILLS_PORT: 'tcp://10.0.0.1:7700',
    EVENKEEL_SKILLS_PORT_7700_TCP_ADDR: '10.0.0.1',
    PATH: '/bin',
  }
  assert.deepEqual(problemsOf(env), [
    'EVENKEEL_LOG_LEVLE is no setting; there are EVENKEEL_GRPC_ADDRESS, EVENKEEL_LOG_LEVEL',
  ])
})
