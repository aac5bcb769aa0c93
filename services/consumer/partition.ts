import type { Envelope } from './decode.ts'
import { type Mark, sameMark } from './mark.ts'
import { type Break, type ForeignReason, type Read, step } from './sequence.ts'
import { MarkMoved, type MarkStore } from './store.ts'
import { backoffMs } from './backoff.ts'

/** What comes with an event. */
export interface Delivery {
  readonly partition: number
  /** To be kept with the effect, if the store has no `save`. */
  readonly mark: Mark
  /** What is kept now; a transaction that finds something else must fail. */
  readonly before: Mark | undefined
  /** 1; more after a failure. */
  readonly attempt: number
  /** Aborts when the consumer is closed or the partition has gone to another. */
  readonly signal: AbortSignal
}

/** What is on the topic and no event. It is told, counted and passed over. */
export interface ForeignRecord {
  readonly partition: number
  readonly position: number
  readonly reason: ForeignReason
  readonly value: Uint8Array | null
}

export type Trouble =
  /** Tried again after `retryMs`; nothing after it is handed over meanwhile. */
  | {
      readonly kind: 'handler' | 'store' | 'quarantine'
      readonly partition: number
      readonly error: unknown
      readonly attempt: number
      readonly retryMs: number
    }
  /** The partition stands still until somebody has decided; see the README. */
  | { readonly kind: 'stopped'; readonly partition: number; readonly why: Break | MarkTaken }
  /** No broker, wrong credentials, no permission. `fatal`: the consumer has ended. */
  | { readonly kind: 'connection'; readonly error: unknown; readonly fatal: boolean }

/** Another consumer has moved this partition's mark. */
export interface MarkTaken {
  readonly kind: 'taken'
}

export interface Waiting {
  /** Resolves after so many ms, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** A record as it came, with what it was found to be. */
export interface Incoming<E> extends Read<E> {
  readonly value: Uint8Array | null
}

export interface PartitionOptions<E> extends Waiting {
  readonly partition: number
  /** Where to go on: what the store had, or where a new reader begins. */
  readonly mark: Mark
  /** What the store has; undefined: nothing yet. */
  readonly kept: Mark | undefined
  readonly store: MarkStore
  onEvent(envelope: Envelope<E>, delivery: Delivery): void | Promise<void>
  onForeign(record: ForeignRecord): void | Promise<void>
  onTrouble(trouble: Trouble): void
  /** Called when the backlog has become empty. */
  onIdle(): void
}

export type PartitionState = 'reading' | 'retrying' | 'stopped'

/** One partition from its records to `onEvent`: in order, one at a time, never past a failure. */
export class Partition<E> {
  readonly #options: PartitionOptions<E>
  readonly #gone = new AbortController()
  readonly #backlog: Incoming<E>[] = []
  #mark: Mark
  #kept: Mark | undefined
  #running: Promise<void> = Promise.resolve()
  #busy = false
  state: PartitionState = 'reading'
  /** Stopped because another has moved the mark. */
  taken = false
  handed = 0
  repeats = 0
  foreign = 0

  constructor(options: PartitionOptions<E>) {
    this.#options = options
    this.#mark = options.mark
    this.#kept = options.kept
  }

  get mark(): Mark {
    return this.#mark
  }

  get backlog(): number {
    return this.#backlog.length
  }

  /** The topic's offset that is to come next: after what waits here. */
  get next(): number {
    return (this.#backlog.at(-1)?.position ?? this.#mark.position) + 1
  }

  push(records: readonly Incoming<E>[]): void {
    if (this.state === 'stopped' || this.#gone.signal.aborted) return
    for (const record of records) this.#backlog.push(record)
    if (this.#busy) return
    this.#busy = true
    this.#running = this.#drain()
  }

  /** Nothing further is handed over; resolves when the event in hand, if any, is done with. */
  async close(): Promise<void> {
    this.#gone.abort()
    await this.#running
  }

  async #drain(): Promise<void> {
    let taken = 0
    while (taken < this.#backlog.length && !this.#gone.signal.aborted) {
      const record = this.#backlog[taken]
      if (record === undefined || !(await this.#take(record))) break
      taken += 1
      // Forgotten in pieces: one at a time would move the whole backlog each time.
      if (taken >= 512) this.#backlog.splice(0, taken)
      if (taken >= 512) taken = 0
    }
    this.#backlog.splice(0, this.state === 'stopped' ? this.#backlog.length : taken)
    this.#busy = false
    this.#options.onIdle()
  }

  /** False: this partition goes no further. */
  async #take(record: Incoming<E>): Promise<boolean> {
    const next = step(this.#mark, record)
    switch (next.kind) {
      case 'repeat':
        this.repeats += 1
        this.#mark = next.mark
        return true
      case 'foreign':
        return this.#quarantine(record, next.reason, next.mark)
      case 'hand':
        return this.#hand(next.envelope, next.mark)
      case 'stop':
        return this.#stop(next.why)
      default:
        return next satisfies never
    }
  }

  async #hand(envelope: Envelope<E>, mark: Mark): Promise<boolean> {
    const { partition, onEvent } = this.#options
    const { signal } = this.#gone
    const done = await this.#insist('handler', (attempt) =>
      onEvent(envelope, { partition, mark, before: this.#kept, attempt, signal }),
    )
    if (!done) return false
    this.handed += 1
    return this.#keep(mark)
  }

  async #quarantine(record: Incoming<E>, reason: ForeignReason, mark: Mark): Promise<boolean> {
    const { partition, onForeign } = this.#options
    const { position, value } = record
    const told = await this.#insist('quarantine', () =>
      onForeign({ partition, position, reason, value }),
    )
    if (!told) return false
    this.foreign += 1
    // Without `save` the next event's transaction keeps it; until then it may be told again.
    if (this.#options.store.save === undefined) this.#mark = mark
    return this.#options.store.save === undefined || this.#keep(mark)
  }

  /** The event has been handed over, so it is not again, whatever the store says: only kept. */
  async #keep(mark: Mark): Promise<boolean> {
    const { partition, store } = this.#options
    const before = this.#kept
    this.#mark = mark
    if (store.save !== undefined && !sameMark(mark, before)) {
      const kept = await this.#insist('store', () => store.save?.(partition, mark, before), true)
      if (!kept) return false
    }
    this.#kept = mark
    return true
  }

  /**
   * Until it succeeds. False: the partition was closed meanwhile, or belongs to another. What has
   * happened must be kept even if the consumer is being closed: `once` more it is tried then.
   */
  async #insist(
    kind: 'handler' | 'store' | 'quarantine',
    act: (attempt: number) => unknown,
    evenWhenGone = false,
  ): Promise<boolean> {
    const { partition, onTrouble, wait } = this.#options
    const { signal } = this.#gone
    for (let attempt = 1; evenWhenGone ? attempt === 1 || !signal.aborted : !signal.aborted; ) {
      try {
        await act(attempt)
        this.state = 'reading'
        return true
      } catch (error) {
        if (error instanceof MarkMoved) return this.#stop({ kind: 'taken' })
        const retryMs = backoffMs(attempt)
        this.state = 'retrying'
        onTrouble({ kind, partition, error, attempt, retryMs })
        attempt += 1
        await wait(retryMs, signal)
      }
    }
    return false
  }

  #stop(why: Break | MarkTaken): false {
    this.state = 'stopped'
    this.taken = why.kind === 'taken'
    this.#options.onTrouble({ kind: 'stopped', partition: this.#options.partition, why })
    return false
  }
}
