import type { Clock } from '@evenkeel/chassis/log'

interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

export type Cancel = () => void

/**
 * Everything that is due at a time of the clock, with one timer for the earliest. Thousands of
 * customers wait at once, most of them for something that is cancelled before it happens. What is
 * due at the same time runs in the order in which it was asked for.
 */
export class Scheduler {
  readonly clock: Clock
  readonly #heap: Entry[] = []
  #order = 0
  #armedFor = Number.POSITIVE_INFINITY
  #disarm: Cancel = () => {}
  #stopped = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  now(): number {
    return this.clock.now()
  }

  /**
   * Runs at `at`, or at once (not before this call returns) when that has passed. Infinity: never.
   */
  at(at: number, run: () => void): Cancel {
    if (at === Number.POSITIVE_INFINITY) return () => {}
    const entry: Entry = { at, order: this.#order, run, cancelled: false }
    this.#order += 1
    this.#push(entry)
    this.#arm()
    return () => {
      entry.cancelled = true
    }
  }

  after(ms: number, run: () => void): Cancel {
    return this.at(this.now() + ms, run)
  }

  /** The clock was set: the timer has to be armed anew. */
  rearm(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    this.#disarm()
    this.#arm()
  }

  stop(): void {
    this.#stopped = true
    this.#disarm()
    this.#heap.length = 0
  }

  #arm(): void {
    const first = this.#heap[0]
    if (this.#stopped || first === undefined || first.at >= this.#armedFor) return
    this.#disarm()
    this.#armedFor = first.at
    this.#disarm = this.clock.after(Math.max(0, first.at - this.now()), () => this.#fire())
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    const now = this.now()
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.at > now) break
      this.#pop()
      if (!first.cancelled) first.run()
    }
    this.#arm()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let place = heap.push(entry) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(entry, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const leftEntry = heap[left]
      if (leftEntry === undefined) break
      const rightEntry = heap[left + 1]
      const right = rightEntry !== undefined && before(rightEntry, leftEntry)
      const child = right ? rightEntry : leftEntry
      if (!before(child, last)) break
      heap[place] = child
      place = right ? left + 1 : left
    }
    heap[place] = last
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
