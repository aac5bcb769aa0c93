import type { Probe } from './rows.ts'

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
  sync(slot: number, exists: boolean): void
  check(slots: Iterable<number>, name: (slot: number) => string): string[]
  /** One bit per column that the index's functions have ever read. */
  readonly low: number
  readonly high: number
}

/**
 * The columns an index depends on, found by watching it read. A row whose change touches none of
 * them need not be looked at: its functions would read the same and answer the same. Holds only if
 * they read nothing but the row given to them.
 */
export abstract class Watching {
  low = 0
  high = 0
  protected readonly probe: Probe

  constructor(probe: Probe) {
    this.probe = probe
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
