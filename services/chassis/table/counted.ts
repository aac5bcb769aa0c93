import { type Followed, Keeping } from './derived.ts'
import { assert, CoreFault, NONE } from './fault.ts'

/** How many rows are in each set, for those who need no order among them. */
export interface Counts {
  size(set: number): number
}

/** Sets are small numbers; one beyond this is a key taken for a set. */
const SETS_MAX = 16_777_216

/**
 * Four bytes a row and four a set, where an ordered set takes 36 and a walk down a tree. A row's
 * word is the set + 1 in which it is counted.
 */
export class CountIndex<R> extends Keeping implements Counts {
  readonly #name: string
  readonly #setOf: (row: R) => number
  readonly #row: R
  #sizes = new Int32Array(16)

  constructor(table: Followed, row: R, setOf: (row: R) => number) {
    super(table)
    this.#name = table.name
    this.#row = row
    this.#setOf = setOf
  }

  size(set: number): number {
    this.backlog.settle()
    return set >= 0 && set < this.#sizes.length ? this.#sizes[set]! : 0
  }

  sync(slot: number, exists: boolean): void {
    const held = this.kept(slot) - 1
    const wanted = exists ? this.#wanted(slot) : NONE
    if (held === wanted) return
    if (held !== NONE) this.#sizes[held]!--
    if (wanted !== NONE) {
      if (wanted >= this.#sizes.length) this.#growSets(wanted)
      this.#sizes[wanted]!++
    }
    this.keep(slot, wanted + 1)
  }

  check(slots: Iterable<number>): string[] {
    const sizes = new Map<number, number>()
    for (const slot of slots) {
      const set = this.#wanted(slot)
      if (set !== NONE) sizes.set(set, (sizes.get(set) ?? 0) + 1)
    }
    const faults: string[] = []
    for (let set = 0; set < this.#sizes.length; set++) {
      const rows = sizes.get(set) ?? 0
      if (rows === this.#sizes[set]) continue
      faults.push(`${this.#name}: set ${set} counts ${this.#sizes[set]} rows, there are ${rows}`)
    }
    return faults
  }

  #wanted(slot: number): number {
    this.look(slot)
    const set = this.#setOf(this.#row)
    this.looked()
    if (set === NONE || (Number.isInteger(set) && set >= 0)) return set
    throw new CoreFault(`${this.#name}: no set ${set}`)
  }

  #growSets(set: number): void {
    assert(set < SETS_MAX, `${this.#name}: set ${set} is beyond ${SETS_MAX}`)
    const sizes = new Int32Array(1 << (32 - Math.clz32(set)))
    sizes.set(this.#sizes)
    this.#sizes = sizes
  }
}
