import type { Behind } from './backlog.ts'
import { CoreFault, assert } from './fault.ts'
import { Journal, ROW_DELETED, ROW_INSERTED } from './journal.ts'
import { Restore } from './load.ts'
import type { Schema } from './schema.ts'
import { hashText } from './slab.ts'
import { Table, type TableOptions } from './table.ts'
import { Walk } from './walk.ts'

/** A row that a command inserted, changed or deleted. */
export interface Touched {
  readonly table: string
  /** Names the row only until the next write. */
  readonly slot: number
  /** What may be kept. To be read before the next write. */
  readonly id: string
  /** At the last commit. */
  readonly existed: boolean
  /** Now. */
  readonly exists: boolean
}

/** Most rows' keys are asked for by nobody, and each is a text to be made. */
class TouchedRow implements Touched {
  readonly table: string
  readonly slot: number
  readonly existed: boolean
  readonly exists: boolean
  readonly #of: AnyTable
  /** Of a row that is gone: the commit frees it. */
  readonly #id: string | undefined

  constructor(of: AnyTable, slot: number, existed: boolean, exists: boolean) {
    this.table = of.name
    this.slot = slot
    this.existed = existed
    this.exists = exists
    this.#of = of
    this.#id = exists ? undefined : of.keyAt(slot)
  }

  get id(): string {
    return this.#id ?? this.#of.keyAt(this.slot)
  }
}

/** How cells lie in a snapshot. Another order of them is another name, or old ones were misread. */
const IMAGE = 'rows'

/** The journal packs the table with the column; a schema has a few dozen at most. */
const TABLES_MAX = 255

/** What the database asks of a table, whatever its schema. */
type AnyTable = Omit<
  Table<Schema>,
  | 'insert'
  | 'update'
  | 'get'
  | 'find'
  | 'must'
  | 'at'
  | 'plain'
  | 'inKeyOrder'
  | 'deriveLate'
  | 'ordered'
  | 'counted'
  | 'heap'
  | 'lookup'
>

/** All state of one partition: its tables, and the one journal of what was written since commit. */
export class Database {
  readonly #journal = new Journal()
  readonly #tables: AnyTable[] = []
  readonly #byName = new Map<string, AnyTable>()
  /** Distinct rows in order of first touch: table number and slot, two by two; so many of it. */
  readonly #touched: number[] = []
  #touchedEnd = 0
  readonly #behind: Behind = { backlogs: [], count: 0 }
  #walking = false
  readonly #touch = (table: number, slot: number): void => {
    this.#touched[this.#touchedEnd++] = table
    this.#touched[this.#touchedEnd++] = slot
  }

  table<S extends Schema>(name: string, schema: S, options: TableOptions<S>): Table<S> {
    assert(!this.#byName.has(name), `two tables named ${name}`)
    assert(this.#tables.length < TABLES_MAX, `at most ${TABLES_MAX} tables`)
    const number = this.#tables.length
    const table = new Table(name, schema, options, {
      number,
      journal: this.#journal,
      behind: this.#behind,
      touch: this.#touch,
    })
    this.#tables.push(table)
    this.#byName.set(name, table)
    return table
  }

  /** Distinct rows touched since the last commit. */
  touched(): number {
    return this.#touchedEnd / 2
  }

  /** The same rows, without committing. Rows that came and went in between are left out. */
  touchedRows(): readonly Touched[] {
    const rows: Touched[] = []
    const touched = this.#touched
    for (let at = 0; at < this.#touchedEnd; at += 2) {
      const table = this.#tables[touched[at]!]!
      const slot = touched[at + 1]!
      const existed = table.existed(slot)
      const exists = table.exists(slot)
      if (!existed && !exists) continue
      rows.push(new TouchedRow(table, slot, existed, exists))
    }
    return rows
  }

  /** What was written since the last commit stays; deleted rows' slots may be used again. */
  commit(): readonly Touched[] {
    const rows = this.touchedRows()
    this.settle()
    return rows
  }

  /** As `commit`, for a caller that asks for no rows: saves reading their keys. */
  settle(): void {
    this.derive()
    const journal = this.#journal
    for (let owed = 0; owed < journal.owing; owed++) {
      const at = journal.owed(owed)
      const column = journal.column(at)
      const table = this.#tables[journal.table(at)]!
      if (column === ROW_DELETED) table.release(journal.slot(at))
      else table.columns[column]!.forget(journal.old(at))
    }
    this.#close()
  }

  /** Nothing was written since the last commit. Old values in reverse, then each index again. */
  undo(): void {
    const journal = this.#journal
    for (let at = journal.length - 1; at >= 0; at--) {
      const table = this.#tables[journal.table(at)]!
      const column = journal.column(at)
      const slot = journal.slot(at)
      if (column === ROW_INSERTED) table.unInsert(slot)
      else if (column === ROW_DELETED) table.unDelete(slot)
      else table.columns[column]!.restore(slot, journal.old(at))
    }
    const touched = this.#touched
    for (let at = 0; at < this.#touchedEnd; at += 2) {
      this.#tables[touched[at]!]!.syncAll(touched[at + 1]!)
    }
    this.derive()
    this.#close()
  }

  /**
   * Brings every index up to what was written. It happens as they are read and at the commit; where
   * a fault in a rule of theirs can still be undone, ask for it.
   */
  derive(): void {
    const behind = this.#behind
    for (let at = 0; at < behind.count; at++) behind.backlogs[at]!.unlist()
    behind.count = 0
  }

  /** Canonical text of all rows: equal states have equal dumps, whatever their history. */
  dump(): string {
    return this.#tables.map((table) => table.dump(this.#keyOf)).join('')
  }

  /** Every index derived again and compared with what is held; every reference followed. */
  check(): string[] {
    const settled = this.#journal.length === 0
    return this.#tables.flatMap((table) => table.check(this.#keyOf, settled))
  }

  /** Names what the tables' cells mean: a snapshot can be restored where it reads the same. */
  layout(): string {
    const text = [IMAGE, ...this.#tables.map((table) => table.layout)].join('\n')
    const digits = [1, 2].map((seed) => (hashText(text, seed) >>> 0).toString(16).padStart(8, '0'))
    return digits.join('')
  }

  /** A snapshot of what is committed, in steps; one at a time. */
  walk(): Walk {
    assert(this.#journal.length === 0, 'a snapshot begins between two commands')
    assert(!this.#walking, 'one snapshot at a time')
    this.#walking = true
    const parts = this.#tables.flatMap((table) => table.walk())
    return new Walk(parts, () => {
      this.#walking = false
      for (const table of this.#tables) table.endWalk()
    })
  }

  /** To be done before anything is written but what whoever made the tables wrote. */
  restore(): Restore {
    assert(this.#journal.length === 0, 'a snapshot is restored between two commands')
    return new Restore(this.#tables.map((table) => table.load()))
  }

  #close(): void {
    const touched = this.#touched
    for (let at = 0; at < this.#touchedEnd; at += 2) {
      this.#tables[touched[at]!]!.untouch(touched[at + 1]!)
    }
    this.#touchedEnd = 0
    this.#journal.clear()
  }

  readonly #keyOf = (name: string, slot: number): string | undefined => {
    const table = this.#byName.get(name)
    if (table === undefined) throw new CoreFault(`a reference to an unknown table ${name}`)
    return table.exists(slot) ? table.keyAt(slot) : undefined
  }
}
