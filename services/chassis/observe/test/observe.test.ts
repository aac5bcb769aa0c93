import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { CodedError, common } from '../../errors/index.ts'
import {
  type LogFields,
  Registry,
  type Sample,
  createLogger,
  defineMetrics,
  observeProcess,
  ours,
} from '../index.ts'

/** A logger and the lines it wrote. */
function logging(level: 'debug' | 'warn' = 'debug') {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  return { log: createLogger({ service: 'skills', level, destination }), lines }
}

test('a line has level, time, service, event and its fields', () => {
  const { log, lines } = logging()
  log.with({ replica: 'r-1' }).info('replica.caught_up', { partition: 3, offset: 41 })
  const [{ time, ...line } = {}] = lines
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(line, {
    level: 'info',
    service: 'skills',
    replica: 'r-1',
    partition: 3,
    offset: 41,
    event: 'replica.caught_up',
  })
})

test('lines below the level are not written', () => {
  const { log, lines } = logging('warn')
  log.info('replica.caught_up')
  log.warn('replica.late')
  assert.equal(lines.length, 1)
})

const canary = 'canary:+49-170-5550100'

const unparsed = (): unknown => {
  try {
    return JSON.parse(canary)
  } catch (error) {
    return error
  }
}

const created = (): unknown => {
  try {
    return Object.assign(Object.freeze(Object.create(null)), { [canary]: 1 })
  } catch (error) {
    return error
  }
}

// A map as a careless handler might spread it into a line.
const spread: LogFields = Object.fromEntries([
  ['attributes', canary],
  ['addressKey', canary],
  [canary, 'x'],
  ['message', canary],
  ['service', canary],
])

// Every way that content of a contact could take into a line.
const leaks: readonly (readonly [string, LogFields])[] = [
  ['fields that no list allows', spread],
  ['a number that is text', JSON.parse(JSON.stringify({ offset: `${canary} ` }))],
  ['an object in an allowed field', JSON.parse(JSON.stringify({ rpc: { attributes: canary } }))],
  ['a reason in prose', { reason: `could not dial ${canary}` }],
  ['a sentence that is not ours', JSON.parse(JSON.stringify({ why: `could not dial ${canary}` }))],
  ['what a sentence of ours quotes', { why: ours(`offset 7 has ${JSON.stringify(canary)}`) }],
  ['a quotation with quotes in it', { why: ours(`it is ${JSON.stringify(`"${canary}"`)}`) }],
  ['a quotation that has no end', { why: ours(`it begins with "x ${canary}`) }],
  ['an error of JSON.parse', { error: unparsed() }],
  ['an error of a frozen object', { error: created() }],
  ['an error of anybody', { error: new Error(`no route to ${canary}`) }],
  ['its name', { error: Object.assign(new Error('x'), { name: `${canary} !` }) }],
  ['its code', { error: Object.assign(new Error('x'), { code: `${canary} !` }) }],
  ['its cause', { error: new Error('x', { cause: new RangeError(canary) }) }],
  ['its own properties', { error: Object.assign(new TypeError('x'), { input: canary }) }],
  ['a message over several lines', { error: new Error(`x\n    at ${canary}`) }],
  ['a quoted word in a trusted error', { error: new TypeError(`Cannot use '${canary}'`) }],
  ['something thrown that is no error', { error: { attributes: canary } }],
  ["a refusal's fields", { error: common('FIELD_DUPLICATE', { field: 'a', value: canary }) }],
  [
    "a refusal's sentence",
    {
      error: new CodedError(
        'X',
        { status: 'INTERNAL', retryable: false, message: `to ${canary}` },
        {},
      ),
    },
  ],
]

for (const [name, fields] of leaks) {
  test(`contacts' content can't be logged by ${name}`, () => {
    const { log, lines } = logging()
    log.error('rpc.fault', fields)
    log.with(fields).warn('rpc.fault')
    assert.equal(lines.length, 2)
    assert.doesNotMatch(JSON.stringify(lines), /5550100/)
  })
}

test("content can't be logged as an event's name either", () => {
  const { log, lines } = logging()
  log.warn(`refused ${canary}` as 'a literal, as a careless cast would have it')
  assert.equal(lines[0]?.event, 'event_name_malformed')
  // @ts-expect-error an event's name is a literal
  log.warn(canary.slice(0))
  assert.doesNotMatch(JSON.stringify(lines), /5550100/)
})

test('what was withheld is named, so that somebody can allow it', () => {
  const { log, lines } = logging()
  log.info('x.y', spread)
  assert.deepEqual(lines[0]?.withheldFields, ['attributes', 'addressKey', 'message', 'service'])
})

test('an error of ours keeps its words and shows where it came from', () => {
  const { log, lines } = logging()
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  const error = new TypeError("Cannot read properties of undefined (reading 'queue')", { cause })
  log.error('rpc.fault', { error })
  const { stack, ...told } = Object(lines[0]?.error)
  assert.equal(told.message, "Cannot read properties of undefined (reading 'queue')")
  assert.equal(told.cause.message, 'connect ECONNREFUSED 127.0.0.1:9')
  assert.equal(told.cause.code, 'ECONNREFUSED')
  assert.match(stack[0], /^at .*observe\.test\.ts:\d+:\d+/)
})

