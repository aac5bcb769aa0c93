import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Address } from '@evenkeel/chassis/config'
import { type Clock, type EventStreams, LogUnusable, manualClock } from '@evenkeel/chassis/log'
import { openSqlite, type Sqlite } from '@evenkeel/chassis/log/sqlite'
import { type Logger, observeProcess, Registry, rpcMetrics } from '@evenkeel/chassis/observe'
import {
  hostedAlone,
  type ReplicaLogger,
  replicaMetrics,
  type RunningReplica,
  startReplica,
} from '@evenkeel/chassis/replica'
import {
  type Binding,
  createHealth,
  createShutdown,
  type Service,
  startGrpc,
  startHttp,
} from '@evenkeel/chassis/serve'
import { routing } from '@evenkeel/routing'
import { skills } from '@evenkeel/skills'
import { Halts } from './halts.ts'
import { streamsBetween } from './streams-between.ts'

export interface HostOptions {
  /** Holds one file per service; made if it is not there. Only one process can have it. */
  readonly dataDirectory: string
  /** Loopback only: there is no encryption here. */
  readonly grpc: Address
  readonly http: Address | undefined
  /** Made for the log's last time (undefined: a new log), which it must not be behind. */
  clock(last: number | undefined): Clock
  /** ms of the clock in a real ms. */
  readonly speed: number
  readonly logger: Logger
  /** The embedded log; a test of its faults brings another. */
  readonly open?: typeof openSqlite
  /** Told while a service reads its log again. */
  readonly replayed?: (progress: Replayed) => void
}

/** How far a service has come with its log, of what was there when it started. */
export interface Replayed {
  readonly service: string
  readonly records: number
  readonly head: number
  /** Real ms since it began. */
  readonly ms: number
}

export interface Host {
  readonly grpcPort: number
  readonly httpPort: number | undefined
  readonly clock: Clock
  /** Lets calls finish, then closes the logs. */
  stop(reason: string): Promise<void>
}

/** One partition: a machine has nothing to gain from more. */
const PARTITIONS = 1
const REPLICA = 'evenkeel-0'
/** For all closers together: drained calls have 10 s, the rest is quick. */
const SHUTDOWN_MS = 20_000

const SERVICES = [routing.name, skills.name] as const

/**
 * One at a time: where the parent is there and the system will have no child in it (a directory
 * that was deleted meanwhile, /proc), `recursive` tries for ever and no signal ends it.
 */
function makeDirectory(path: string): void {
  const parent = dirname(path)
  if (parent !== path && !existsSync(parent)) makeDirectory(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** All services in this process, on embedded logs, behind one gRPC and one HTTP server. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataDirectory, logger } = options
  makeDirectory(dataDirectory)
  const shutdown = createShutdown(logger, SHUTDOWN_MS)
  try {
    return await compose(options, shutdown)
  } catch (error) {
    await shutdown.run('start failed')
    throw error
  }
}

async function compose(
  options: HostOptions,
  shutdown: ReturnType<typeof createShutdown>,
): Promise<Host> {
  const { logger, grpc, http } = options
  const last = await lastTime(options)
  if (last !== undefined) assertAllThere(options)
  const clock = options.clock(last)
  const files = new Map<string, Sqlite>()
  const streams = new Map<string, EventStreams>()
  for (const service of SERVICES) {
    const sqlite = openFile(options, service, clock)
    shutdown.add(`log ${service}`, () => sqlite.close())
    files.set(service, sqlite)
    streams.set(service, sqlite.streams)
  }
  const registry = new Registry()
  shutdown.add('process metrics', () => observing.stop())
  const observing = observeProcess(registry)
  const bindings: Binding[] = []
  const halts = new Halts()
  async function run<State, Command, Event>(service: Service<State, Command, Event>) {
    const sqlite = files.get(service.name)
    if (sqlite === undefined) throw new Error(`no log for ${service.name}`)
    const began = performance.now()
    const replica: RunningReplica<State> = await startReplica({
      service,
      log: sqlite.log,
      streams: streamsBetween(service.name, streams),
      clock,
      clockSpeed: options.speed,
      partition: 0,
      replicaId: REPLICA,
      logger: replicaLogger(logger.with({ kind: service.name })),
      onProgress: ({ applied: records, head }) => {
        const ms = performance.now() - began
        options.replayed?.({ service: service.name, records, head, ms })
      },
      onHalted: (reason) => halts.halted(service.name, reason),
    })
    shutdown.add(`replica ${service.name}`, () => replica.stop())
    const hosted = hostedAlone(replica)
    service.metrics(registry, hosted)
    const own = service.rpcs(hosted)
    halts.answers(service.name, own)
    bindings.push(...own)
    return replica
  }
  const replicas = await Promise.all([run(routing), run(skills)])
  replicaMetrics(registry, () => replicas)
  const health = createHealth(bindings.map((binding) => binding.fullName))
  const shared = { bindings, health, logger, metrics: rpcMetrics(registry) }
  const grpcServer = await startGrpc({ ...shared, address: grpc, reflection: true })
  shutdown.add('grpc', () => grpcServer.drain())
  const httpServer = http && (await startHttp({ ...shared, address: http, registry }))
  if (httpServer !== undefined) shutdown.add('http', () => httpServer.stop())
  halts.tellTo(health)
  health.started()
  return {
    grpcPort: grpcServer.port,
    httpPort: httpServer?.port,
    clock,
    stop: (reason) => shutdown.run(reason),
  }
}

/** A replica says in a sentence what happened; its fields are let through by the log's own list. */
function replicaLogger(logger: Logger): ReplicaLogger {
  return {
    info: (fields, message) => logger.info('replica.told', { ...fields, reason: message }),
    warn: (fields, message) => logger.warn('replica.told', { ...fields, reason: message }),
    error: (fields, message) => logger.error('replica.told', { ...fields, reason: message }),
  }
}

const fileOf = (options: HostOptions, service: string) =>
  join(options.dataDirectory, `${service}.sqlite`)

/**
 * All files are made before the first record is written. A service that began anew beside one that
 * goes on would have forgotten all, and the other would wait for events that never come.
 */
function assertAllThere(options: HostOptions): void {
  for (const service of SERVICES) {
    const file = fileOf(options, service)
    if (existsSync(file)) continue
    const ways = 'Bring the file back, or start with an empty directory.'
    throw new LogUnusable(`${file} is missing, and other services have their logs. ${ways}`)
  }
}

function openFile(options: HostOptions, service: string, clock: Clock): Sqlite {
  const { open = openSqlite } = options
  return open({
    file: fileOf(options, service),
    clock,
    service,
    partitions: PARTITIONS,
  })
}

/**
 * When the newest record was appended: a scaled clock has to start there, or the day would stand
 * still until the wall clock had caught up.
 */
async function lastTime(options: HostOptions): Promise<number | undefined> {
  let last: number | undefined
  for (const service of SERVICES) {
    if (!existsSync(fileOf(options, service))) continue
    const { log, close } = openFile(options, service, manualClock(0))
    try {
      const head = await log.head(0)
      if (head === 0) continue
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const tail = log.tail(0, head - 1, (entries) => resolve(entries[0]?.timestampMs ?? 0), reject)
      last = Math.max(last ?? 0, await promise)
      await tail.stop()
    } finally {
      await close()
    }
  }
  return last
}
