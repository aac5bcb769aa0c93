import { CodedError } from '../errors/index.ts'
import type { Entry, Log, Tail } from '../log/port.ts'
import { LogUnusable } from '../log/port.ts'
import type { Moment, ServiceCore } from '../protocol/core.ts'
import type { Halt } from '../protocol/halts.ts'
import type { Partition } from '../protocol/partition.ts'
import type { LogRecord, Verdict } from '../protocol/record.ts'
import type { Touched } from '../table/index.ts'
import { Backoff } from './backoff.ts'
import { SLICE_ENTRIES_MAX } from './limits.ts'
import type { RealTime } from './real-time.ts'
import { Poison } from './poison.ts'
import { passageOf } from './bridged.ts'
import { decodeRecord } from './record.ts'
import type { FeedListener, ReplicaLogger } from './replica.ts'
import type { StageListener } from './stages.ts'
import { Undecodable } from './wire.ts'

/** Who is told of what, in the order in which it happens to a record. */
export interface RunnerHooks {
  /** Every record. */
  readonly took: (record: LogRecord<unknown>) => void
  /** A record of this replica's name; before any later record is applied. */
  readonly answer: (record: LogRecord<unknown>, verdict: Verdict, at: Moment) => void
  readonly emitted: () => void
  /** All that the tail had at hand has been applied. */
  readonly caughtUp: () => void
  readonly halted: (halt: Halt) => void
  /** What it had halted at is passed over. */
  readonly resumed: () => void
  readonly onFault: (fault: Error, at: Moment) => void
  readonly crash: (error: unknown) => void
}

export interface RunnerOptions<State, Command, Event> {
  readonly service: ServiceCore<State, Command, Event>
  readonly core: Partition<State, Command, Event>
  readonly number: number
  readonly replica: string
  readonly log: Log
  readonly time: RealTime
  readonly logger: ReplicaLogger
  readonly hooks: RunnerHooks
  readonly onStage: StageListener
}

/** Reads the log and applies it. The one place that writes state, and the way of every message. */
export class Runner<State, Command, Event> {
  readonly #options: RunnerOptions<State, Command, Event>
  readonly #listeners = new Set<FeedListener>()
  readonly #backoff: Backoff
  #tail: Tail | undefined
  /** Tells the present tail from one that was given up with its batch in hand. */
  #reading = 0
  #poison: Poison | undefined
  #stopped = false
  #bytes = 0
  #rejected = 0
  #ignored = 0

  constructor(options: RunnerOptions<State, Command, Event>) {
    this.#options = options
    this.#backoff = new Backoff(options.time)
  }

  /** The way of a message. Each step is final when the next one begins. */
  #take(entry: Entry): void {
    const { core, replica, hooks } = this.#options

    // decode
    const record = this.#decode(entry)
    if (record === undefined) return
    if (this.#poison) return this.#lookOn(this.#poison, entry, record)

    // protocol (is it next? is it new? what time is it?), service, outbox rows, chain
    const verdict = core.apply(record, entry)
    if (verdict.kind === 'halted') return this.halt(verdict)
    const at = core.now()

    // the journal closes; rows are named for those who watch, and nobody does at a start
    let touched: readonly Touched[] = []
    if (this.#listeners.size > 0) touched = core.db.commit()
    else core.db.settle()
    this.#count(entry, verdict, at)

    // reply to whoever waits
    hooks.took(record)
    if (record.replica === replica) hooks.answer(record, verdict, at)

    // outbox: there is something to publish
    if (verdict.kind === 'applied' && verdict.events > 0) hooks.emitted()

    // watch feed
    for (const listener of this.#listeners) listener(touched, at)
  }

  #decode(entry: Entry): LogRecord<Command> | undefined {
    try {
      return decodeRecord(entry.bytes, this.#options.service)
    } catch (error) {
      if (!(error instanceof Undecodable || error instanceof CodedError)) throw error
      if (this.#poison) this.#poison.look(entry.offset, undefined)
      else this.#poisoned(entry, `offset ${entry.offset} can't be decoded: ${whyNot(error)}`)
      return undefined
    }
  }

  /**
   * Answers no more, and reads on without applying: a majority may say that the record is to be
   * skipped, and every later replay finds the same.
   */
  #poisoned(entry: Entry, reason: string): void {
    const { core, hooks } = this.#options
    const living = core.members().filter(({ silent }) => !silent)
    this.#poison = new Poison(
      entry,
      reason,
      living.map(({ id }) => id),
    )
    const halt: Halt = { code: 'record_undecodable', reason }
    core.halt(halt)
    hooks.halted(halt)
  }

  #lookOn(poison: Poison, { offset }: Entry, record: LogRecord<unknown>): void {
    if (!poison.look(offset, record)) return
    const { core, hooks } = this.#options
    const verdict = core.skip(poison.entry, passageOf(poison.entry.bytes))
    this.#count(poison.entry, verdict, core.now())
    core.db.commit()
    this.#poison = undefined
    hooks.resumed()
    // From the record after it, this time to apply them.
    void this.#tail?.stop()
    this.start()
  }

