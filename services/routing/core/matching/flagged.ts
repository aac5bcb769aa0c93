import { NONE } from '@evenkeel/chassis/table'

/**
 * Rows that are to be looked at, the one with the smallest number first. Flagging is idempotent;
 * what is no longer flagged is passed over when it comes to the top.
 */
export class Flagged {
  /** Number by slot, of those that are flagged. */
  readonly #wanted = new Map<number, number>()
  /** A binary heap of [number, slot]. */
  readonly #heap: (readonly [number, number])[] = []
  /** Number under which a slot lies in the heap. */
  readonly #held = new Map<number, number>()

  get size(): number {
    return this.#wanted.size
  }

  has(slot: number): boolean {
    return this.#wanted.has(slot)
  }

  flag(slot: number, seq: number): void {
    this.#wanted.set(slot, seq)
    if (this.#held.get(slot) === seq) return
    this.#held.set(slot, seq)
    this.#rise([seq, slot])
  }

  unflag(slot: number): void {
    this.#wanted.delete(slot)
  }

  /** NONE: nothing is flagged. */
  first(): number {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      const [seq, slot] = top
      if (this.#wanted.get(slot) === seq) return slot
      this.#drop()
      if (this.#held.get(slot) === seq) this.#held.delete(slot)
    }
    return NONE
  }

  #rise(entry: readonly [number, number]): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(entry)
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = heap[above]!
      if (other[0] <= entry[0]) break
      heap[place] = other
      place = above
    }
    heap[place] = entry
  }

  #drop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let child = place * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]![0] < heap[child]![0]) child++
      const below = heap[child]!
      if (below[0] >= last[0]) break
      heap[place] = below
      place = child
    }
    heap[place] = last
  }
}
