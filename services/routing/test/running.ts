import type { TestContext } from 'node:test'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import type { AdmissionLimits } from '@evenkeel/chassis/admission'
import { realClock } from '@evenkeel/chassis/log'
import { type Faults, MemoryLog, MemoryStreams, noFaults } from '@evenkeel/chassis/log/memory'
import { Registry, rpcMetrics, silentLogger } from '@evenkeel/chassis/observe'
import { hostedAlone, startReplica } from '@evenkeel/chassis/replica'
import { Gate } from '@evenkeel/chassis/security'
import { createHealth, startGrpc, startHttp } from '@evenkeel/chassis/serve'
import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import { AgentServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { CallbackServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { ClassificationServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import { ContactServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { ExplainServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import { OperationsServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { QueueServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { WatchServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { Event as SkillsEvent } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { AgentProfile } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { ErrorInfo, RetryInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import { routing } from '../service.ts'

const definitions = [
  ContactServiceDefinition,
  CallbackServiceDefinition,
  ClassificationServiceDefinition,
  AgentServiceDefinition,
  QueueServiceDefinition,
  WatchServiceDefinition,
  ExplainServiceDefinition,
  OperationsServiceDefinition,
] as const

type Methods = (typeof ContactServiceDefinition)['methods'] &
  (typeof CallbackServiceDefinition)['methods'] &
  (typeof ClassificationServiceDefinition)['methods'] &
  (typeof AgentServiceDefinition)['methods'] &
  (typeof QueueServiceDefinition)['methods'] &
  (typeof WatchServiceDefinition)['methods'] &
  (typeof ExplainServiceDefinition)['methods'] &
  (typeof OperationsServiceDefinition)['methods']
export type Method = keyof Methods
export type Request<K extends Method> = ReturnType<Methods[K]['requestType']['decode']>
export type Response<K extends Method> = ReturnType<Methods[K]['responseType']['decode']>

interface Message<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(bytes: Uint8Array): T
}

/** Each method's messages tied to its name. */
const methods: {
  readonly [K in Method]: {
    readonly name: string
    readonly requestType: Message<Request<K>>
    readonly responseType: Message<Response<K>>
  }
} = {
  ...ContactServiceDefinition.methods,
  ...CallbackServiceDefinition.methods,
  ...ClassificationServiceDefinition.methods,
  ...AgentServiceDefinition.methods,
  ...QueueServiceDefinition.methods,
  ...WatchServiceDefinition.methods,
  ...ExplainServiceDefinition.methods,
  ...OperationsServiceDefinition.methods,
}

export const methodNames: readonly string[] = Object.keys(methods)

function pathOf(method: Method): string {
  const service = definitions.find((one) => Object.hasOwn(one.methods, method))
  return `/${service?.fullName}/${methods[method].name}`
}

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, string>>
  readonly message: string
  /** Of RetryInfo; undefined: there is none. */
  readonly retryAfterMs: number | undefined
}

/** What Connect's clients and gRPC's see of a refusal. */
export function refusalOf(error: unknown): Refusal {
  const { metadata, details, code } = error as ServiceError
  const trailer = metadata.get('grpc-status-details-bin')[0]
  if (!(trailer instanceof Buffer)) throw new Error(`no details: ${details}`)
  const status = Status.decode(trailer)
  const info = ErrorInfo.decode(status.details[0]?.value ?? Buffer.alloc(0))
  const retry = status.details.find(({ typeUrl }) => typeUrl.endsWith('RetryInfo'))
  const delay = retry && RetryInfo.decode(retry.value).retryDelay
  const retryAfterMs = delay && delay.seconds * 1_000 + delay.nanos / 1_000_000
  const { message } = status
  return { status: code, code: info.reason, fields: info.metadata, message, retryAfterMs }
}

/** A stream whose messages are awaited one by one. */
export interface Talk<Req, Res> {
  send(request: Req): void
  /** Nothing more will be sent. */
  end(): void
  next(): Promise<Res>
  /** Reads on until a message fits. */
  until(fits: (message: Res) => boolean): Promise<Res>
  /** Resolves when the stream has ended, with its refusal if it was refused. */
  ended(): Promise<Refusal | undefined>
  cancel(): void
  /** Reads nothing more off the line until told to. */
  pause(): void
  resume(): void
}

/** What the replicas of one log share. */
export function site(faults: Faults = { ...noFaults }) {
  const clock = realClock()
  return {
    clock,
    log: new MemoryLog({ partitions: 1, clock, faults }),
    streams: new MemoryStreams({ clock }),
  }
}

/** The service on a log in memory behind real servers, with the skills service's stream played by the test. */
export async function runningRouting(
  t: TestContext,
  at = site(),
  replicaId = 'routing-0',
  admission?: AdmissionLimits,
) {
  const { clock, log, streams } = at
  const replica = await startReplica({
    service: routing,
    log: log.client(replicaId),
    streams: streams.client(replicaId),
    clock,
    partition: 0,
    replicaId,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  })
  const registry = new Registry()
  const hosted = hostedAlone(replica, admission)
  const bindings = routing.rpcs(hosted)
  routing.metrics(registry, hosted)
  const standing = {
    bindings,
    address: { host: '127.0.0.1', port: 0 },
    health: createHealth(bindings.map(({ fullName }) => fullName)),
    logger: silentLogger,
    metrics: rpcMetrics(registry),
  }
  const gate = new Gate({ certificates: false }, silentLogger, registry)
  const server = await startGrpc({ ...standing, gate, reflection: false })
  const http = await startHttp({ ...standing, gate, registry })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  t.after(async () => {
    client.close()
    server.stop()
    await http.stop()
    await replica.stop()
  })
  const skills = streams.client('skills-0')
  let published = 0

  function reached(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = replica.watch(() => {
        if (!holds()) return
        stop()
        resolve()
      })
    })
  }

  function call<K extends Method>(
    method: K,
    request: Request<K>,
    deadlineMs: number | undefined = 10_000,
  ): Promise<Response<K>> {
    const { requestType, responseType } = methods[method]
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        pathOf(method),
        (message: Request<K>) => Buffer.from(requestType.encode(message).finish()),
        (bytes: Buffer) => responseType.decode(bytes),
        request,
        new Metadata(),
        deadlineMs > 0 ? { deadline: Date.now() + deadlineMs } : {},
        (error, response) => {
          if (error !== null || response === undefined) reject(error)
          else resolve(response)
        },
      )
    })
  }

  return {
    replica,
    hosted,
    figures: () => registry.metrics(),
    http: `http://127.0.0.1:${http.port}`,
    pathOf,
    reached,
    call,

    /** The skills service has stored a profile; resolves once routing knows. */
    async agent(agentId: string): Promise<void> {
      const channels = [{ channel: Channel.CHANNEL_VOICE, weight: 100 }]
      const profile = AgentProfile.fromPartial({ pool: 'p', agentId, channels })
      const body = SkillsEvent.encode({
        kind: { $case: 'profileChanged', value: { profile } },
      }).finish()
      const number = published++
      const event = { id: `0123456789abcdef/0/${number}/0`, pool: 'p', timeMs: 0 }
      const bytes = Envelope.encode({ ...event, body: Buffer.from(body) }).finish()
      await skills.publish('skills/0', number, [bytes])
      await reached(() => replica.state.agents.get(`p/${agentId}`) !== undefined)
    },

    async refusal<K extends Method>(
      method: K,
      request: Request<K>,
      deadlineMs?: number,
    ): Promise<Refusal> {
      try {
        await call(method, request, deadlineMs)
      } catch (error) {
        return refusalOf(error)
      }
      throw new Error(`${method} was not refused`)
    },

    talk<K extends Method>(method: K): Talk<Request<K>, Response<K>> {
      const { requestType, responseType } = methods[method]
      const stream = client.makeBidiStreamRequest(
        pathOf(method),
        (message: Request<K>) => Buffer.from(requestType.encode(message).finish()),
        (bytes: Buffer) => responseType.decode(bytes),
        new Metadata(),
      )
      return talkOver(stream)
    },
  }
}

type Bidi<Req, Res> = ReturnType<typeof Client.prototype.makeBidiStreamRequest<Req, Res>>

function talkOver<Req, Res>(stream: Bidi<Req, Res>): Talk<Req, Res> {
  const come: Res[] = []
  const awaited: ((message: Res) => void)[] = []
  const over = Promise.withResolvers<Refusal | undefined>()
  stream.on('data', (message: Res) => {
    const waiting = awaited.shift()
    if (waiting) waiting(message)
    else come.push(message)
  })
  stream.on('error', (error: ServiceError) => {
    const told = error.metadata.get('grpc-status-details-bin').length > 0
    over.resolve(told ? refusalOf(error) : undefined)
  })
  stream.on('end', () => over.resolve(undefined))
  const next = (): Promise<Res> => {
    const first = come.shift()
    return first === undefined
      ? new Promise((resolve) => awaited.push(resolve))
      : Promise.resolve(first)
  }
  return {
    send: (request) => void stream.write(request),
    end: () => void stream.end(),
    next,
    async until(fits) {
      for (;;) {
        const message = await next()
        if (fits(message)) return message
      }
    },
    ended: () => over.promise,
    cancel: () => stream.cancel(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
  }
}
