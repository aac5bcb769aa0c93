import type { Bits, Probe } from './rows.ts'
import type { RowCells } from './row-cells.ts'

/**
 * What a table tells the structures that follow it. `sync` compares what the row wants with what
 * is held, and is idempotent: the same function serves writes, undo, late creation and checks. It
 * must not write to any table.
 */
export interface Derive {
  sync(slot: number, exists: boolean): void
  /** Faults found by deriving everything again; for `Database.check`. */
  check?(): readonly string[]
}

/** An index of ours: derived from the columns of the row itself and from nothing else. */
export interface Index {
  /** Told of each row that came, went, or changed in a column that the index has ever read. */
  late(slot: number): void
  /** Looks at the rows that it was told of. */
  settle(): void
  /** `settle`, and no longer among those that are behind. */
  unlist(): void
  sync(slot: number, exists: boolean): void
  check(slots: Iterable<number>, name: (slot: number) => string): string[]
  /** One bit per column that the index's functions have ever read. */
  readonly low: number
  readonly high: number
}

/** The indices that have been told of rows they have not looked at yet. */
export interface Behind {
  readonly indices: Index[]
}

/** Where an index stands. */
export interface Followed {
  /** Names the index in a fault. */
  readonly name: string
  readonly cap: number
  readonly rows: RowCells
  readonly probe: Probe
  readonly behind: Behind
  exists(slot: number): boolean
}

/**
 * A command writes the same few rows again and again, and most indices are not read before it ends:
 * an index notes the slots of what was written, and looks at them when it is read, at the latest as
 * the journal closes. (One look at each write took a quarter of a command.)
 *
 * The columns an index depends on, found by watching it read. A row whose change touches none of
 * them need not be looked at: its functions would read the same and answer the same. Holds only if
 * they read nothing but the row given to them.
 */
export abstract class Watching implements Index {
  low = 0
  high = 0
  protected readonly probe: Probe
  readonly #table: Followed
  /** The first `#count` of it; a slot may stand there more than once. */
  readonly #slots: number[] = []
  #count = 0
  #listed = false

  constructor(table: Followed) {
    this.probe = table.probe
    this.#table = table
  }

  late(slot: number): void {
    const count = this.#count
    const slots = this.#slots
    if (count > 0 && (slots[count - 1] === slot || (count > 1 && slots[count - 2] === slot))) return
    slots[count] = slot
    this.#count = count + 1
    if (this.#listed) return
    this.#listed = true
    this.#table.behind.indices.push(this)
  }

  /** To be called before anything is read. */
  settle(): void {
    if (this.#count > 0) this.#catchUp()
  }

  /** No longer among those that are behind. */
  unlist(): void {
    this.settle()
    this.#listed = false
  }

  abstract sync(slot: number, exists: boolean): void

  abstract check(slots: Iterable<number>, name: (slot: number) => string): string[]

  #catchUp(): void {
    for (let at = 0; at < this.#count; at++) {
      const slot = this.#slots[at]!
      this.sync(slot, this.#table.exists(slot))
    }
    this.#count = 0
  }

  protected look(slot: number): void {
    this.probe.slot = slot
    this.probe.low = 0
    this.probe.high = 0
  }

  protected looked(): void {
    this.low |= this.probe.low
    this.high |= this.probe.high
  }
}

/** An index that keeps a word of each row, beside the row's cells. */
export abstract class Keeping extends Watching {
  readonly #rows: RowCells
  /** Where in a row its word is. */
  readonly #word: number

  constructor(table: Followed) {
    super(table)
    this.#rows = table.rows
    this.#word = table.rows.word()
  }

  /** 0 of a row that it has never seen. */
  protected kept(slot: number): number {
    const { words, stride } = this.#rows
    return words[slot * stride * 2 + this.#word]!
  }

  protected keep(slot: number, word: number): void {
    const { words, stride } = this.#rows
    words[slot * stride * 2 + this.#word] = word
  }
}

/** Another structure, told as late as an index: its owner settles it before it reads. */
export class LateDerived extends Watching {
  readonly #derived: Derive

  constructor(table: Followed, derived: Derive, on: Bits) {
    super(table)
    this.#derived = derived
    this.low = on.low
    this.high = on.high
  }

  sync(slot: number, exists: boolean): void {
    this.#derived.sync(slot, exists)
  }

  check(): string[] {
    return [...(this.#derived.check?.() ?? [])]
  }
}
