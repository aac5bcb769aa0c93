import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConfigError,
  address,
  choice,
  configMarkdown,
  flag,
  integer,
  listOf,
  readConfig,
  secret,
  text,
  unknownVariables,
} from '../index.ts'

const table = {
  grpcAddress: address({ name: 'EVENKEEL_GRPC_ADDRESS', means: 'where gRPC is served' }),
  tickMs: integer({
    name: 'EVENKEEL_TICK_MS',
    means: 'time between ticks',
    unit: 'ms',
    min: 10,
    max: 5000,
    default: 250,
  }),
  level: choice({
    name: 'EVENKEEL_LOG_LEVEL',
    means: 'lowest level logged',
    of: ['debug', 'info', 'warn'],
    default: 'info',
  }),
  allowPlaintext: flag({
    name: 'EVENKEEL_ALLOW_PLAINTEXT',
    means: 'serve without TLS beyond loopback',
    default: false,
  }),
  replica: text({
    name: 'EVENKEEL_REPLICA',
    means: 'name of this replica',
    pattern: /^[a-z0-9-]{1,40}$/,
    says: '1-40 characters of a-z 0-9 -',
    example: 'skills-0',
  }),
  token: secret({ name: 'EVENKEEL_TOKEN', means: 'for the console', minChars: 16 }),
  peers: listOf(address({ name: 'EVENKEEL_PEERS', means: 'the other replicas' }), 2),
}

const good = {
  EVENKEEL_GRPC_ADDRESS: '[::1]:7700',
  EVENKEEL_REPLICA: 'skills-0',
  EVENKEEL_TOKEN: 'a-secret-of-20-chars',
}

test('a good environment becomes typed, frozen values, defaults filled in', () => {
  const config = readConfig(good, table)
  assert.deepEqual(config, {
    grpcAddress: { host: '::1', port: 7700 },
    tickMs: 250,
    level: 'info',
    allowPlaintext: false,
    replica: 'skills-0',
    token: 'a-secret-of-20-chars',
    peers: [],
  })
  const level: 'debug' | 'info' | 'warn' = config.level
  assert.equal(level, 'info')
  assert.throws(() => Object.assign(config, { tickMs: 1 }), TypeError)
  assert.throws(() => Object.assign(config.grpcAddress, { port: 1 }), TypeError)
})

test('an empty variable counts as not set', () => {
  assert.equal(readConfig({ ...good, EVENKEEL_TICK_MS: '' }, table).tickMs, 250)
})

test('every problem is named at once, each in one line with value, rule and example', () => {
  const env = {
    EVENKEEL_GRPC_ADDRESS: 'localhost',
    EVENKEEL_TICK_MS: '5',
    EVENKEEL_LOG_LEVEL: 'INFO',
    EVENKEEL_ALLOW_PLAINTEXT: 'yes',
    EVENKEEL_TOKEN: 'short',
    EVENKEEL_PEERS: 'a:1,b',
  }
  assert.throws(
    () => readConfig(env, table),
    (error) => {
      assert.ok(error instanceof ConfigError)
      assert.deepEqual(error.problems, [
        'EVENKEEL_GRPC_ADDRESS is "localhost": must be host:port, an IPv6 host in brackets, ' +
          'port 0-65535. Example: EVENKEEL_GRPC_ADDRESS=127.0.0.1:7700',
        'EVENKEEL_TICK_MS is "5": must be a whole number of ms from 10 to 5000. ' +
          'Example: EVENKEEL_TICK_MS=250',
        'EVENKEEL_LOG_LEVEL is "INFO": must be one of debug, info, warn. ' +
          'Example: EVENKEEL_LOG_LEVEL=info',
        'EVENKEEL_ALLOW_PLAINTEXT is "yes": must be true or false. ' +
          'Example: EVENKEEL_ALLOW_PLAINTEXT=true',
        'EVENKEEL_REPLICA is not set: name of this replica. Example: EVENKEEL_REPLICA=skills-0',
        'EVENKEEL_TOKEN is (not shown): must be a secret of 16 to 4096 characters. ' +
          'Example: EVENKEEL_TOKEN=<from your secret store>',
        'EVENKEEL_PEERS is "a:1,b": must be a list by commas, each host:port, an IPv6 host in ' +
          'brackets, port 0-65535. Example: EVENKEEL_PEERS=127.0.0.1:7700,127.0.0.1:7700',
      ])
      return true
    },
  )
})

for (const raw of ['1e3', '0x10', ' 20', '20.0', '+20', '99999999999999999999', '10_000']) {
  test(`${JSON.stringify(raw)} is no whole number`, () => {
    assert.throws(() => readConfig({ ...good, EVENKEEL_TICK_MS: raw }, table), ConfigError)
  })
}

for (const raw of ['a:70000', ':80', '::1:80', 'a b:80', 'a:', 'http://a:80']) {
  test(`${JSON.stringify(raw)} is no address`, () => {
    assert.throws(() => readConfig({ ...good, EVENKEEL_GRPC_ADDRESS: raw }, table), ConfigError)
  })
}

test('a default outside its own range is a defect of the table', () => {
  const options = { name: 'X', means: 'x', unit: 'ms', min: 1, max: 2, default: 3 }
  assert.throws(() => integer(options), /the default 3 is not within 1 to 2/)
})

test("a misspelt variable is found; Kubernetes' own are not taken for one", () => {
  const env = {
    ...good,
    EVENKEEL_TIKC_MS: '5',
    EVENKEEL_SKILLS_SERVICE_HOST: '10.0.0.1',
    EVENKEEL_SKILLS_SERVICE_PORT_GRPC: '7700',
    EVENKEEL_SKILLS_PORT: 'tcp://10.0.0.1:7700',
    EVENKEEL_SKILLS_PORT_7700_TCP_ADDR: '10.0.0.1',
    PATH: '/bin',
  }
  assert.deepEqual(unknownVariables(env, [table]), ['EVENKEEL_TIKC_MS'])
})

test('the page names every variable with unit and default, and no secret', () => {
  const page = configMarkdown('Skills', table)
  assert.match(page, /\| `EVENKEEL_TICK_MS` \| time between ticks \| ms \| `250` \|/)
  assert.match(
    page,
    /\| `EVENKEEL_GRPC_ADDRESS` \| where gRPC is served \| host:port \| required \|/,
  )
  assert.equal(page.split('\n').filter((line) => line.startsWith('| `')).length, 7)
})
