import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { create, type DescField, type DescMessage, ScalarType, toBinary } from '@bufbuild/protobuf'
import { reflect } from '@bufbuild/protobuf/reflect'
import { descriptors } from '@evenkeel/chassis/serve'
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import fc from 'fast-check'
import { openWorld, type World } from '../acceptance/world.ts'

// What no platform sends, in thousands: a caller's mistake is a caller's refusal, and nothing else.

const SEED = 11
const REQUESTS_PER_CALL = 25
const methods = [...descriptors().registry]
  .flatMap((one) => (one.kind === 'service' ? one.methods : []))
  .filter(({ parent }) => parent.typeName.startsWith('evenkeel.'))
const unary = methods.filter(({ methodKind }) => methodKind === 'unary')

const texts = ['', 'odd', 'x'.repeat(5_000), '\u0000', '../..', '👩‍👩‍👧', 'a b', '__proto__']
const text = fc.constantFrom(...texts)
const whole = fc.constantFrom(0, 1, -1, 7, 100_000, 2 ** 31 - 1, -(2 ** 31))
const unsigned = fc.constantFrom(0, 1, 7, 100_000, 2 ** 32 - 1)
const long = fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n))
const float = fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300)
const DEPTH_MAX = 3

function scalarOf(scalar: ScalarType): fc.Arbitrary<unknown> | undefined {
  switch (scalar) {
    case ScalarType.STRING:
      return text
    case ScalarType.BOOL:
      return fc.boolean()
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 40 })
    case ScalarType.DOUBLE:
      return float
    case ScalarType.INT32:
    case ScalarType.SINT32:
      return whole
    case ScalarType.UINT32:
      return unsigned
    case ScalarType.INT64:
      return long
    default:
      return undefined
  }
}

function valueOf(field: DescField, depth: number): fc.Arbitrary<unknown> | undefined {
  if (field.fieldKind === 'scalar') return scalarOf(field.scalar)
  if (field.fieldKind === 'enum') return fc.constantFrom(0, 1, 2, 99, -1)
  if (field.fieldKind !== 'message' || depth >= DEPTH_MAX) return undefined
  return messageOf(field.message, depth + 1)
}

/** A message that can be read, of values that make no sense together. */
function messageOf(schema: DescMessage, depth = 0): fc.Arbitrary<unknown> {
  const fields = schema.fields.flatMap((field) => {
    const value = valueOf(field, depth)
    return value === undefined ? [] : [fc.option(value).map((given) => ({ field, given }))]
  })
  return fc.tuple(...fields).map((chosen) => {
    const message = reflect(schema, create(schema))
    for (const { field, given } of chosen) if (given !== null) message.set(field, given)
    return message
  })
}

const bytesOf = (schema: DescMessage): fc.Arbitrary<Uint8Array> =>
  messageOf(schema).map((message) => {
    const { message: plain } = Object(message)
    return toBinary(schema, plain)
  })

/** One that is read, one of which some bytes are others, and one that never was any. */
const requestOf = (schema: DescMessage): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    bytesOf(schema),
    fc
      .tuple(bytesOf(schema), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([bytes, changes]) => {
        for (const [at, to] of changes) if (bytes.length > 0) bytes[at % bytes.length] = to
        return bytes
      }),
    fc.uint8Array({ maxLength: 200 }),
  )

const same = (bytes: Buffer) => bytes

describe('a server that is asked nonsense', () => {
  let world: World
  let client: Client
  /** Of what was opened, should the rest not come up. */
  const closing: (() => unknown)[] = []
  before(async () => {
    world = await openWorld()
    closing.push(() => world.close())
    client = new Client(world.grpc, credentials.createInsecure())
    closing.push(() => client.close())
    await posted('PutPool', JSON.stringify({ pool: { pool: 'bank' } }))
    const queue = { pool: 'bank', queueId: 'line', channel: 'CHANNEL_VOICE' }
    await posted('PutQueue', JSON.stringify({ queue }))
  })
  after(async () => {
    for (const close of closing.reverse()) await close()
  })

  async function posted(rpc: string, body: string | Uint8Array<ArrayBuffer>) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const response = await fetch(`${world.http}/evenkeel.routing.v1.QueueService/${rpc}`, init)
    return { code: response.status, told: await response.text() }
  }

  function asked(path: string, request: Uint8Array): Promise<ServiceError | null> {
    const options = { deadline: Date.now() + 20_000 }
    return new Promise((resolve) => {
      const body = Buffer.from(request)
      client.makeUnaryRequest(path, same, same, body, new Metadata(), options, resolve)
    })
  }

  /** As it was before, and whole: nothing has halted, no command broke an assertion. */
  async function isAsBefore(queues: string): Promise<void> {
    const { told } = await posted('ListQueues', '{"pool":"bank"}')
    assert.equal(told, queues)
    const metrics = await (await fetch(`${world.http}/metrics`)).text()
    assert.doesNotMatch(metrics, /^evenkeel_replica_halted\{.*\} 1$/m)
    assert.doesNotMatch(metrics, /^evenkeel_replica_commands_failed_total\{.*\} [1-9]/m)
  }

  const listed = async () => (await posted('ListQueues', '{"pool":"bank"}')).told

  test('by gRPC: every call refuses or answers, and none fails', async () => {
    const queues = await listed()
    assert.match(queues, /line/)
    const faults: string[] = []
    const ours = [status.INTERNAL, status.UNKNOWN, status.DATA_LOSS, status.UNIMPLEMENTED]
    let answered = 0
    for (const { name, parent, input } of unary) {
      const requests = fc.sample(requestOf(input), { numRuns: REQUESTS_PER_CALL, seed: SEED })
      const path = `/${parent.typeName}/${name}`
      const answers = await Promise.all(requests.map((request) => asked(path, request)))
      for (const [at, error] of answers.entries()) {
        if (error === null) answered += 1
        if (error === null || !ours.includes(error.code)) continue
        faults.push(`${path} ${Buffer.from(requests[at] ?? []).toString('hex')}: ${error.message}`)
      }
    }
    assert.deepEqual(faults, [])
    assert.ok(answered > 0)
    await isAsBefore(queues)
  })

  test('by HTTP: what is no JSON, or JSON of something else', async () => {
    const queues = await listed()
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('{', '['.repeat(10_000), '{"pool":{"pool":{}}}', '{"__proto__":1}', 'null'),
      fc.uint8Array({ maxLength: 100 }),
    )
    for (const body of fc.sample(bodies, { numRuns: 500, seed: SEED })) {
      const { code, told } = await posted('PutQueue', new Uint8Array(Buffer.from(body)))
      assert.ok(code >= 400 && code < 500, `${code} for ${JSON.stringify(body)}: ${told}`)
    }
    await isAsBefore(queues)
  })

  test('by frames that are none: the next one is served', async () => {
    const queues = await listed()
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    const frames = fc.sample(fc.uint8Array({ minLength: 9, maxLength: 300 }), {
      ...{ numRuns: 200, seed: SEED },
    })
    const ports = [world.grpc, new URL(world.http).host].map((at) => Number(at.split(':').at(-1)))
    for (const [at, frame] of frames.entries()) {
      const socket = connect(ports[at % 2] ?? 0, '127.0.0.1')
      const closed = new Promise((done) => socket.once('close', done))
      socket.on('error', () => {}).resume()
      socket.end(at % 3 === 0 ? frame : Buffer.concat([preface, frame]))
      setTimeout(() => socket.destroy(), 1_000).unref()
      await closed
    }
    await isAsBefore(queues)
  })
})
