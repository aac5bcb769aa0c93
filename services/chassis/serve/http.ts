import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Address } from '../config/index.ts'
import { CodedError, RejectedInput, common, commonErrors, malformed } from '../errors/index.ts'
import type { Logger, Registry, RpcMetrics } from '../observe/index.ts'
import {
  type Gate,
  httpsOptions,
  type KeyFiles,
  renew,
  type Shown,
  type Visit,
} from '../security/index.ts'
import { atLeastOf, codedOf } from './answer.ts'
import { apiPage } from './api-page.ts'
import type { Binding, BoundMethod, BoundUnary, Call } from './bind.ts'
import { connectCodes, connectError } from './connect.ts'
import type { Health } from './health.ts'
import { type ServeLimits, checkLimits, serveLimits } from './limits.ts'
import { notListening, refusePlaintext } from './listening.ts'
import { type Page, servePages } from './pages.ts'
import { refuseBeyond } from './shedding.ts'
import { type Transcoder, transcoder } from './transcode.ts'

export interface HttpOptions {
  readonly bindings: readonly Binding[]
  /** What services show in a browser. */
  readonly pages?: readonly Page[]
  readonly address: Address
  readonly health: Health
  readonly logger: Logger
  readonly metrics: RpcMetrics
  /** Who may call what. */
  readonly gate: Gate
  /** What GET /metrics shows. */
  readonly registry: Registry
  /** Undefined: plaintext. */
  readonly keys?: KeyFiles | undefined
  /** Serve beyond loopback without TLS. Without it such an address is refused. */
  readonly allowPlaintext?: boolean
  readonly limits?: Partial<ServeLimits>
}

export interface HttpServer {
  readonly port: number
  /** Lets requests finish within drainMs, then closes. */
  stop(): Promise<void>
}

/**
 * Unary calls as JSON (the Connect protocol), probes, metrics, and the API page. Resolves once it
 * listens.
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { bindings, address, health, registry, keys } = options
  const limits = { ...serveLimits, ...options.limits }
  checkLimits(limits)
  refusePlaintext('HTTP', address.host, keys !== undefined || options.allowPlaintext === true)
  const app = fastify({
    serverFactory: (handler) => serverOf(keys, handler, limits),
    logger: false,
    bodyLimit: limits.messageBytesMax,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
  })
  if (keys?.asks === true) demandCertificates(app)
  await apiPage(app, bindings, limits)
  servePages(app, options.pages ?? [])
  probes(app, health)
  app.get('/metrics', async (request, reply) => {
    await options.gate.enterPage('/metrics', shownBy(request))
    reply.type(registry.contentType)
    return registry.metrics()
  })
  rpcs(app, bindings, { ...options, limits, inFlight: { count: 0 } })
  await app.listen({ host: address.host, port: address.port }).catch((error: unknown) => {
    throw notListening('HTTP', address, error)
  })
  const bound = app.server.address()
  if (bound === null || typeof bound === 'string') throw new Error('HTTP listens on no port')
  return { port: bound.port, stop: () => closeWithin(app, limits.drainMs) }
}

/** A client that keeps its connection for the next scrape, a minute later, finds it there. */
const KEEP_ALIVE_MS = 72_000

function serverOf(
  keys: KeyFiles | undefined,
  handler: RequestListener,
  { callMsMax }: ServeLimits,
): Server {
  // Whoever sends its request slower than a call may take does not mean it.
  const patience = { requestTimeout: callMsMax, keepAliveTimeout: KEEP_ALIVE_MS }
  if (keys === undefined) return createServer(patience, handler)
  const server = createTlsServer({ ...patience, ...httpsOptions(keys) }, handler)
  renew(server, keys)
  return server
}

/** A kubelet has no certificate to show, and is told nothing that matters. */
const isProbe = ({ url }: FastifyRequest): boolean => url.startsWith('/healthz/')

function demandCertificates(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { socket } = request.raw
    const shown = socket instanceof TLSSocket && socket.authorized
    if (!shown && !isProbe(request)) throw common('UNAUTHENTICATED', {})
  })
}

