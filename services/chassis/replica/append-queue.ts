import { type CodedError, common } from '../errors/index.ts'
import { type Log, LogRefused, LogUnusable, type RefusalCode } from '../log/port.ts'
import type { Moment } from '../protocol/core.ts'
import type { Verdict } from '../protocol/record.ts'
import { Backoff } from './backoff.ts'
import { Failures, refusedError } from './failures.ts'
import {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  DEADLINE_SWEEP_MS,
  OVERLOADED_RETRY_MS,
  STALLED_MS,
  WAITING_BYTES_MAX,
  WAITING_MAX,
} from './limits.ts'
import type { RealTime } from './real-time.ts'
import { type DraftBody, encodeRecord } from './record.ts'
import type { ReplicaLogger, ReplicaStats } from './replica.ts'
import type { StageListener } from './stages.ts'

/** Who wants to know what became of a record. Told once. */
export interface Waiter {
  heard(verdict: Verdict, at: Moment): void
  failed(error: CodedError): void
}

/** Something to be appended, and whom to tell. */
export interface Submission {
  readonly body: DraftBody
  readonly notAfterMs: number
  readonly clockMs: number
  readonly bytes: number
  /** Real ms at which the caller has lost patience, Infinity for this replica's own records. */
  readonly until: number
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  /** undefined once told. */
  waiter: Waiter | undefined
}

export interface AppendQueueOptions {
  readonly log: Log
  readonly partition: number
  readonly replica: string
  readonly time: RealTime
  /**
   * What goes in front of a batch (ticks, Published). `alone`: there will be no batch unless this
   * makes one.
   */
  readonly head: (alone: boolean) => readonly Submission[]
  /** The log can't be used any more, or something threw that should not. */
  readonly broken: (error: unknown) => void
  readonly logger: ReplicaLogger
  readonly onStage: StageListener
}

type QueueStats = Pick<
  ReplicaStats,
  'queued' | 'queuedBytes' | 'inFlight' | 'batches' | 'failedAppends'
>

interface Batch {
  readonly first: number
  readonly sentAt: number
  readonly submissions: readonly Submission[]
  readonly records: readonly Uint8Array[]
}

type Phase =
  | { readonly kind: 'joining' }
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly error: () => CodedError }

