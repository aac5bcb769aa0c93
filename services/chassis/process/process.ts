import type { AdmissionLimits } from '../admission/index.ts'
import type { Address } from '../config/index.ts'
import { type Clock, LogUnusable } from '../log/index.ts'
import { type Logger, observeProcess, ours, Registry, rpcMetrics } from '../observe/index.ts'
import { type Cells, Hosting, LeftEarly, replicaMetrics, stageMetrics } from '../replica/index.ts'
import {
  Gate,
  KeyFiles,
  type TlsFiles,
  tlsMetrics,
  type TokenRules,
  Tokens,
} from '../security/index.ts'
import {
  createHealth,
  createShutdown,
  type Health,
  refusePlaintext,
  type Shutdown,
  startGrpc,
  startHttp,
} from '../serve/index.ts'
import { type AnyService, keep, type Replayed } from './keep.ts'
import type { Logs } from './logs.ts'
import { openAll } from './opening.ts'
import { operations } from './operations.ts'
import { Readiness } from './readiness.ts'

export interface ProcessOptions {
  readonly services: readonly AnyService[]
  readonly logs: Logs
  /** Partitions that this process keeps of each service, ascending; undefined: all. */
  readonly hosted?: readonly number[] | undefined
  readonly cells?: Cells
  /** How much new work it takes; undefined: what the settings say where nobody sets them. */
  readonly admission?: AdmissionLimits | undefined
  /** Stable name of this replica, the same at every start; no other process has it. */
  readonly replicaId: string
  readonly clock: Clock
  /** ms of the clock in a real ms. */
  readonly clockSpeed?: number
  readonly grpc: Address
  readonly http: Address | undefined
  /** Files of TLS; undefined: plaintext. */
  readonly tls?: TlsFiles | undefined
  /** What callers' tokens must be; undefined: none is asked for. */
  readonly tokens?: TokenRules | undefined
  /** Serve beyond loopback without TLS. Without it such an address is refused. */
  readonly allowPlaintext?: boolean
  readonly logger: Logger
  /** Aborted while the process starts: that rejects with LeftEarly, with everything closed. */
  readonly ending?: AbortSignal
  /** Real ms after which nobody waits for a partition whose log is out of reach. */
  readonly lateMs?: number
  /** Told while a service reads its log again. */
  readonly replayed?: ((progress: Replayed) => void) | undefined
}

export interface RunningProcess {
  readonly grpcPort: number
  readonly httpPort: number | undefined
  /** What has halted, in sentences, by service; these pools are answered with PARTITION_HALTED. */
  halts(): readonly string[]
  /** Says NOT_SERVING, lets calls finish, hands over what it leads, closes the logs. */
  stop(reason: string): Promise<void>
}

/** For all closers together, below the minute that a pod is given: calls have 10 s of it. */
const SHUTDOWN_MS = 50_000

