import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf'
import { reflect } from '@bufbuild/protobuf/reflect'
import { realClock } from '@evenkeel/chassis/log'
import { silentLogger } from '@evenkeel/chassis/observe'
import { type Scope, scopes, scopesOf } from '@evenkeel/chassis/security'
import { descriptors } from '@evenkeel/chassis/serve'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import fc from 'fast-check'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startHost } from '../host.ts'

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-gate-'))
const jwks = join(directory, 'keys.json')
writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }))
const any = { host: '127.0.0.1', port: 0 }
const host = await startHost({
  ...{ dataDirectory: join(directory, 'data'), grpc: any, http: any, speed: 1 },
  ...{ clock: realClock, logger: silentLogger },
  tokens: { jwks, issuer: 'tests', audience: 'evenkeel' },
})
const client = new Client(`127.0.0.1:${host.grpcPort}`, credentials.createInsecure())
after(async () => {
  client.close()
  await host.stop('the tests are over')
  rmSync(directory, { recursive: true })
})

interface Identity {
  readonly scopes: readonly Scope[]
  readonly pools: readonly string[]
  readonly agent?: string | undefined
}

function tokenOf({ scopes: held, pools, agent }: Identity): Promise<string> {
  const scope = held.map((one) => `evenkeel:${one}`).join(' ')
  return new SignJWT({
    ...{ scope, evenkeel_pools: pools },
    ...(agent === undefined ? {} : { evenkeel_agent: agent }),
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer('tests')
    .setAudience('evenkeel')
    .setSubject('somebody')
    .setExpirationTime('1h')
    .sign(privateKey)
}

const services = [...descriptors().registry].flatMap((one) =>
  one.kind === 'service' && one.typeName.startsWith('evenkeel.') ? [one] : [],
)
const methods = services.flatMap((one) => one.methods)

/** Puts the value wherever the message has a text of this name, as deep as it goes. */
function filled(
  schema: DescMessage,
  name: string,
  value: string,
  into: Message,
  depth = 0,
): Message {
  const message = reflect(schema, into)
  for (const field of schema.fields) {
    const isText = field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING
    if (isText && field.name === name) message.set(field, value)
    if (field.fieldKind !== 'message' || depth > 1) continue
    if (!field.message.fields.some((inner) => inner.name === name)) continue
    const chosen = field.oneof && message.oneofCase(field.oneof)
    if (chosen !== undefined && chosen !== field) continue
    const inner = message.isSet(field) ? message.get(field).message : create(field.message)
    message.set(field, reflect(field.message, filled(field.message, name, value, inner, depth + 1)))
  }
  return into
}

function requestOf({ input }: DescMethod, pool: string, agent: string): Uint8Array {
  const request = filled(input, 'pool', pool, create(input))
  return toBinary(input, filled(input, 'agent_id', agent, request))
}

/** The code of docs/errors.md; OK: it was answered, if only by a first message. */
function coded(error: ServiceError): string {
  const [bytes] = error.metadata.get('grpc-status-details-bin')
  if (!(bytes instanceof Buffer)) return `${error.code} ${error.details}`
  const info = Status.decode(bytes).details.find(({ typeUrl }) => typeUrl.endsWith('ErrorInfo'))
  return info === undefined ? '' : ErrorInfo.decode(info.value).reason
}

const same = (bytes: Buffer) => bytes

async function asked(method: DescMethod, request: Uint8Array, token: string): Promise<string> {
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  const path = `/${method.parent.typeName}/${method.name}`
  const body = Buffer.from(request)
  // A stream that has nothing to tell yet was let in.
  const options = { deadline: Date.now() + 3_000 }
  if (method.methodKind === 'unary') {
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, same, same, body, metadata, options, (error) =>
        resolve(error === null ? 'OK' : coded(error)),
      )
    })
  }
  const isTold = method.methodKind === 'server_streaming'
  const duplex = isTold
    ? undefined
    : client.makeBidiStreamRequest<Buffer, Buffer>(path, same, same, metadata, options)
  duplex?.write(body)
  const stream = duplex ?? client.makeServerStreamRequest(path, same, same, body, metadata, options)
  const answered = new Promise<string>((resolve) => {
    stream.once('data', () => resolve('OK'))
    stream.once('error', (error: ServiceError) => resolve(coded(error)))
    stream.once('end', () => resolve('OK'))
  })
  const code = await answered
  stream.on('error', () => {})
  stream.cancel()
  return code
}

const REFUSED = ['UNAUTHENTICATED', 'PERMISSION_DENIED']

/** About every pool at once: a caller sees those of its own. */
const listsPools = ({ output }: DescMethod): boolean =>
  output.fields.some(
    (field) =>
      field.fieldKind === 'list' &&
      field.message?.fields.some(({ name }) => name === 'pool') === true,
  )

const namesPool = ({ input }: DescMethod): boolean =>
  input.fields.some(
    ({ name, message }) =>
      name === 'pool' || message?.fields.some((inner) => inner.name === 'pool'),
  )