async function closeWithin(app: FastifyInstance, ms: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), ms)
  await app.close()
  clearTimeout(timer)
}

function probes(app: FastifyInstance, health: Health): void {
  // Whether the event loop turns is all that liveness means: a restart mends nothing else.
  app.get('/healthz/live', async () => ({ status: 'live' }))
  app.get('/healthz/startup', async (_request, reply) => {
    const { started } = health.read()
    return reply.code(started ? 200 : 503).send({ status: started ? 'started' : 'starting' })
  })
  app.get('/healthz/ready', async (_request, reply) => {
    const { serving, services } = health.read()
    const status = serving ? 'ready' : 'not ready'
    return reply.code(serving ? 200 : 503).send({ status, services: Object.fromEntries(services) })
  })
}

interface Context {
  readonly limits: ServeLimits
  readonly logger: Logger
  readonly metrics: RpcMetrics
  readonly gate: Gate
  readonly inFlight: { count: number }
}

interface Route {
  readonly method: BoundMethod
  readonly json: Transcoder
}

function rpcs(app: FastifyInstance, bindings: readonly Binding[], context: Context): void {
  const routes = new Map<string, Route>()
  for (const { fullName, methods } of bindings) {
    for (const method of methods) {
      const json = transcoder(fullName, method.name)
      if (json === undefined) throw new Error(`the descriptors lack ${method.rpc}`)
      routes.set(method.rpc, { method, json })
    }
  }
  // What a body means is the content type's to say, in `answer`; here all are bytes.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const rpc = request.url.slice(1, 200)
    const coded = ofFastify(error, context.limits) ?? codedOf(error, rpc, context.logger)
    return sendError(reply, coded, statusFor(coded))
  })
  app.setNotFoundHandler((request, reply) => {
    const rpc = (request.url.split('?')[0] ?? '').slice(1, 200) || '/'
    if (routes.has(rpc)) {
      reply.header('allow', 'POST')
      return sendError(reply, common('METHOD_NEEDS_POST', { rpc }), 405)
    }
    return sendError(reply, common('METHOD_UNKNOWN', { rpc }), 404)
  })
  app.post<{ Params: { service: string; method: string } }>(
    '/:service/:method',
    async (request, reply) => {
      const rpc = `${request.params.service}/${request.params.method}`
      const route = routes.get(rpc)
      if (route === undefined) return sendError(reply, common('METHOD_UNKNOWN', { rpc }), 404)
      if (route.method.kind !== 'unary') return sendError(reply, common('METHOD_STREAMS', { rpc }))
      return answer(route.method, route.json, request, reply, context)
    },
  )
}

/** What fastify refuses before a handler sees it. Undefined: a fault of ours. */
function ofFastify(error: FastifyError, limits: ServeLimits): CodedError | undefined {
  if (error instanceof CodedError) return error
  if (error.statusCode === 413)
    return common('MESSAGE_TOO_LARGE', { limit: limits.messageBytesMax })
  if (error.statusCode === 415) return common('CONTENT_TYPE_UNSUPPORTED', { value: 'malformed' })
  if (error.statusCode === undefined || error.statusCode >= 500) return undefined
  return malformed('request', 'HTTP itself could not be read')
}