  /** Where this replica stands, if it is one record that it can't get over. */
  poison(): Poison | undefined {
    return this.#poison
  }

  #count(entry: Entry, verdict: Verdict, at: Moment): void {
    this.#bytes += entry.bytes.length
    if (verdict.kind === 'rejected') this.#rejected += 1
    if (verdict.kind === 'ignored') this.#ignored += 1
    if (verdict.kind !== 'failed') return
    const { number, logger, hooks } = this.#options
    logger.error({ partition: number, offset: at.offset, error: verdict.fault }, 'a command failed')
    hooks.onFault(verdict.fault, at)
  }

  /** Reads from where the state stands. */
  start(): void {
    const { log, number, core, logger } = this.#options
    this.#reading += 1
    const reading = this.#reading
    this.#tail = log.tail(
      number,
      core.offset + 1,
      (entries) => this.#batch(entries, reading),
      (error) => {
        if (error instanceof LogUnusable) return this.halt(haltOf(error))
        if (reading !== this.#reading) return
        logger.warn({ partition: number, error: error }, 'the tail broke off, reading on')
        this.#backoff.retry(() => {
          if (!this.#stopped) this.start()
        })
      },
    )
  }

  /** Synchronous for an ordinary batch; a long one gives others their turn between slices. */
  #batch(entries: readonly Entry[], reading: number): void | Promise<void> {
    this.#backoff.reset()
    if (entries.length > SLICE_ENTRIES_MAX) return this.#slices(entries, reading)
    this.#slice(entries, reading)
  }

  async #slices(entries: readonly Entry[], reading: number): Promise<void> {
    for (let i = 0; i < entries.length; i += SLICE_ENTRIES_MAX) {
      this.#slice(entries.slice(i, i + SLICE_ENTRIES_MAX), reading)
      await new Promise<void>((resolve) => this.#options.time.soon(resolve))
    }
  }

  #slice(entries: readonly Entry[], reading: number): void {
    const { hooks, time, onStage } = this.#options
    const began = time.now()
    try {
      for (const entry of entries) {
        if (this.#stopped || reading !== this.#reading) return
        this.#take(entry)
      }
      onStage('apply', time.now() - began)
      if (!this.#poison) hooks.caughtUp()
    } catch (error) {
      // Nobody knows what is true of the state now; whoever comes first must not read it.
      this.halt({ code: 'fault', reason: 'this replica has crashed' })
      hooks.crash(error)
    }
  }

  /** Stops before anything else is answered or published. */
  halt({ code, reason }: Halt): void {
    const { core, hooks } = this.#options
    const halt = { code, reason }
    core.halt(halt)
    if (this.#stopped) return
    this.#stopped = true
    hooks.halted(halt)
    void this.#tail?.stop()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#backoff.cancel()
    await this.#tail?.stop()
  }

  watch(listener: FeedListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stats(): { records: number; bytes: number; rejected: number; ignored: number } {
    return {
      records: this.#options.core.offset + 1,
      bytes: this.#bytes,
      rejected: this.#rejected,
      ignored: this.#ignored,
    }
  }
}

/** What the adapter says of its log; anything else should not have been thrown. */
export function haltOf(error: unknown): Halt {
  const reason = error instanceof Error ? error.message : String(error)
  return { code: error instanceof LogUnusable ? error.code : 'fault', reason }
}

/** Ours alone: the sentence of a refused field would quote what stands in the record. */
function whyNot(error: Undecodable | CodedError): string {
  return error instanceof CodedError ? error.code : error.message
}

/** So that no handler in between can take it for a refusal: the process ends. */
export function throwOutOfHand(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
