import type { Derive, Index } from './derived.ts'

/** Stands for every column: the row came or went. */
export const ALL = -1

interface Following {
  readonly derived: Derive
  /** One bit per column that it depends on. */
  readonly low: number
  readonly high: number
}

/** What follows one table: its indices, which look later, and other structures, told at once. */
export class Followers {
  readonly #indices: Index[] = []
  readonly #derived: Following[] = []

  index(index: Index): void {
    this.#indices.push(index)
  }

  derive(following: Following): void {
    this.#derived.push(following)
  }

  get indices(): number {
    return this.#indices.length
  }

  /** `low` and `high`: one bit per column that was written. */
  wrote(slot: number, exists: boolean, low: number, high: number): void {
    const indices = this.#indices
    for (let at = 0; at < indices.length; at++) {
      const index = indices[at]!
      if ((index.low & low) !== 0 || (index.high & high) !== 0 || low === ALL) index.late(slot)
    }
    const derived = this.#derived
    for (let at = 0; at < derived.length; at++) {
      const one = derived[at]!
      if ((one.low & low) !== 0 || (one.high & high) !== 0 || low === ALL) {
        one.derived.sync(slot, exists)
      }
    }
  }

  /** A row that nobody has been told of: at once, since there are as many as there are rows. */
  found(slot: number, exists: boolean): void {
    for (const index of this.#indices) index.sync(slot, exists)
    for (const { derived } of this.#derived) derived.sync(slot, exists)
  }

  check(slots: readonly number[], name: (slot: number) => string): string[] {
    for (const index of this.#indices) index.settle()
    return [
      ...this.#indices.flatMap((index) => index.check(slots, name)),
      ...this.#derived.flatMap(({ derived }) => derived.check?.() ?? []),
    ]
  }
}
