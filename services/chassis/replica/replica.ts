import type { Clock, EventStreams, Log } from '../log/port.ts'
import type { Moment, ServiceCore } from '../protocol/core.ts'
import type { Halt } from '../protocol/halts.ts'
import type { Database, Touched } from '../table/index.ts'
import type { SnapshotStore } from '../snapshot/port.ts'
import type { BridgeStats } from './bridge.ts'
import type { FailureCode } from './failures.ts'
import type { Operations } from './operations.ts'
import type { RealTime } from './real-time.ts'
import type { StageListener } from './stages.ts'
import type { SnapshotStats } from './snapshotter.ts'

/** What became of a submitted command that was accepted. */
export interface Applied {
  /** What the reply is about: Outcome.ref of the core. */
  readonly ref: string
  /** "<partition>/<offset>" of the command. */
  readonly position: string
  readonly moment: Moment
}

export interface CallTerms {
  /** What is left of the caller's patience, real ms; Infinity on a stream. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

export type FeedListener = (touched: readonly Touched[], at: Moment) => void

/** One partition of a service, kept by this process. */
export interface Replica<State> {
  readonly service: string
  /** This replica's name in the log, the same at every start. */
  readonly id: string
  readonly partition: number
  /**
   * To be read synchronously only. Throws PARTITION_HALTED once this replica has found itself in
   * the wrong.
   */
  readonly state: State
  readonly db: Database
  /** Time and offset of the last applied record. */
  now(): Moment
  /**
   * Resolves in the turn in which this replica has applied the command; `view` runs right after
   * that very apply, before
   * any other record. Rejects with a CodedError.
   */
  submit<T>(command: Uint8Array, call: CallTerms, view: (applied: Applied) => T): Promise<T>
  /** "<partition>/<offset>" of the last applied record. */
  position(): string
  /** Resolves once this replica has applied up to `position`. */
  atLeast(position: string, deadlineMs: number): Promise<void>
  /** Told of every record's changes after they are final, synchronously. Returns how to stop. */
  watch(listener: FeedListener): () => void
  /**
   * Whether calls are open here whose ends the state must hear of. Asked each second; while it
   * says so, the log is told each second that this replica is there, else now and then.
   */
  holdsSessions(holds: () => boolean): void
  stats(): ReplicaStats
  /** Commands from here that are not applied yet. */
  waiting(): number
  /** Why this replica no longer answers, if so. */
  halted(): Halt | undefined
}

export interface ReplicaStats {
  readonly records: number
  readonly bytes: number
  readonly chain: string
  readonly incarnation: string
  readonly time: number
  readonly uptime: number
  /** Events not yet known to be published. */
  readonly outbox: number
  /** Number of the last published event, -1 before the first. */
  readonly publishedThrough: number
  /** How other services' events come in. */
  readonly bridges: readonly BridgeStats[]
  readonly work: number
  /** Uptime ms the oldest work item has waited. */
  readonly workAgeMs: number
  readonly workGivenUp: number
  /** Commands that broke an assertion of ours. Must read 0. */
  readonly commandsFailed: number
  readonly rejected: number
  readonly ignored: number
  /** Calls waiting for room in a batch, and their bytes. */
  readonly queued: number
  readonly queuedBytes: number
  readonly inFlight: number
  readonly batches: number
  /** Attempts, by why. */
  readonly failedAppends: ReadonlyMap<FailureCode, number>
  readonly failedPublications: ReadonlyMap<FailureCode, number>
  /** What the clock here is ahead of the log's time; negative where it is behind. */
  readonly timeBehindMs: number
  /** Another process runs under this replica's name: reads go on, writes are refused. */
  readonly fenced: boolean
  /** This replica ticks, publishes, bridges and takes up the work list. */
  readonly leading: boolean
  /** undefined: none are kept. */
  readonly snapshots: SnapshotStats | undefined
  /** Replicas of this partition that have said nothing for too long, and have not come back. */
  readonly silent: number
  /** Uptime since the leader's last record that renewed its lease. */
  readonly leaseAgeMs: number
  /** Version of the logic that the log is decided by, and the highest understood here. */
  readonly logic: number
  readonly understood: number
}

/** The subset of a structured logger (pino) that a replica speaks to. */
export interface ReplicaLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface ReplicaOptions<State, Command, Event> {
  readonly service: ServiceCore<State, Command, Event>
  readonly log: Log
  /** Where this service publishes, and its bridges listen. */
  readonly streams: EventStreams
  readonly clock: Clock
  /** ms of `clock` in one real ms; 1 unless a day is run faster. */
  readonly clockSpeed?: number
  readonly partition: number
  /** Stable name of this replica, ASCII, 1-64 bytes. */
  readonly replicaId: string
  /**
   * false: never claims the lead, whoever else is gone; for one that only looks on. Default: true.
   */
  readonly claims?: boolean
  readonly logger: ReplicaLogger
  /** Where this service's snapshots are kept; none: a start reads the whole log. */
  readonly snapshots?: SnapshotStore | undefined
  /** Records after which the leader takes one; default: SNAPSHOT_RECORDS. */
  readonly snapshotRecords?: number
  /** Aborted: a start that is under way rejects with LeftEarly. */
  readonly ending?: AbortSignal
  /** The start waits for a log that is out of reach, and goes on waiting: others need not. */
  readonly onLate?: () => void
  /** Real ms before it says so; default: LATE_MS. */
  readonly lateMs?: number | undefined
  readonly onProgress?: (progress: { readonly applied: number; readonly head: number }) => void
  /** This replica answers no more, and why: whoever balances calls should look elsewhere. */
  readonly onHalted?: (halt: Halt) => void
  /** It answers again: the record that it had halted at was skipped by a majority. */
  readonly onResumed?: () => void
  /** Where the time of calls goes; for the metrics. */
  readonly onStage?: StageListener
  /** A command broke an assertion of ours. Simulations fail on it. */
  readonly onFault?: (fault: Error, at: Moment) => void
  /**
   * Something threw that is not a refusal; the process must not go on. Default: throws out of any
   * handler.
   */
  readonly crash?: (error: unknown) => void
  /** Callers' patience and pauses between retries; default: this process's timers. */
  readonly realTime?: RealTime
  /** 16 hexadecimal digits, different at each call; default: the system's randomness. */
  readonly random?: () => string
}

export interface RunningReplica<State> extends Replica<State> {
  readonly operations: Operations
  /** Hands over the lead, refuses new calls, finishes those in flight, then lets go of the log. */
  stop(): Promise<void>
}
