import type { Backlog } from './backlog.ts'
import type { Bits, Probe, Seen } from './rows.ts'
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
  /** What it has been told of. */
  readonly backlog: Backlog
  sync(slot: number, exists: boolean): void
  check(slots: Iterable<number>, name: (slot: number) => string): string[]
}

/** Where an index stands. */
export interface Followed {
  /** Names the index in a fault. */
  readonly name: string
  readonly cap: number
  readonly rows: RowCells
  readonly probe: Probe
  /** Makes what the index is told by. */
  backlogOf(index: Index): Backlog
}

/** An index that asks its functions what they make of a row. */
export abstract class Watching implements Index {
  readonly backlog: Backlog
  protected readonly seen: Seen

  constructor(table: Followed) {
    this.seen = table.probe.reading
    this.backlog = table.backlogOf(this)
  }

  abstract sync(slot: number, exists: boolean): void

  abstract check(slots: Iterable<number>, name: (slot: number) => string): string[]

  protected look(slot: number): void {
    this.seen.look(slot)
  }

  protected looked(): void {
    this.backlog.low |= this.seen.low
    this.backlog.high |= this.seen.high
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
    this.#word = table.rows.takeWord()
  }

  /** 0 of a row that it has never seen. */
  protected kept(slot: number): number {
    return this.#rows.word(slot, this.#word)
  }

  protected keep(slot: number, word: number): void {
    this.#rows.setWord(slot, this.#word, word)
  }
}

/** Another structure, told as late as an index: its owner settles it before it reads. */
export class LateDerived implements Index {
  readonly backlog: Backlog
  readonly #derived: Derive

  constructor(table: Followed, derived: Derive, on: Bits) {
    this.#derived = derived
    this.backlog = table.backlogOf(this)
    this.backlog.low = on.low
    this.backlog.high = on.high
  }

  /** To be called before anything of it is read. */
  settle(): void {
    this.backlog.settle()
  }

  sync(slot: number, exists: boolean): void {
    this.#derived.sync(slot, exists)
  }

  check(): string[] {
    return [...(this.#derived.check?.() ?? [])]
  }
}
