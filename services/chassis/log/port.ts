import type { HaltCode } from '../protocol/halts.ts'

/** One record as the log holds it. */
export interface Entry {
  /** 0, 1, 2... within the partition, without gaps. */
  readonly offset: number
  /** When the log took it, ms since 1970, by the log's own clock. */
  readonly timestampMs: number
  readonly bytes: Uint8Array
}

/**
 * Why the log does not take a record. `lasting`: it would be refused again, until somebody has
 * changed something. docs/runbook.md says what.
 */
export const refusalCodes = {
  unavailable: { lasting: false, says: 'Nobody answers, or nobody leads the partition.' },
  not_enough_replicas: { lasting: false, says: 'Too few brokers hold the partition.' },
  unauthorized: { lasting: true, says: 'The credentials are not accepted, or allow too little.' },
  too_large: { lasting: true, says: 'More bytes than the log takes at once.' },
  too_many: { lasting: true, says: 'More records than the log takes at once.' },
  empty: { lasting: true, says: 'An append of nothing: a fault of ours.' },
  invalid: { lasting: true, says: 'The broker finds the records malformed.' },
  busy: { lasting: false, says: 'Another append of this process is outstanding.' },
  closed: { lasting: false, says: 'This process has closed the log.' },
  disk_full: { lasting: false, says: 'No space is left.' },
  io_error: { lasting: false, says: 'The disk has failed.' },
  read_only: { lasting: false, says: 'The file may not be written.' },
  sqlite_error: { lasting: false, says: 'SQLite refuses for another reason.' },
} as const satisfies Readonly<Record<string, { readonly lasting: boolean; readonly says: string }>>

export type RefusalCode = keyof typeof refusalCodes

/** The append certainly did not happen; the caller may use the same sequence numbers again. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused'
  readonly causeCode: RefusalCode
  constructor(causeCode: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.causeCode = causeCode
  }
}

/**
 * Nobody knows whether the append happened; retry it with the same sequence numbers, or see it in
 * the tail.
 */
export class LogAmbiguous extends Error {
  override readonly name = 'LogAmbiguous'
}

/**
 * Somebody else has this log open, or it is not the log that it should be; the process can't go on.
 */
export class LogUnusable extends Error {
  override readonly name = 'LogUnusable'
  readonly code: HaltCode
  constructor(code: HaltCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface Tail {
  /**
   * No batch begins after this call. Resolves when the batch in hand, if any, is done; so a handler
   * must not await it.
   */
  stop(): Promise<void>
}

/**
 * A totally ordered, durable sequence of records per partition. Order, durability and replication
 * are the adapter's; everything else (who may append, what is a duplicate) is the protocol's.
 */
export interface Log {
  readonly partitions: number
  /**
   * Appends `records` at the end, in order, all or nothing, next to each other. Resolves with the
   * offset of the first once they are durable. Rejects with LogRefused (not appended) or
   * LogAmbiguous (perhaps appended). At most one append per partition may be outstanding; a second
   * one rejects with LogRefused('busy').
   */
  append(partition: number, records: readonly Uint8Array[]): Promise<number>
  /**
   * Hands over every record from offset `from` on, in order, each once, in non-empty batches; first
   * what is there, then what comes. `onBatch` is called one at a time: never before its former
   * promise has settled. Whoever appended hears from the tail as well; the batch may arrive before
   * or after the append's promise resolves. `onEnd` is called at most once, when the tail can't go
   * on (never after stop): with the handler's error if that throws or rejects, with LogUnusable if
   * the log has failed or ends before the offset that is to come.
   */
  tail(
    partition: number,
    from: number,
    onBatch: (entries: readonly Entry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail
  /** Offset that the next record will get. */
  head(partition: number): Promise<number>
  /** Offset of the oldest record that is kept; the head when none is. */
  first(partition: number): Promise<number>
  /** Bytes of all records in the partition, for reports. */
  bytes(partition: number): Promise<number>
  close(): Promise<void>
}

/** One published event as a stream holds it. */
export interface StreamEntry {
  /** 0, 1, 2... within the stream. */
  readonly position: number
  readonly bytes: Uint8Array
}

/**
 * A service's events for the rest of the world: one ordered stream per (service, partition).
 * Publishing may repeat; consumers drop what they have seen by the event's number (its outbox
 * number is `number`; a repeat has the same one).
 */
export interface EventStreams {
  /**
   * Appends events [first, first+1, ...] to `stream`; those that are already there are skipped.
   * Resolves when durable. Rejects as append does, and with LogUnusable when `first` would leave a
   * gap that the adapter can see: where others publish as well, it can't.
   */
  publish(stream: string, first: number, events: readonly Uint8Array[]): Promise<void>
  /** Position that the next event will get. Rejects when nobody can say. */
  head(stream: string): Promise<number>
  /** Position of the oldest event that is kept; the head when none is. */
  first(stream: string): Promise<number>
  /** As Log.tail. */
  tail(
    stream: string,
    from: number,
    onBatch: (entries: readonly StreamEntry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail
}

/** Wall time and waiting, so that a day can run faster and a simulation can own both. */
export interface Clock {
  /** ms since 1970, whole. */
  now(): number
  /** Calls back once after `ms` of this clock's time; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void
}