test('a sentence of ours keeps its numbers, and what is not ours in it is blanked', () => {
  const { log, lines } = logging()
  const why = ours(`offset 7 can't be decoded: "x" is no event id`)
  log.error('replica.told', {
    partition: 3,
    code: 'record_undecodable',
    why,
    position: 9,
    broker: 1,
  })
  const [{ why: told, position, broker } = {}] = lines
  const shown = "offset 7 can't be decoded: '(withheld)' is no event id"
  assert.deepEqual({ told, position, broker }, { told: shown, position: 9, broker: 1 })
})

test('metrics are a table: counted, set, observed, or read when asked for', async () => {
  const registry = new Registry()
  let depth = 7
  const { dials, age, wait } = defineMetrics(registry, {
    dials: { kind: 'counter', name: 'dials_total', help: 'h', labels: ['outcome'] },
    age: { kind: 'gauge', name: 'age_seconds', help: 'h' },
    wait: { kind: 'histogram', name: 'wait_seconds', help: 'h', buckets: [1, 10] },
    depth: { kind: 'gauge', name: 'depth', help: 'h', read: () => depth },
    states: {
      kind: 'gauge',
      name: 'contacts',
      help: 'h',
      labels: ['state'],
      read: () => [{ labels: { state: 'waiting' }, value: depth }],
    },
    records: { kind: 'counter', name: 'records_total', help: 'h', read: () => depth },
  })
  dials.inc({ outcome: 'busy' })
  dials.inc({ outcome: 'busy' }, 2)
  age.set({}, 5)
  age.add({}, 1)
  wait.observe({}, 3)
  const samples = async () =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const first = await samples()
  for (const line of [
    'dials_total{outcome="busy"} 3',
    'age_seconds 6',
    'wait_seconds_bucket{le="1"} 0',
    'wait_seconds_bucket{le="10"} 1',
    'depth 7',
    'contacts{state="waiting"} 7',
    'records_total 7',
  ]) {
    assert.ok(first.includes(line), line)
  }
  depth = 9
  const second = await samples()
  assert.ok(second.includes('depth 9') && second.includes('records_total 9'))
  assert.equal(second.filter((line) => line.startsWith('contacts{')).length, 1)
})

test('what nothing could be read for is left out, and comes back', async () => {
  const registry = new Registry()
  let found: Sample[] = []
  const read = () => found
  defineMetrics(registry, {
    late: { kind: 'gauge', name: 'late', help: 'h', read },
    seen: { kind: 'counter', name: 'seen_total', help: 'h', read },
  })
  assert.doesNotMatch(await registry.metrics(), /^(late|seen_total) /m)
  found = [{ labels: {}, value: 3 }]
  assert.match(await registry.metrics(), /^late 3$[^]*^seen_total 3$/m)
  found = []
  assert.doesNotMatch(await registry.metrics(), /^(late|seen_total) /m)
})

test('a label never grows without end: past the cap, series count as other', async () => {
  const registry = new Registry()
  const pools = Array.from({ length: 1000 }, (_, i) => `pool-${i}`)
  const { calls } = defineMetrics(registry, {
    calls: { kind: 'counter', name: 'calls_total', help: 'h', labels: ['pool'], seriesMax: 10 },
    size: {
      kind: 'gauge',
      name: 'size',
      help: 'h',
      labels: ['pool'],
      seriesMax: 10,
      read: () => pools.map((pool) => ({ labels: { pool }, value: 1 })),
    },
  })
  for (const pool of pools) calls.inc({ pool })
  const text = await registry.metrics()
  for (const name of ['calls_total', 'size']) {
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
    assert.equal(lines.length, 11)
    assert.ok(lines.includes(`${name}{pool="other"} 990`))
  }
})

test('labels and names are checked by the compiler', () => {
  const { calls } = defineMetrics(new Registry(), {
    calls: { kind: 'counter', name: 'calls_total', help: 'h', labels: ['pool'] },
  })
  // @ts-expect-error no such label
  assert.throws(() => calls.inc({ agent: 'x' }))
  // @ts-expect-error a counter is not set
  assert.throws(() => calls.set({ pool: 'x' }, 1))
})

test('the process is observed: event loop, memory, collections', async (t) => {
  const registry = new Registry()
  const process = observeProcess(registry)
  t.after(process.stop)
  const text = await registry.metrics()
  for (const name of [
    'evenkeel_event_loop_delay_seconds{quantile="0.99"}',
    'evenkeel_event_loop_utilization_ratio',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_gc_duration_seconds_count',
  ]) {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `))
    const value = Number(line?.split(' ')[1])
    assert.ok(Number.isFinite(value) && value >= 0, `${name}: ${line}`)
  }
})