test('every call, by every kind of caller, for a pool of its own and for another', async () => {
  const identity = fc.record({
    scopes: fc.subarray([...scopes]),
    pools: fc.constantFrom<readonly string[]>(['bank'], ['bank', 'shop'], ['*'], []),
  })
  const pool = fc.constantFrom('bank', 'shop', 'nowhere')
  const property = fc.asyncProperty(identity, pool, async (who, about) => {
    const token = await tokenOf(who)
    const asking = methods.map(async (method) => {
      const code = await asked(method, requestOf(method, about, 'pat'), token)
      const may = scopesOf(method).some((scope) => who.scopes.includes(scope))
      const everywhere = who.pools.includes('*')
      const what = `${method.parent.name}/${method.name} ${JSON.stringify({ who, about })}: ${code}`
      if (!may) assert.equal(code, 'PERMISSION_DENIED', what)
      else if (namesPool(method) && !everywhere && !who.pools.includes(about)) {
        assert.equal(code, 'POOL_UNKNOWN', what)
      } else if (namesPool(method) || everywhere || listsPools(method)) {
        assert.ok(!REFUSED.includes(code), what)
      } else assert.equal(code, 'PERMISSION_DENIED', what)
    })
    await Promise.all(asking)
  })
  await fc.assert(property, { numRuns: 8, seed: 9 })
})

test('who is bound to an agent speaks for no other', async () => {
  const token = await tokenOf({ scopes: ['agent'], pools: ['bank'], agent: 'pat' })
  for (const method of methods.filter((one) => scopesOf(one).includes('agent'))) {
    const own = await asked(method, requestOf(method, 'bank', 'pat'), token)
    assert.ok(!REFUSED.includes(own), `${method.name}: ${own}`)
    const other = await asked(method, requestOf(method, 'bank', 'kim'), token)
    assert.equal(other, 'PERMISSION_DENIED', method.name)
  }
})

const at = (path: string) => `http://127.0.0.1:${host.httpPort}${path}`

const QUEUES = 'evenkeel.routing.v1.QueueService'

async function posted(rpc: string, body: unknown, token: string, service = QUEUES) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(at(`/${service}/${rpc}`), init)
  return { status: response.status, text: await response.text() }
}

test('JSON over HTTP goes by the same gate; who lists pools sees their own', async () => {
  const all = await tokenOf({ scopes: ['planner'], pools: ['*'] })
  for (const pool of ['bank', 'shop']) {
    assert.equal((await posted('PutPool', { pool: { pool } }, all)).status, 200)
  }
  const one = await tokenOf({ scopes: ['planner'], pools: ['bank'] })
  assert.equal((await posted('ListQueues', { pool: 'bank' }, one)).status, 200)
  const other = await posted('ListQueues', { pool: 'shop' }, one)
  const none = await posted('ListQueues', { pool: 'none' }, one)
  assert.deepEqual([other.status, none.status], [404, 404])
  assert.equal(other.text.replaceAll('shop', 'none').length, none.text.length)
  assert.equal((await posted('ListQueues', {}, one)).status, 400)
  const seen = await posted('ListPools', {}, one)
  assert.match(seen.text, /"pool":"bank"/)
  assert.doesNotMatch(seen.text, /shop/)
  for (const pool of ['bank', 'shop']) {
    const queue = { pool, queueId: `${pool}-line`, channel: 'CHANNEL_VOICE' }
    assert.equal((await posted('PutQueue', { queue }, all)).status, 200)
  }
  const staffing = 'evenkeel.forecasting.v1.StaffingService'
  const listed = (token: string) => posted('ListQueues', {}, token, staffing)
  // They cross to another service first.
  while (!/shop-line[^]*bank-line|bank-line[^]*shop-line/.test((await listed(all)).text));
  const own = await listed(one)
  assert.match(own.text, /bank-line/)
  assert.doesNotMatch(own.text, /shop/)
  const contacts = await tokenOf({ scopes: ['contacts'], pools: ['*'] })
  assert.equal((await posted('PutPool', { pool: { pool: 'x' } }, contacts)).status, 403)
})

test('pages other than the probes are for operators', async () => {
  const operator = await tokenOf({ scopes: ['operator'], pools: ['*'] })
  const planner = await tokenOf({ scopes: ['planner'], pools: ['*'] })
  const statusOf = async (path: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return (await fetch(at(path), { headers })).status
  }
  assert.equal(await statusOf('/healthz/live'), 200)
  assert.equal(await statusOf('/metrics'), 401)
  assert.equal(await statusOf('/metrics', planner), 403)
  assert.equal(await statusOf('/metrics', operator), 200)
})

test('nothing tells strangers what is served', async () => {
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
  const stream = client.makeBidiStreamRequest(path, same, same)
  const error = await new Promise<ServiceError>((resolve) => stream.once('error', resolve))
  assert.equal(error.code, 12)
})

test('a pool stands in a request itself or in what it puts, never deeper', () => {
  const deeper = (schema: DescMessage, depth: number, seen: readonly DescMessage[]): string[] =>
    schema.fields.flatMap((field) => {
      const here = depth > 1 && field.name === 'pool' ? [`${schema.typeName}.pool`] : []
      const { message } = field
      const known = message === undefined || seen.includes(message)
      return [...here, ...(known ? [] : deeper(message, depth + 1, [...seen, message]))]
    })
  const found = methods.flatMap(({ input }) => deeper(input, 0, [input]))
  assert.deepEqual(found, [])
  // The library that this test writes requests with reads them as well.
  const [method] = methods
  assert.ok(method !== undefined && fromBinary(method.input, requestOf(method, 'a', 'b')))
})