async function answer(
  method: BoundUnary,
  json: Transcoder,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<FastifyReply> {
  const { rpc } = method
  const { metrics, inFlight, limits } = context
  const began = performance.now()
  let status = 'OK'
  let visit: Visit | undefined
  inFlight.count += 1
  metrics.inFlight.add({ protocol: 'http' }, 1)
  try {
    refuseBeyond(limits, rpc, inFlight.count)
    const entered = await context.gate.enter(rpc, shownBy(request))
    visit = entered
    const codec = codecOf(request)
    checkProtocol(request)
    const body = bodyOf(request)
    const bytes = codec === 'proto' ? body : json.request(utf8(body, rpc))
    const response = await withDeadline(request, reply, limits, (call) =>
      method.invoke(bytes, call, entered),
    )
    visit.done('OK')
    reply.type(codec === 'proto' ? 'application/proto' : 'application/json')
    // As bytes: to text fastify would add a charset that Connect doesn't have.
    return reply.send(Buffer.from(codec === 'proto' ? response : json.response(response)))
  } catch (error) {
    const coded = codedOf(error, rpc, context.logger)
    status = coded.status
    metrics.refused.inc({ rpc, code: coded.code })
    visit?.done(coded.code)
    return sendError(reply, coded, statusFor(coded))
  } finally {
    inFlight.count -= 1
    metrics.inFlight.add({ protocol: 'http' }, -1)
    metrics.duration.observe({ rpc, protocol: 'http', status }, (performance.now() - began) / 1000)
  }
}

/** Where the protocol asks for another HTTP status than that of the code. */
function statusFor({ code }: CodedError): number | undefined {
  return code === 'CONTENT_TYPE_UNSUPPORTED' ? 415 : undefined
}

/** Connect's own status for the code, unless the protocol asks for another. */
function sendError(reply: FastifyReply, error: CodedError, http?: number): FastifyReply {
  if (http === 415) reply.header('accept-post', 'application/json, application/proto')
  return reply
    .code(http ?? connectCodes[error.status].http)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(connectError(error))))
}

/** What the caller shows, by HTTP. */
function shownBy(request: FastifyRequest): Shown {
  const { authorization, 'x-request-id': requestId } = request.headers
  const { socket } = request.raw
  return {
    authorization,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    certificate: () =>
      socket instanceof TLSSocket && socket.authorized
        ? socket.getPeerCertificate().subjectaltname
        : undefined,
  }
}

function codecOf(request: FastifyRequest): 'json' | 'proto' {
  const value = request.headers['content-type'] ?? ''
  if (/^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(value)) return 'json'
  if (/^application\/proto\s*$/i.test(value)) return 'proto'
  throw common('CONTENT_TYPE_UNSUPPORTED', { value: value === '' ? 'missing' : value })
}

function checkProtocol(request: FastifyRequest): void {
  const version = request.headers['connect-protocol-version']
  if (version !== undefined && version !== '1') {
    throw common('PROTOCOL_VERSION_UNSUPPORTED', { value: String(version) })
  }
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw common('ENCODING_UNSUPPORTED', { value: encoding })
}

function bodyOf({ body }: FastifyRequest): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array()
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function utf8(body: Uint8Array, rpc: string): string {
  try {
    return decoder.decode(body)
  } catch {
    throw malformed(`request of ${rpc}`, 'it is not UTF-8')
  }
}

function timeoutOf(request: FastifyRequest, limits: ServeLimits): number {
  const value = request.headers['connect-timeout-ms']
  if (value === undefined) return limits.httpCallMs
  if (typeof value === 'string' && /^\d{1,10}$/.test(value) && Number(value) > 0) {
    return Math.min(Number(value), limits.callMsMax)
  }
  throw new RejectedInput('DEADLINE_MALFORMED', commonErrors.DEADLINE_MALFORMED, {
    value: String(value),
  })
}

/** Runs a call until it answers, its time is over, or the caller has hung up. */
async function withDeadline(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: ServeLimits,
  run: (call: Call) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  // Whatever may refuse the call comes before the timer is set.
  const limit = timeoutOf(request, limits)
  const atLeast = atLeastOf(request.headers['evenkeel-at-least'])
  const deadline = Date.now() + limit
  const gone = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  const giveUp = () => {
    reject(common('DEADLINE_EXCEEDED', { limit }))
    gone.abort()
  }
  const timer = setTimeout(giveUp, limit)
  reply.raw.once('close', giveUp)
  const call: Call = {
    get deadlineMs() {
      return Math.max(0, deadline - Date.now())
    },
    signal: gone.signal,
    atLeast,
    position: (position) => {
      reply.header('evenkeel-position', position)
    },
  }
  try {
    return await Promise.race([run(call), over])
  } finally {
    clearTimeout(timer)
    reply.raw.off('close', giveUp)
  }
}