/**
 * From calls to the log: gathers what arrived while the last append was in flight, keeps one batch
 * in flight, and repeats
 * it with the same sequences until it is acknowledged or seen in the tail. Nothing later is sent
 * before.
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions
  readonly #backoff: Backoff
  #phase: Phase = { kind: 'joining' }
  #epoch = 0
  /** Sequence of the next record. */
  #next = 1
  /** This replica's own records go before callers': they are few, and callers' depend on them. */
  #own: Submission[] = []
  #calls: Submission[] = []
  #callBytes = 0
  /** Sent, not heard of yet, by sequence from #sentFirst on. */
  #sent: Submission[] = []
  #sentFirst = 1
  #sending = false
  /** The batch in hand has been sent in vain for so long that nobody is kept waiting behind it. */
  #stalled = false
  /** Of this replica: a batch of an earlier one is not sent again. */
  #run = 0
  #scheduled = false
  #forced = false
  #sweeping = false
  readonly #failures = new Failures()
  #batches = 0
  /** The last that was sent. */
  #batch: Batch | undefined

  constructor(options: AppendQueueOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.time)
  }

  /** This replica's Join has been applied: from now on its records count. */
  open(epoch: number): void {
    this.#epoch = epoch
    this.#phase = { kind: 'open' }
    this.#wake()
  }

  /** Throws the refusal when there is no room. */
  call(submission: Submission): void {
    if (this.#phase.kind === 'closed') throw this.#phase.error()
    if (this.#phase.kind === 'joining') throw common('REPLICA_NOT_READY', {})
    if (this.#stalled) throw refusedError('unavailable')
    if (this.#calls.length + this.#sent.length >= WAITING_MAX) {
      throw overloaded(WAITING_MAX, 'waiting commands')
    }
    if (this.#callBytes + submission.bytes > WAITING_BYTES_MAX) {
      throw overloaded(WAITING_BYTES_MAX, 'bytes of waiting commands')
    }
    this.#callBytes += submission.bytes
    this.#calls.push(submission)
    this.#sweep()
    this.#wake()
  }

  /** Appends a record of this replica's own; rejects with the refusal. */
  own(body: DraftBody, terms: { bytes?: number; clockMs?: number } = {}): Promise<Verdict> {
    const { bytes = 0, clockMs = 0 } = terms
    const phase = this.#phase
    if (phase.kind === 'closed') return Promise.reject(phase.error())
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { heard: (verdict) => resolve(verdict), failed: reject }
      this.#own.push(ownSubmission(body, clockMs, waiter, bytes))
      this.#wake()
    })
  }

  /** Something is due at the head, even if nobody calls. */
  force(): void {
    this.#forced = true
    this.#wake()
  }

  /** The tail has brought a record of ours that counts. */
  heard(sequence: number, verdict: Verdict, at: Moment): void {
    const submission = this.#sent[sequence - this.#sentFirst]
    // Records come in the order of their sequences, so whoever is heard of is the first.
    if (submission === undefined || sequence !== this.#sentFirst) {
      throw new Error(`heard of ${sequence}, ${this.#sentFirst} was due`)
    }
    this.#sentFirst += 1
    this.#sent.shift()
    this.#cameBack(sequence, submission)
    const { waiter } = submission
    submission.waiter = undefined
    waiter?.heard(verdict, at)
  }

  #cameBack(sequence: number, submission: Submission): void {
    const { onStage, time } = this.#options
    const batch = this.#batch
    if (batch === undefined) return
    if (sequence === batch.first) onStage('tail', time.now() - batch.sentAt)
    const isLast = sequence === batch.first + batch.records.length - 1
    if (isLast && isCall(submission)) onStage('reply', time.now() - since(submission))
  }

  /** No more calls. Those not sent yet get `refuse`; those sent get `unknown`. */
  close(refuse: () => CodedError, unknown: () => CodedError): void {
    if (this.#phase.kind === 'closed') return
    this.#phase = { kind: 'closed', error: refuse }
    this.#backoff.cancel()
    for (const submission of [...this.#own, ...this.#calls]) fail(submission, refuse)
    for (const submission of this.#sent) fail(submission, unknown)
    this.#own = []
    this.#calls = []
    this.#callBytes = 0
  }

  /**
   * A new run of this replica joins. What the former one sent counts by its own epoch, or never:
   * nobody here waits for it.
   */
  rejoin(): void {
    this.#run += 1
    this.#phase = { kind: 'joining' }
    this.#sent = []
    this.#batch = undefined
    this.#sentFirst = 1
    this.#next = 1
  }

  /** Nothing waits and nothing is in flight. */
  idle(): boolean {
    return this.#own.length + this.#calls.length + this.#sent.length === 0 && !this.#sending
  }

  stats(): QueueStats {
    return {
      queued: this.#calls.length,
      queuedBytes: this.#callBytes,
      inFlight: this.#sent.length,
      batches: this.#batches,
      failedAppends: this.#failures.counts,
    }
  }

  /** A turn later, so that whatever arrives in this one shares the batch. */
  #wake(): void {
    if (this.#scheduled || this.#sending || this.#phase.kind !== 'open') return
    this.#scheduled = true
    this.#options.time.soon(() => {
      this.#scheduled = false
      if (this.#sending || this.#phase.kind !== 'open') return
      const batch = this.#gather()
      if (batch === undefined) return
      this.#sending = true
      this.#send(batch).catch((error: unknown) => this.#options.broken(error))
    })
  }

  #gather(): Batch | undefined {
    const alone = this.#own.length + this.#calls.length === 0
    if (alone && !this.#forced) return undefined
    this.#forced = false
    const { time, onStage } = this.#options
    const sentAt = time.now()
    const oldest = this.#calls[0]
    if (oldest && isCall(oldest)) onStage('queue', sentAt - since(oldest))
    const submissions = [...this.#options.head(alone)]
    this.#fill(submissions, this.#own)
    this.#callBytes -= this.#fill(submissions, this.#calls)
    if (submissions.length === 0) return undefined
    const first = this.#next
    const records = submissions.map((submission, index) =>
      encodeRecord({
        replica: this.#options.replica,
        epoch: this.#epoch,
        sequence: first + index,
        notAfterMs: submission.notAfterMs,
        clockMs: submission.clockMs,
        body: submission.body,
      }),
    )
    this.#next = first + submissions.length
    for (const submission of submissions) this.#sent.push(submission)
    this.#batches += 1
    this.#batch = { first, sentAt, submissions, records }
    return this.#batch
  }

  /**
   * Moves what still has somebody waiting for it, up to a batch. Returns the bytes that left
   * `from`.
   */
  #fill(batch: Submission[], from: Submission[]): number {
    let taken = 0
    let left = 0
    for (const submission of from) {
      if (batch.length >= BATCH_RECORDS_MAX || left > BATCH_BYTES_MAX) break
      taken += 1
      left += submission.bytes
      if (submission.waiter) batch.push(submission)
    }
    from.splice(0, taken)
    return left
  }

  /**
   * Until it is acknowledged or seen. Once an attempt was ambiguous, a refusal of the next proves
   * nothing.
   */
  async #send(batch: Batch): Promise<void> {
    const { log, partition, logger, time, onStage } = this.#options
    const run = this.#run
    let ambiguous = false
    const giveUpAt = time.now() + STALLED_MS
    while (run === this.#run && !this.#seen(batch) && this.#phase.kind === 'open') {
      try {
        await log.append(partition, batch.records)
        onStage('append', time.now() - batch.sentAt)
        break
      } catch (error) {
        if (error instanceof LogUnusable) throw error
        this.#failures.count(error)
        if (run !== this.#run) break
        if (error instanceof LogRefused && !ambiguous) {
          logger.warn({ partition, cause: error.causeCode }, 'the log refused a batch')
          this.#giveUp(batch, error.causeCode)
          break
        }
        if (!ambiguous) logger.warn({ partition, error: error }, 'nobody acknowledged a batch')
        ambiguous = true
        if (time.now() >= giveUpAt) this.#stall()
        await this.#backoff.pause()
      }
    }
    this.#backoff.reset()
    this.#stalled = false
    this.#sending = false
    this.#wake()
  }

  /** All of it has come back by the tail. */
  #seen(batch: Batch): boolean {
    return this.#sentFirst >= batch.first + batch.records.length
  }

  /** It certainly was not appended: its callers are told so, its sequences are free again. */
  #giveUp(batch: Batch, cause: RefusalCode): void {
    this.#next = batch.first
    this.#sent.length = batch.first - this.#sentFirst
    for (const submission of batch.submissions) fail(submission, () => refusedError(cause))
  }

  /**
   * What is behind the batch certainly was not appended, and nobody knows how long it would wait.
   * The batch itself goes on being sent: its success is how the end of the trouble is known.
   */
  #stall(): void {
    this.#stalled = true
    for (const call of this.#calls) fail(call, () => refusedError('unavailable'))
    this.#calls = []
    this.#callBytes = 0
  }

  #sweep(): void {
    if (this.#sweeping) return
    this.#sweeping = true
    this.#options.time.after(DEADLINE_SWEEP_MS, () => {
      this.#sweeping = false
      const now = this.#options.time.now()
      let waiting = false
      for (const call of this.#calls) {
        if (lost(call, now)) {
          fail(call, () => common('DEADLINE_EXCEEDED', { limit: Math.round(call.deadlineMs) }))
        }
        waiting ||= call.waiter !== undefined
      }
      for (const call of this.#sent) {
        if (lost(call, now)) fail(call, () => common('OUTCOME_UNKNOWN', {}))
        waiting ||= call.waiter !== undefined && call.until !== Infinity
      }
      if (waiting) this.#sweep()
    })
  }
}

/** A submission of this replica's own, which nobody loses patience with. */
export function ownSubmission(
  body: DraftBody,
  clockMs: number,
  waiter: Waiter | undefined,
  bytes = 0,
): Submission {
  const quiet: Waiter = { heard: () => {}, failed: () => {} }
  return {
    body,
    notAfterMs: 0,
    clockMs,
    bytes,
    until: Infinity,
    deadlineMs: Infinity,
    signal: undefined,
    waiter: waiter ?? quiet,
  }
}

/** Somebody waits for it with a deadline; those of streams and of our own have none. */
function isCall({ deadlineMs }: Submission): boolean {
  return Number.isFinite(deadlineMs)
}

function since({ until, deadlineMs }: Submission): number {
  return until - deadlineMs
}

function lost(call: Submission, now: number): boolean {
  return call.waiter !== undefined && (now >= call.until || call.signal?.aborted === true)
}

function fail(submission: Submission, error: () => CodedError): void {
  const { waiter } = submission
  submission.waiter = undefined
  waiter?.failed(error())
}

function overloaded(limit: number, what: string): CodedError {
  return common('OVERLOADED', { limit, what }, { retryAfterMs: OVERLOADED_RETRY_MS })
}
