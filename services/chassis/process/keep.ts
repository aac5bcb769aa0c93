import type { Clock } from '../log/index.ts'
import type { Logger } from '../observe/index.ts'
import {
  HaltedAtStart,
  type Hosting,
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
}

/**
 * A replica for each partition that this process keeps of a service. Resolves when each answers or
 * has halted; rejects when one could not even be tried.
 */
export async function keep(options: KeepOptions): Promise<{ stop(): Promise<void> }> {
  const running: RunningReplica<unknown>[] = []
  const progress = progressOf(options)
  const stop = async () => {
    await Promise.all(running.map((replica) => replica.stop()))
  }
  const starts = options.hosted.map(async (partition) => {
    const replica = await started(partition, options, progress)
    if (replica !== undefined) running.push(replica)
  })
  const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected')
  if (failed === undefined) return { stop }
  await stop()
  throw failed.reason
}

interface At {
  readonly applied: number
  readonly head: number
}

type Progress = (partition: number, applied: number, head: number) => void

async function started(
  partition: number,
  options: KeepOptions,
  progress: Progress,
): Promise<RunningReplica<unknown> | undefined> {
  const { service, open, hosting, readiness, replicaId, clock, clockSpeed } = options
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
      onProgress: ({ applied, head }) => progress(partition, applied, head),
      onStage: options.onStage,
      onHalted: (halt) => readiness.halted(partition, halt),
      onResumed: () => readiness.resumed(partition),
    })
    hosting.up(replica)
    readiness.up(partition)
    return replica
  } catch (error) {
    if (!(error instanceof HaltedAtStart)) throw error
    hosting.failed(partition, error.halt)
    readiness.halted(partition, error.halt)
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
