import type { Clock } from '../log/index.ts'
import type { Logger } from '../observe/index.ts'
import {
  HaltedAtStart,
  haltOf,
  type Hosting,
  LeftEarly,
  type ReplicaLogger,
  type RunningReplica,
  type StageListener,
  startReplica,
} from '../replica/index.ts'
import type { Service } from '../serve/index.ts'
import type { OpenLog } from './logs.ts'
import type { Readiness } from './readiness.ts'

/** A service of whichever state: who runs it looks at none of it. */
export type AnyService = Service<unknown, unknown, unknown>

/** How far a service has come with its log, of what was there when it started. */
export interface Replayed {
  readonly service: string
  /** Of all partitions kept here. */
  readonly records: number
  readonly head: number
  /** Real ms since it began. */
  readonly ms: number
}

export interface KeepOptions {
  readonly service: AnyService
  readonly open: OpenLog
  readonly hosted: readonly number[]
  readonly hosting: Hosting<unknown>
  readonly readiness: Readiness
  readonly replicaId: string
  readonly clock: Clock
  readonly clockSpeed: number
  readonly logger: Logger
  readonly onStage: StageListener
  readonly replayed: ((progress: Replayed) => void) | undefined
  /** As ReplicaOptions has it. */
  readonly lateMs: number | undefined
  /** Aborted: rejects with LeftEarly. */
  readonly ending: AbortSignal
}

/**
 * A replica for each partition that this process keeps of a service. Resolves when each answers,
 * has halted, or has a log that is out of reach, which comes up when it is back; rejects when one
 * could not even be tried.
 */
export async function keep(options: KeepOptions): Promise<{ stop(): Promise<void> }> {
  const running: RunningReplica<unknown>[] = []
  const leaving = new AbortController()
  const ending = AbortSignal.any([options.ending, leaving.signal])
  const own = { ...options, ending, progress: progressOf(options) }
  const starts: Promise<void>[] = []
  const stop = async () => {
    leaving.abort()
    await Promise.allSettled(starts)
    await Promise.all(running.map((replica) => replica.stop()))
  }
  const waits = options.hosted.map((partition) => {
    const { promise: late, resolve: onLate } = Promise.withResolvers<void>()
    const start = started(partition, own, onLate).then((replica) => {
      if (replica !== undefined) running.push(replica)
    })
    starts.push(start)
    return Promise.race([start, late])
  })
  try {
    await Promise.all(waits)
    return { stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface At {
  readonly applied: number
  readonly head: number
}

type Progress = (partition: number, applied: number, head: number) => void

async function started(
  partition: number,
  options: KeepOptions & { readonly progress: Progress },
  onLate: () => void,
): Promise<RunningReplica<unknown> | undefined> {
  const { service, open, hosting, readiness, replicaId, clock, clockSpeed, ending } = options
  let late = false
  const logger = options.logger.with({ kind: service.name })
  try {
    const replica = await startReplica({
      service,
      log: open.log,
      streams: open.streams,
      snapshots: open.snapshots,
      clock,
      clockSpeed,
      partition,
      replicaId,
      logger: replicaLogger(logger),
      onProgress: ({ applied, head }) => options.progress(partition, applied, head),
      ending,
      lateMs: options.lateMs,
      onLate: () => {
        late = true
        readiness.late(partition)
        onLate()
      },
      onStage: options.onStage,
      onHalted: (halt) => readiness.halted(partition, halt),
      onResumed: () => readiness.resumed(partition),
    })
    hosting.up(replica)
    service.attend?.(replica, logger)
    readiness.up(partition)
    return replica
  } catch (error) {
    const halt = error instanceof HaltedAtStart ? error.halt : haltOf(error)
    // Nobody waits for one that is late, so that nobody would hear of it.
    const told = error instanceof HaltedAtStart || (late && !(error instanceof LeftEarly))
    if (!told) throw error
    if (!(error instanceof HaltedAtStart)) logger.error('replica.failed', { partition, error })
    hosting.failed(partition, halt)
    readiness.halted(partition, halt)
    return undefined
  }
}

function progressOf({ service, replayed }: KeepOptions): Progress {
  const began = performance.now()
  const partitions = new Map<number, At>()
  return (partition, applied, head) => {
    partitions.set(partition, { applied, head })
    const all = [...partitions.values()]
    replayed?.({
      service: service.name,
      records: all.reduce((sum, one) => sum + one.applied, 0),
      head: all.reduce((sum, one) => sum + one.head, 0),
      ms: performance.now() - began,
    })
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
