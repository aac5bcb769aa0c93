import type { Tail } from './port.ts'

/**
 * Where a follower reads. Both functions are the adapter's; the order of events is the follower's.
 */
export interface Source<E> {
  /**
   * Some entries from `from` on, empty when `from` is the end; throws when the tail can't go on.
   */
  page(from: number): readonly E[]
  /** Runs the step in a later turn, so that history never holds up the event loop. */
  later(step: () => void): void
  /** The follower is over and needs no more waking. */
  left(follower: Follower<E>): void
}

export type OnBatch<E> = (entries: readonly E[]) => void | Promise<void>

/**
 * A cursor over a source: pages forward, one batch at a time, sleeps at the end until it is woken.
 * A handler that throws or rejects ends the tail with its error: going on would skip what it
 * missed.
 */
export class Follower<E> implements Tail {
  readonly #source: Source<E>
  readonly #onBatch: OnBatch<E>
  readonly #onEnd: (error: Error) => void
  #next: number
  /** A step is scheduled or a batch is being handled; only then may nobody else schedule one. */
  #active = false
  #over = false
  /** Settles with the batch in hand, if its handler is asynchronous. */
  #handled: Promise<void> = Promise.resolve()

  constructor(source: Source<E>, from: number, onBatch: OnBatch<E>, onEnd: (error: Error) => void) {
    if (!Number.isSafeInteger(from) || from < 0) throw new RangeError(`a tail from ${from}`)
    this.#source = source
    this.#next = from
    this.#onBatch = onBatch
    this.#onEnd = onEnd
  }

  /** There may be more to read. */
  wake(): void {
    if (this.#active || this.#over) return
    this.#active = true
    this.#source.later(() => this.#step())
  }

  /** No batch begins after this call; resolves when the one in hand is done. */
  stop(): Promise<void> {
    this.#leave()
    return this.#handled
  }

  end(error: Error): void {
    if (this.#over) return
    this.#leave()
    this.#onEnd(error)
  }

  #leave(): void {
    if (this.#over) return
    this.#over = true
    this.#source.left(this)
  }

  #step(): void {
    if (this.#over) return
    let entries: readonly E[]
    try {
      entries = this.#source.page(this.#next)
    } catch (error) {
      this.end(asError(error))
      return
    }
    if (entries.length === 0) {
      this.#active = false
      return
    }
    this.#next += entries.length
    this.#handOver(entries)
  }

  #handOver(entries: readonly E[]): void {
    let handling: void | Promise<void>
    try {
      handling = this.#onBatch(entries)
    } catch (error) {
      this.end(asError(error))
      return
    }
    if (handling === undefined) {
      this.#proceed()
      return
    }
    this.#handled = handling.then(
      () => this.#proceed(),
      (error: unknown) => this.end(asError(error)),
    )
  }

  #proceed(): void {
    this.#active = false
    this.wake()
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