/**
 * Services in one process, whichever log they are on: their replicas, one gRPC and one HTTP server.
 * HTTP is there first, to say how the start goes on; gRPC last, when there is somebody to answer.
 * Resolves when that is so. Rejects, with everything closed again, when a log is not what it should
 * be or an address is taken; waits for a log that is out of reach.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const shutdown = createShutdown(options.logger, SHUTDOWN_MS)
  try {
    return await compose(options, shutdown)
  } catch (error) {
    if (error instanceof LogUnusable) {
      const { code, message } = error
      options.logger.error('process.can_not_start', { code, why: ours(message) })
    }
    const asked = error instanceof LeftEarly
    await shutdown.run(asked ? String(options.ending?.reason) : 'start failed')
    throw error
  }
}

async function compose(options: ProcessOptions, shutdown: Shutdown): Promise<RunningProcess> {
  const { logger, logs, grpc, http, admission, allowPlaintext = false } = options
  // gRPC comes last, and whoever has to choose another address need not wait for the logs.
  refusePlaintext('gRPC', grpc.host, allowPlaintext || options.tls !== undefined)
  const registry = new Registry()
  const security = securityOf(options, registry, shutdown)
  const observing = observeProcess(registry)
  shutdown.add('process_metrics', () => observing.stop())
  logs.metrics?.(registry)
  const { partitions } = logs
  const hosted = options.hosted ?? Array.from({ length: partitions }, (_, index) => index)
  const cells: Cells = options.cells ?? new Map()
  const kept = options.services.map((service) => {
    const hosting = new Hosting<unknown>({ partitions, hosted, cells, admission })
    service.metrics(registry, hosting)
    return { service, hosting, bindings: service.rpcs(hosting) }
  })
  replicaMetrics(
    registry,
    () => kept.flatMap(({ hosting }) => [...hosting.running]),
    () => kept.flatMap(({ service, hosting }) => downOf(service.name, hosting)),
  )
  const stages = stageMetrics(registry)
  const operating = operations(kept, options.replicaId)
  const bindings = [...kept.flatMap((one) => one.bindings), operating]
  const health = createHealth(bindings.map(({ fullName }) => fullName))
  const readinesses = kept.map((one) => {
    const apis = one.bindings.map(({ fullName }) => fullName)
    return new Readiness(health, apis, hosted)
  })
  const metrics = rpcMetrics(registry)
  const shared = { bindings, health, logger, metrics, allowPlaintext, ...security }
  const pages = options.services.flatMap((service) => service.pages ?? [])
  const httpServer = http && (await startHttp({ ...shared, pages, address: http, registry }))
  if (httpServer !== undefined) shutdown.add('http', () => httpServer.stop())
  const opened = await openAll(options, shutdown, registry, (why) => {
    for (const readiness of readinesses) readiness.notOpen(why)
  })
  for (const readiness of readinesses) readiness.opened()
  const { replicaId, clock, clockSpeed = 1, replayed } = options
  const { ending = new AbortController().signal, lateMs } = options
  const keeping = kept.map(async ({ service, hosting }, index) => {
    const open = opened.get(service.name)
    const readiness = readinesses[index]
    if (open === undefined || readiness === undefined) throw new Error(`no ${service.name}`)
    const onStage = stages(service.name)
    const own = { service, open, hosted, hosting, readiness, onStage }
    const process = { replicaId, clock, clockSpeed, logger, replayed, ending, lateMs }
    const { stop } = await keep({ ...own, ...process })
    shutdown.add(`replicas/${service.name}`, stop)
  })
  const failed = (await Promise.allSettled(keeping)).find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  openInboxes(kept, options, registry, shutdown)
  const grpcServer = await startGrpc({ ...shared, address: grpc, reflection: true })
  shutdown.add('grpc', () => grpcServer.drain())
  health.set(operating.fullName, true)
  health.started()
  return {
    grpcPort: grpcServer.port,
    httpPort: httpServer?.port,
    halts: () => kept.flatMap(({ service }, index) => haltsOf(service, readinesses[index])),
    stop: (reason) => leave(health, shutdown, reason),
  }
}

/** Public topics that services take commands from, where there is Kafka. */
function openInboxes(
  kept: readonly { readonly service: AnyService; readonly hosting: Hosting<unknown> }[],
  { logs, logger }: ProcessOptions,
  registry: Registry,
  shutdown: Shutdown,
): void {
  const { connection, cell } = logs
  for (const { service, hosting } of kept) {
    if (connection === undefined || service.inbox === undefined) continue
    const own = logger.with({ kind: service.name })
    const inbox = service.inbox(hosting, { connection, cell, registry, logger: own })
    shutdown.add(`inbox/${service.name}`, () => inbox.stop())
  }
}

/** What both servers ask of callers, and show them. */
function securityOf(options: ProcessOptions, registry: Registry, shutdown: Shutdown) {
  const keys = keysOf(options, registry, shutdown)
  const tokens = options.tokens && new Tokens(options.tokens)
  const proofs = { tokens, certificates: keys?.asks === true }
  return { keys, gate: new Gate(proofs, options.logger, registry) }
}

function keysOf(
  { tls, logger }: ProcessOptions,
  registry: Registry,
  shutdown: Shutdown,
): KeyFiles | undefined {
  if (tls === undefined) return undefined
  const keys = new KeyFiles(tls, logger)
  tlsMetrics(registry, keys)
  shutdown.add('key_files', () => keys.stop())
  return keys
}

const haltsOf = ({ name }: AnyService, readiness: Readiness | undefined) =>
  (readiness?.halts() ?? []).map((halt) => `${name}: ${halt}`)

const downOf = (service: string, hosting: Hosting<unknown>) =>
  Array.from(hosting.down, ([partition, halt]) => ({ service, partition, halt }))

/** Whoever balances calls looks elsewhere before anything is refused. */
function leave(health: Health, shutdown: Shutdown, reason: string): Promise<void> {
  health.leave()
  return shutdown.run(reason)
}
