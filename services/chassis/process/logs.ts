import type { Registry } from '../observe/index.ts'
import type { EventStreams, Log } from '../log/index.ts'
import type { SnapshotStore } from '../snapshot/index.ts'
import type { KafkaConnection } from '../log/kafka/index.ts'

/** One service's log, open, and the streams: those it publishes, and those its bridges read. */
export interface OpenLog {
  readonly log: Log
  readonly streams: EventStreams
  /** undefined: none are kept, and a start reads the whole log. */
  readonly snapshots?: SnapshotStore | undefined
  close(): Promise<void>
}

/** Where a process finds the logs of its services: each is opened once, before any is used. */
export interface Logs {
  /** Of each log. */
  readonly partitions: number
  /** To the cluster that the logs are on, for the public topics; undefined: there are none. */
  readonly connection?: KafkaConnection
  /** Whose public topics are read, where cells share them. */
  readonly cell?: string | undefined
  /** How the logs are doing; told once, before any is opened. */
  metrics?(registry: Registry): void
  /** Rejects with LogRefused for what may pass by itself, and with anything else for good. */
  open(service: string): Promise<OpenLog>
}
