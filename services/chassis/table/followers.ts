import type { Backlog } from './backlog.ts'
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
  /** Of each index. */
  readonly #backlogs: Backlog[] = []
  readonly #derived: Following[] = []

  index(index: Index): void {
    this.#indices.push(index)
    this.#backlogs.push(index.backlog)
  }

  derive(following: Following): void {
    this.#derived.push(following)
  }

  get indices(): number {
    return this.#indices.length
  }

  /** `low` and `high`: one bit per column that was written. */
  wrote(slot: number, exists: boolean, low: number, high: number): void {
    const backlogs = this.#backlogs
    for (let at = 0; at < backlogs.length; at++) {
      const backlog = backlogs[at]!
      if ((backlog.low & low) !== 0 || (backlog.high & high) !== 0 || low === ALL) backlog.add(slot)
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
    for (const backlog of this.#backlogs) backlog.settle()
    return [
      ...this.#indices.flatMap((index) => index.check(slots, name)),
      ...this.#derived.flatMap(({ derived }) => derived.check?.() ?? []),
    ]
  }
}
