import {
  Metadata,
  Server,
  type ServerDuplexStream,
  type ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition as GrpcService,
  type UntypedServiceImplementation,
  type sendUnaryData,
} from '@grpc/grpc-js'
import type { Address } from '../config/index.ts'
import {
  type CodedError,
  common,
  shortMessage,
  statusBytes,
  statusNumbers,
} from '../errors/index.ts'
import type { Logger, RpcMetrics } from '../observe/index.ts'
import {
  type Gate,
  grpcCredentials,
  type KeyFiles,
  type Shown,
  type Visit,
} from '../security/index.ts'
import { atLeastOf, codedOf } from './answer.ts'
import type { Binding, BoundMethod, BoundUnary, Call } from './bind.ts'
import { type Health, healthBinding } from './health.ts'
import { type ServeLimits, checkLimits, serveLimits } from './limits.ts'
import { notListening, refusePlaintext } from './listening.ts'
import { reflectionBinding } from './reflection.ts'
import { refuseBeyond } from './shedding.ts'
import {
  type BytesDuplex,
  type GrpcStatus,
  type OpenStream,
  duplexOf,
  runStream,
} from './streams.ts'

export interface GrpcOptions {
  readonly bindings: readonly Binding[]
  readonly address: Address
  readonly health: Health
  readonly logger: Logger
  readonly metrics: RpcMetrics
  /** Who may call what. */
  readonly gate: Gate
  /** Lets tools ask what is served (grpc.reflection.v1), where everybody may call. */
  readonly reflection: boolean
  /** Undefined: plaintext. */
  readonly keys?: KeyFiles | undefined
  /** Serve beyond loopback without TLS. Without it such an address is refused. */
  readonly allowPlaintext?: boolean
  readonly limits?: Partial<ServeLimits>
}

export interface GrpcServer {
  readonly port: number
  /**
   * Says NOT_SERVING, ends streams with SERVER_LEAVING, lets calls finish within drainMs, then
   * closes.
   */
  drain(): Promise<void>
  /** Closes at once. */
  stop(): void
}

/** The gRPC server: every binding, health, and reflection if wanted. Resolves once it listens. */
export async function startGrpc(options: GrpcOptions): Promise<GrpcServer> {
  const { bindings, address, health, logger, metrics, keys } = options
  const limits = { ...serveLimits, ...options.limits }
  checkLimits(limits)
  refusePlaintext('gRPC', address.host, keys !== undefined || options.allowPlaintext === true)
  const server = new Server(channelOptions(limits))
  const own = { open: new Set<OpenStream>(), inFlight: { count: 0 } }
  const context: Context = { limits, logger, metrics, gate: options.gate, ...own }
  for (const binding of bindings) addBinding(server, binding, context)
  // Probes and tools often set no deadline, and neither service can wait for anything.
  const unhurried = { ...context, deadlineOptional: true }
  addBinding(server, healthBinding(health), unhurried)
  if (options.reflection && options.gate.isOpen) {
    addBinding(server, reflectionBinding(bindings.map((each) => each.fullName)), unhurried)
  }
  const port = await listen(server, address, grpcCredentials(keys))
  return {
    port,
    drain: async () => {
      health.leave()
      for (const stream of context.open) stream.fail(common('SERVER_LEAVING', {}))
      await shutDown(server, limits.drainMs)
    },
    stop: () => server.forceShutdown(),
  }
}

function channelOptions(limits: ServeLimits) {
  return {
    'grpc.max_receive_message_length': limits.messageBytesMax,
    'grpc.max_send_message_length': limits.messageBytesMax,
    'grpc.max_concurrent_streams': limits.concurrentPerConnection,
    'grpc.keepalive_time_ms': limits.keepaliveMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
    'grpc.max_connection_age_ms': limits.connectionAgeMs,
    'grpc.max_connection_age_grace_ms': limits.connectionGraceMs,
    'grpc.enable_channelz': 0,
  }
}

function listen(server: Server, address: Address, credentials: ServerCredentials): Promise<number> {
  const { host, port } = address
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error, bound) => {
      if (error === null) resolve(bound)
      else reject(notListening('gRPC', address, error))
    })
  })
}

function shutDown(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, withinMs)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

interface Context {
  readonly limits: ServeLimits
  readonly logger: Logger
  readonly metrics: RpcMetrics
  readonly gate: Gate
  readonly open: Set<OpenStream>
  readonly inFlight: { count: number }
  readonly deadlineOptional?: boolean
}

function addBinding(server: Server, binding: Binding, context: Context): void {
  const service: GrpcService = Object.fromEntries(
    binding.methods.map((method) => [method.name, wireOf(method)]),
  )
  const implementation: UntypedServiceImplementation = Object.fromEntries(
    binding.methods.map((method) => [method.name, handlerOf(method, context)]),
  )
  server.addService(service, implementation)
}

