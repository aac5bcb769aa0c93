import { Follower, type OnBatch } from '../follower.ts'
import { batchBytesMax, batchEntriesMax } from '../limits.ts'
import { LogUnusable } from '../port.ts'

/**
 * Newest entries kept for those who follow closely: a second of full load. Others read the file.
 */
const recentEntriesMax = 8_192
const recentBytesMax = 8_000_000

/** One partition or stream of the file: its end, its newest entries, and who follows it. */
export class Sequence<E extends { readonly bytes: Uint8Array }> {
  readonly #name: string
  /** Stored entries from `from` on, in order, at most `count`; read one by one. */
  readonly #stored: (from: number, count: number) => Iterable<E>
  readonly #followers = new Set<Follower<E>>()
  #head: number
  /** The entries [head - recent.length, head). */
  #recent: E[] = []
  #recentBytes = 0

  constructor(name: string, head: number, stored: (from: number, count: number) => Iterable<E>) {
    this.#name = name
    this.#head = head
    this.#stored = stored
  }

  get head(): number {
    return this.#head
  }

  /** These are durable now and stand at the end. */
  add(entries: readonly E[]): void {
    for (const entry of entries) {
      this.#recent.push(entry)
      this.#recentBytes += entry.bytes.length
    }
    this.#head += entries.length
    while (this.#recent.length > recentEntriesMax || this.#recentBytes > recentBytesMax) {
      // By halves, so that dropping costs nothing per entry.
      const dropped = this.#recent.splice(0, Math.ceil(this.#recent.length / 2))
      this.#recentBytes -= bytesIn(dropped)
    }
    for (const follower of this.#followers) follower.wake()
  }

  follow(from: number, onBatch: OnBatch<E>, onEnd: (error: Error) => void): Follower<E> {
    const source = {
      page: (next: number) => this.#page(next),
      later: (step: () => void) => void setImmediate(step),
      left: (follower: Follower<E>) => void this.#followers.delete(follower),
    }
    const follower = new Follower<E>(source, from, onBatch, onEnd)
    this.#followers.add(follower)
    follower.wake()
    return follower
  }

  end(error: LogUnusable): void {
    // A copy: whoever hears of the end may begin a new tail at once.
    for (const follower of Array.from(this.#followers)) follower.end(error)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#followers].map((follower) => follower.stop()))
  }

  #page(from: number): readonly E[] {
    if (from > this.#head) {
      throw new LogUnusable('log_end_lost', `${this.#name} ends at ${this.#head}, before ${from}`)
    }
    const count = Math.min(this.#head - from, batchEntriesMax)
    if (count === 0) return []
    const first = this.#head - this.#recent.length
    if (from >= first) return upToBytes(this.#recent.slice(from - first, from - first + count))
    const page = upToBytes(this.#stored(from, count))
    if (page.length === 0) throw new LogUnusable('log_gap', `${this.#name} has nothing at ${from}`)
    return page
  }
}

/** As many as fit into a batch, and one at least. */
function upToBytes<E extends { readonly bytes: Uint8Array }>(entries: Iterable<E>): readonly E[] {
  const page: E[] = []
  let bytes = 0
  for (const entry of entries) {
    page.push(entry)
    bytes += entry.bytes.length
    if (bytes >= batchBytesMax) break
  }
  return page
}

function bytesIn(entries: readonly { readonly bytes: Uint8Array }[]): number {
  let bytes = 0
  for (const entry of entries) bytes += entry.bytes.length
  return bytes
}
