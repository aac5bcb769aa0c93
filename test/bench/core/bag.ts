import type { Random } from './random.ts'

/** Drawn from an empty bag. */
export const NOTHING = -1

/**
 * A set of small numbers from which any is drawn at random in one step. Off the heap: what the load
 * keeps would else be what the garbage collector has to do.
 */
export class Bag {
  size = 0
  #members = new Int32Array(1_024)
  /** Where each number is, + 1. */
  #places = new Int32Array(1_024)

  add(member: number): void {
    if (member >= this.#places.length) this.#places = longer(this.#places, member)
    if (this.#places[member] !== 0) return
    if (this.size === this.#members.length) this.#members = longer(this.#members, this.size)
    this.#members[this.size] = member
    this.size += 1
    this.#places[member] = this.size
  }

  delete(member: number): void {
    const place = this.#places[member] ?? 0
    if (place === 0) return
    this.size -= 1
    const last = this.#members[this.size] ?? NOTHING
    this.#members[place - 1] = last
    this.#places[last] = place
    this.#places[member] = 0
  }

  any(random: Random): number {
    return this.size === 0 ? NOTHING : (this.#members[random.below(this.size)] ?? NOTHING)
  }
}

/** With room for one more at `end`. */
export function longer(numbers: Int32Array, end: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(Math.max(numbers.length * 2, end + 1))
  more.set(numbers)
  return more
}