/**
 * To grpc-js all messages are bytes, so that one that can't be decoded is ours to answer, with a
 * code.
 */
function wireOf({ rpc, kind }: BoundMethod) {
  return {
    path: `/${rpc}`,
    requestStream: kind === 'duplex',
    responseStream: kind !== 'unary',
    requestSerialize: toBuffer,
    requestDeserialize: (bytes: Buffer): Uint8Array => bytes,
    responseSerialize: toBuffer,
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

type BytesUnary = ServerUnaryCall<Uint8Array, Uint8Array>
type BytesServerStream = ServerWritableStream<Uint8Array, Uint8Array>

function handlerOf(method: BoundMethod, context: Context) {
  switch (method.kind) {
    case 'unary':
      return (call: BytesUnary, respond: sendUnaryData<Uint8Array>) => {
        void answerUnary(method, call, respond, context)
      }
    case 'serverStream':
      return (call: BytesServerStream) =>
        runStream(call, streamContext(method, context), async (stream) => {
          const visit = await context.gate.enter(method.rpc, shownBy(call))
          await method.open(call.request, stream, visit)
        })
    case 'duplex':
      return (call: ServerDuplexStream<Uint8Array, Uint8Array>) => openDuplex(method, call, context)
    default:
      return method satisfies never
  }
}

function openDuplex(
  method: Extract<BoundMethod, { kind: 'duplex' }>,
  call: BytesDuplex,
  context: Context,
): void {
  const forStream = streamContext(method, context)
  runStream(call, forStream, async (stream) => {
    const visit = await context.gate.enter(method.rpc, shownBy(call))
    await method.open(duplexOf(call, stream, forStream), visit)
  })
}

/** What the caller shows, by gRPC. */
function shownBy(call: BytesUnary | BytesServerStream | BytesDuplex): Shown {
  const header = (name: string) => {
    const [value] = call.metadata.get(name)
    return typeof value === 'string' ? value : undefined
  }
  return {
    authorization: header('authorization'),
    requestId: header('x-request-id'),
    certificate: () => call.getAuthContext()?.sslPeerCertificate?.subjectaltname,
  }
}

function streamContext({ rpc }: BoundMethod, context: Context) {
  return { ...context, rpc, statusOf }
}

// grpc-js itself has told the caller so by then.
const late = 'DEADLINE_EXCEEDED'

async function answerUnary(
  method: BoundUnary,
  call: BytesUnary,
  respond: sendUnaryData<Uint8Array>,
  context: Context,
): Promise<void> {
  const { rpc } = method
  const { metrics, limits, inFlight } = context
  const began = performance.now()
  let status = 'OK'
  let visit: Visit | undefined
  inFlight.count += 1
  metrics.inFlight.add({ protocol: 'grpc' }, 1)
  try {
    refuseBeyond(limits, rpc, inFlight.count)
    visit = await context.gate.enter(rpc, shownBy(call))
    const response = await method.invoke(call.request, grpcCall(method, call, context), visit)
    visit.done('OK')
    respond(null, response)
  } catch (error) {
    const coded = codedOf(error, rpc, context.logger)
    status = coded.status
    metrics.refused.inc({ rpc, code: coded.code })
    visit?.done(coded.code)
    respond(statusOf(coded))
  }
  inFlight.count -= 1
  metrics.inFlight.add({ protocol: 'grpc' }, -1)
  if (call.cancelled) status = Date.now() < Number(call.getDeadline()) ? 'CANCELLED' : late
  metrics.duration.observe({ rpc, protocol: 'grpc', status }, (performance.now() - began) / 1000)
}

function grpcCall(method: BoundUnary, call: BytesUnary, context: Context): Call {
  const given = Number(call.getDeadline())
  const latest = Date.now() + context.limits.callMsMax
  if (given === Number.POSITIVE_INFINITY && context.deadlineOptional !== true) {
    throw common('DEADLINE_MISSING', { rpc: method.rpc })
  }
  const deadline = Math.min(given, latest)
  const atLeast = atLeastOf(call.metadata.get('evenkeel-at-least')[0])
  let signal: AbortSignal | undefined
  return {
    get deadlineMs() {
      return Math.max(0, deadline - Date.now())
    },
    // Made when asked for: most handlers never do, and it costs more than the rest of the call's
    // bookkeeping.
    get signal() {
      signal ??= signalOf(call)
      return signal
    },
    atLeast,
    position: (position) => {
      const metadata = new Metadata()
      metadata.set('evenkeel-position', position)
      call.sendMetadata(metadata)
    },
  }
}

function signalOf(call: BytesUnary): AbortSignal {
  const gone = new AbortController()
  if (call.cancelled) gone.abort()
  else call.on('cancelled', () => gone.abort())
  return gone.signal
}

function statusOf(error: CodedError): GrpcStatus {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', toBuffer(statusBytes(error)))
  return { code: statusNumbers[error.status], details: shortMessage(error), metadata }
}
