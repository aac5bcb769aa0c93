import type { Index } from './derived.ts'
import { EXISTS, type RowCells } from './row-cells.ts'

/** Those that have been told of rows they have not looked at yet. */
export interface Behind {
  /** The first `count` of it: an array that is emptied gives its memory back, for each command. */
  readonly backlogs: Backlog[]
  count: number
}

/**
 * A command writes the same few rows again and again, and most indices are not read before it ends:
 * an index notes the slots of what was written, and looks at them when it is read, at the latest as
 * the journal closes. (One look at each write took a quarter of a command.)
 *
 * Its columns are those that the index has ever read, found by watching it. A row whose change
 * touches none of them need not be looked at: the index's functions would read the same and answer
 * the same. Holds only if they read nothing but the row given to them.
 *
 * An object of its own, not a base of the indices: every write looks at a dozen of them, and where
 * they are of five classes each look is a search for what they have in common.
 */
export class Backlog {
  /** One bit per column. */
  low = 0
  high = 0
  readonly #index: Index
  readonly #rows: RowCells
  readonly #behind: Behind
  /** The first `#count` of it; a slot may stand there more than once. */
  readonly #slots: number[] = []
  #count = 0
  #listed = false

  constructor(index: Index, rows: RowCells, behind: Behind) {
    this.#index = index
    this.#rows = rows
    this.#behind = behind
  }

  /** To be told of each row that came, went, or changed in one of its columns. */
  add(slot: number): void {
    const count = this.#count
    const slots = this.#slots
    if (count > 0 && (slots[count - 1] === slot || (count > 1 && slots[count - 2] === slot))) return
    slots[count] = slot
    this.#count = count + 1
    if (this.#listed) return
    this.#listed = true
    this.#behind.backlogs[this.#behind.count++] = this
  }

  /** Looks at the rows that it was told of. To be called before the index is read. */
  settle(): void {
    if (this.#count > 0) this.#catchUp()
  }

  /** `settle`, and no longer among those that are behind. */
  unlist(): void {
    this.settle()
    this.#listed = false
  }

  #catchUp(): void {
    for (let at = 0; at < this.#count; at++) {
      const slot = this.#slots[at]!
      this.#index.sync(slot, (this.#rows.flagsAt(slot) & EXISTS) !== 0)
    }
    this.#count = 0
  }
}
