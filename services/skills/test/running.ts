import type { TestContext } from 'node:test'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { realClock } from '@evenkeel/chassis/log'
import { type Fate, MemoryLog, MemoryStreams, noFaults } from '@evenkeel/chassis/log/memory'
import { Registry, rpcMetrics, silentLogger } from '@evenkeel/chassis/observe'
import { hostedAlone, type Replica, startReplica } from '@evenkeel/chassis/replica'
import { Gate } from '@evenkeel/chassis/security'
import { createHealth, startGrpc } from '@evenkeel/chassis/serve'
import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Event } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { SkillsServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import type { SkillsState } from '../core/index.ts'
import { skills } from '../service.ts'

type Methods = typeof SkillsServiceDefinition.methods
type Request<K extends keyof Methods> = ReturnType<Methods[K]['requestType']['decode']>
/** What is not said is as the wire has it. */
type Asked<K extends keyof Methods> = Partial<Request<K>>
type Response<K extends keyof Methods> = ReturnType<Methods[K]['responseType']['decode']>

interface Message<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(bytes: Uint8Array): T
  create(): T
}

/** The definition once more, with each method's messages tied to its name. */
const methods: {
  readonly [K in keyof Methods]: {
    readonly name: string
    readonly requestType: Message<Request<K>>
    readonly responseType: Message<Response<K>>
  }
} = SkillsServiceDefinition.methods

export interface Terms {
  readonly deadlineMs?: number
  readonly atLeast?: string
}

export interface Answer<T> {
  readonly response: T
  readonly position: string
}

export interface Refusal {
  readonly code: string
  readonly fields: Readonly<Record<string, string>>
  readonly message: string
}

/**
 * The service on a log in memory behind a real gRPC server, with routing's stream to be played by
 * the test.
 */
export async function runningSkills(t: TestContext) {
  const clock = realClock()
  const link = { broken: false }
  const append = (): Fate =>
    link.broken ? { kind: 'refused' } : { kind: 'written', delayMs: 0, ackDelayMs: 0 }
  const log = new MemoryLog({ partitions: 1, clock, faults: { ...noFaults, append } })
  const streams = new MemoryStreams({ clock })
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const replica = await startReplica({
    service: skills,
    log: log.client('skills-0'),
    streams: streams.client('skills-0'),
    clock,
    partition: 0,
    replicaId: 'skills-0',
    logger: quiet,
  })
  const registry = new Registry()
  const hosted = hostedAlone(replica)
  skills.metrics(registry, hosted)
  const bindings = skills.rpcs(hosted)
  const server = await startGrpc({
    gate: new Gate({ certificates: false }, silentLogger, registry),
    bindings,
    address: { host: '127.0.0.1', port: 0 },
    health: createHealth(bindings.map(({ fullName }) => fullName)),
    logger: silentLogger,
    metrics: rpcMetrics(registry),
    reflection: false,
  })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  t.after(async () => {
    client.close()
    server.stop()
    await replica.stop()
  })
  const routing = streams.client('routing-0')
  let published = 0

  return {
    link,
    replica,
    registry,

    /** Routing makes a pool; resolves once it has crossed the bridge. */
    async pool(pool: string): Promise<void> {
      const body = RoutingEvent.encode({
        kind: {
          $case: 'poolChanged',
          value: {
            pool: {
              pool,
              displayName: '',
              etag: '',
              dialPacing: undefined,
              profilesMaxAge: undefined,
            },
          },
        },
      }).finish()
      const number = published++
      const event = {
        id: `0123456789abcdef/0/${number}/0`,
        pool,
        timeMs: 0,
        body: Buffer.from(body),
      }
      const known = until(replica, () => replica.state.pools.get(pool) !== undefined)
      await routing.publish('routing/0', number, [Envelope.encode(event).finish()])
      await known
    },

    /** What the service has published, once it has published all. */
    async published(): Promise<readonly Event['kind'][]> {
      if (replica.stats().outbox > 0) await until(replica, () => replica.stats().outbox === 0)
      return streams
        .entries('skills/0')
        .map(({ bytes }) => Event.decode(Envelope.decode(bytes).body).kind)
    },

    call<K extends keyof Methods>(
      method: K,
      request: Asked<K>,
      terms: Terms = {},
    ): Promise<Answer<Response<K>>> {
      return call(client, SkillsServiceDefinition.fullName, methods[method], request, terms)
    },

    /** The same of another of its services. */
    of: ({ fullName }: { readonly fullName: string }) => ({
      call: <Q, A>(method: Method<Q, A>, request: Partial<Q>) =>
        call(client, fullName, method, request, {}),
      refusal: <Q, A>(method: Method<Q, A>, request: Partial<Q>) =>
        refused(call(client, fullName, method, request, {})),
    }),

    refusal<K extends keyof Methods>(
      method: K,
      request: Asked<K>,
      terms: Terms = {},
    ): Promise<Refusal> {
      return refused(
        call(client, SkillsServiceDefinition.fullName, methods[method], request, terms),
      )
    },
  }
}

/** Looks after each record. */
function until(replica: Replica<SkillsState>, reached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = replica.watch(() => {
      if (!reached()) return
      stop()
      resolve()
    })
  })
}

/** A method of a service, by its generated messages. */
interface Method<Q, A> {
  readonly name: string
  readonly requestType: Message<Q>
  readonly responseType: Message<A>
}

/** As a platform calls: through the generated messages and nothing else. */
function call<Q, A>(
  client: Client,
  service: string,
  method: Method<Q, A>,
  request: Partial<Q>,
  { deadlineMs = 10_000, atLeast }: Terms,
): Promise<Answer<A>> {
  const { name, requestType, responseType } = method
  const metadata = new Metadata()
  if (atLeast !== undefined) metadata.set('evenkeel-at-least', atLeast)
  return new Promise((resolve, reject) => {
    let position = ''
    const made = client.makeUnaryRequest(
      `/${service}/${name}`,
      (message: Q) => Buffer.from(requestType.encode(message).finish()),
      (bytes: Buffer) => responseType.decode(bytes),
      { ...requestType.create(), ...request },
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, response) => {
        if (error !== null || response === undefined) reject(error)
        else resolve({ response, position })
      },
    )
    made.on('metadata', (headers: Metadata) => {
      position = String(headers.get('evenkeel-position')[0] ?? '')
    })
  })
}

async function refused(made: Promise<unknown>): Promise<Refusal> {
  try {
    await made
  } catch (error) {
    return refusalOf(error)
  }
  throw new Error('it was not refused')
}

function refusalOf(error: unknown): Refusal {
  const { metadata, details } = error as ServiceError
  const trailer = metadata.get('grpc-status-details-bin')[0]
  if (!(trailer instanceof Buffer)) throw new Error(`no details: ${details}`)
  const status = Status.decode(trailer)
  const info = ErrorInfo.decode(status.details[0]?.value ?? Buffer.alloc(0))
  return { code: info.reason, fields: info.metadata, message: status.message }
}
