import { Backlog, type Behind } from './backlog.ts'
import { capacityFor, grown } from './capacity.ts'
import { canonical } from './canonical.ts'
import { Cells, nothing } from './cells.ts'
import type { Column, KeyOf } from './column.ts'
import { CountIndex, type Counts } from './counted.ts'
import { makeColumns } from './columns.ts'
import { type Derive, type Followed, type Index, LateDerived } from './derived.ts'
import { ALL, Followers } from './followers.ts'
import { assert, CoreFault, NONE } from './fault.ts'
import { type DeadlineHeap, HeapIndex, type HeapRules } from './heap.ts'
import { type Journal, ROW_DELETED, ROW_INSERTED } from './journal.ts'
import { checkRows, dumpRow, type Inside } from './inside.ts'
import { TableLoad } from './load.ts'
import { type Lookup, LookupIndex } from './lookup.ts'
import { OrderedIndex, type OrderedRules, type OrderedSets } from './ordered.ts'
import { EXISTS, RowCells } from './row-cells.ts'
import { bitsOf, makeProbe, type Probe, type RowClass, rowsOf } from './rows.ts'
import { layoutOf, type Row, type Schema, type Values } from './schema.ts'
import { orderHash, Slab } from './slab.ts'
import { TextColumn } from './slab-columns.ts'
import { TextIndex } from './text-index.ts'
import { SlabWalk, TableWalk } from './walk.ts'

export interface TableOptions<S extends Schema> {
  /** Most rows at a time; also the size of the buffers, which the system commits as used. */
  readonly cap: number
  /** A text column; unique, and fixed for the row's life. */
  readonly key: keyof S & string
}

export type RowOf<T> = T extends Table<infer S> ? Row<S> : never

/** What a blank leaves to be told of a new row. */
type Rest<S extends Schema, B> = Omit<Values<S>, keyof B> & Partial<Values<S>>

interface Owner {
  readonly number: number
  readonly journal: Journal
  readonly behind: Behind
  touch(table: number, slot: number): void
}

const CAP_MAX = 16_777_216
/**
 * Slots above the cap. A deleted row's slot is free only after the commit, so a full table could
 * not replace a row within a command; one command deletes at most 256 (architecture rule 4).
 */
const SPARE = 1024

/** Flags of a slot, beside EXISTS. */
const TOUCHED = 2
const EXISTED = 4

export class Table<S extends Schema> {
  readonly name: string
  readonly cap: number
  readonly columns: readonly Column[]
  readonly #owning: readonly Column[]
  /** What each column holds, for a snapshot that must hold the same. */
  readonly layout: string
  readonly #owner: Owner
  readonly #slotCap: number
  readonly #slab = new Slab()
  readonly #cells: Cells
  readonly #key: TextColumn
  readonly #ids: TextIndex
  readonly #Row: RowClass<Row<S>>
  readonly #probe: Probe & Row<S>
  readonly #followers = new Followers()
  /** A snapshot is under way. */
  #walk: TableWalk | undefined
  #size = 0
  #room = 0
  readonly #rows: RowCells
  /** Slots below `used` that hold no row, the last freed on top; reused only after commit. */
  #free = new Int32Array(0)
  #freeCount = 0
  #used = 0

  constructor(name: string, schema: S, options: TableOptions<S>, owner: Owner) {
    this.name = name
    this.cap = options.cap
    this.#owner = owner
    assert(
      Number.isInteger(this.cap) && this.cap >= 1 && this.cap <= CAP_MAX,
      `table ${name}: cap must be 1 to ${CAP_MAX}`,
    )
    this.#slotCap = this.cap + SPARE
    this.#rows = new RowCells(schema, this.#slotCap, this.#slab)
    this.columns = makeColumns(schema, { ...owner, name, rows: this.#rows })
    this.#rows.columns = this.columns
    this.#owning = this.columns.filter(({ owning }) => owning)
    this.layout = `${name} ${canonical(Object.entries(schema).map(layoutOf))}`
    this.#cells = new Cells(name, this.columns, options.key)
    const key = this.#cells.column(options.key)
    assert(key instanceof TextColumn, `table ${name}: the key must be a text column`)
    this.#key = key
    this.#ids = new TextIndex(this.#slab, key, this.#slotCap)
    this.#Row = rowsOf(this.layout, this.columns)
    this.#probe = makeProbe(this.layout, this.#rows)
    this.#grow(1)
  }

  get size(): number {
    return this.#size
  }

  get(key: string): Row<S> | undefined {
    const slot = this.#ids.get(key)
    return slot === NONE ? undefined : new this.#Row(slot, this.#rows)
  }

  /** The row whose key is `scope/name`. Making that text would take as long as finding it. */
  find(scope: string, name: string): Row<S> | undefined {
    const slot = this.#ids.find(scope, name)
    return slot === NONE ? undefined : new this.#Row(slot, this.#rows)
  }

  must(key: string): Row<S> {
    const row = this.get(key)
    if (row === undefined) throw new CoreFault(`${this.name}: no row ${JSON.stringify(key)}`)
    return row
  }

  /** A CoreFault for a slot without a row. */
  at(slot: number): Row<S> {
    if (!this.exists(slot)) throw new CoreFault(`${this.name}: no row at ${slot}`)
    return new this.#Row(slot, this.#rows)
  }

  /** NONE when there is no such row; saves making an accessor. */
  slotOf(key: string): number {
    return this.#ids.get(key)
  }

  exists(slot: number): boolean {
    return slot >= 0 && slot < this.#used && (this.#rows.flagsAt(slot) & EXISTS) !== 0
  }

  /** `blank`: of the columns that `values` leaves out; the same object each time. */
  insert(values: Values<S>): Row<S>
  insert<B extends Partial<Values<S>>>(values: Rest<S, B>, blank: B): Row<S>
  insert(values: Partial<Values<S>>, blank: object = nothing): Row<S> {
    const given: { readonly [column: string]: unknown } = values
    const key = given[this.#key.name]
    if (typeof key !== 'string') throw new CoreFault(`${this.name}: the key must be a text`)
    if (this.#ids.get(key) !== NONE) {
      throw new CoreFault(`${this.name}: a second row ${JSON.stringify(key)}`)
    }
    if (this.#size === this.cap) throw new CoreFault(`${this.name}: full at ${this.cap}`)
    const slot = this.#take()
    this.#walk?.touch(slot)
    // Noted before any cell is written: a fault half way is undone like any other.
    this.#owner.journal.note(this.#owner.number, ROW_INSERTED, slot, 0)
    this.#touch(slot)
    this.#rows.setFlags(slot, this.#rows.flagsAt(slot) | EXISTS)
    this.#size++
    this.#cells.fill(slot, given, blank)
    this.#ids.put(key, slot)
    this.#followers.wrote(slot, true, ALL, ALL)
    return new this.#Row(slot, this.#rows)
  }

  /** Writes what differs; the rest of the patch leaves no trace. */
  update(row: { readonly slot: number }, patch: Partial<Values<S>>): Row<S> {
    const slot = row.slot
    if (!this.exists(slot)) throw new CoreFault(`${this.name}: update of a row that is gone`)
    this.#walk?.touch(slot)
    this.#cells.write(slot, patch)
    const { low, high } = this.#cells
    if ((low | high) !== 0) {
      this.#touch(slot)
      this.#followers.wrote(slot, true, low, high)
    }
    const { inside } = row as { readonly inside?: RowCells }
    return inside === this.#rows ? (row as Row<S>) : new this.#Row(slot, this.#rows)
  }

  /** Its accessors go on reading the last values until the commit. */
  delete(row: { readonly slot: number }): void {
    const { slot } = row
    if (!this.exists(slot)) throw new CoreFault(`${this.name}: deletion of a row that is gone`)
    this.#walk?.touch(slot)
    this.#owner.journal.noteOwed(this.#owner.number, ROW_DELETED, slot, 0)
    this.#touch(slot)
    this.#rows.setFlags(slot, this.#rows.flagsAt(slot) & ~EXISTS)
    this.#size--
    this.#ids.remove(slot)
    this.#followers.wrote(slot, false, ALL, ALL)
  }

  /** A copy of the row's columns. */
  plain(row: { readonly slot: number }): Values<S> {
    const values: { [column: string]: unknown } = {}
    for (const column of this.columns) values[column.name] = column.read(row.slot)
    return values as Values<S>
  }

  /** All rows by key, a code-unit order. Sorts: for small tables, checks and tests. */
  inKeyOrder(): Row<S>[] {
    return [...this.slots()]
      .map((slot) => ({ slot, key: this.keyAt(slot) }))
      .sort((left, right) => (left.key < right.key ? -1 : 1))
      .map(({ slot }) => new this.#Row(slot, this.#rows))
  }

  /** All rows in an order that depends on history: only for what doesn't depend on order. */
  *slots(): Generator<number, void, undefined> {
    for (let slot = 0; slot < this.#used; slot++) if (this.exists(slot)) yield slot
  }

  /** Sorted sets of rows. Its functions may read nothing but the row they are given. */
  ordered(rules: OrderedRules<Row<S>>): OrderedSets {
    return this.#follow(new OrderedIndex(this.#followed('ordered'), this.#probe, rules))
  }

  /** Sizes of sets of rows, NONE for none. `set` may read nothing but the row it is given. */
  counted(set: (row: Row<S>) => number): Counts {
    return this.#follow(new CountIndex(this.#followed('counted'), this.#probe, set))
  }

  heap(rules: HeapRules<Row<S>>): DeadlineHeap {
    return this.#follow(new HeapIndex(this.#followed('heap'), this.#probe, rules))
  }

  /** Without a `tie`, rows that share a text are ordered by a hash of their keys. */
  lookup(key: (row: Row<S>) => string | undefined, tie?: (row: Row<S>) => number): Lookup {
    const rules = { key, tie: tie ?? ((row: Row<S>) => orderHash(this.keyAt(row.slot))) }
    return this.#follow(new LookupIndex(this.#followed('lookup'), this.#probe, rules))
  }

  /**
   * Any other structure. Told of every row that came, went, or changed in one of these columns; at
   * once, as it is written.
   */
  derive(derived: Derive, on?: readonly (keyof S & string)[]): void {
    this.#followers.derive({ derived, ...bitsOf(this.columns, on) })
    for (const slot of this.slots()) derived.sync(slot, true)
  }

  /**
   * The same, but told of what has changed all in all: as it is settled, at the latest with the
   * commit. To be settled before anything of it is read.
   */
  deriveLate(derived: Derive, on: readonly (keyof S & string)[]): { settle(): void } {
    return this.#follow(
      new LateDerived(this.#followed('derived'), derived, bitsOf(this.columns, on)),
    )
  }

  keyAt(slot: number): string {
    return this.#key.read(slot)
  }

  // What follows is for the Database.

  existed(slot: number): boolean {
    return (this.#rows.flagsAt(slot) & EXISTED) !== 0
  }

  untouch(slot: number): void {
    this.#rows.setFlags(slot, this.#rows.flagsAt(slot) & EXISTS)
  }

  /** Commit of a deletion. */
  release(slot: number): void {
    this.#clear(slot)
    this.#free[this.#freeCount++] = slot
  }

  unInsert(slot: number): void {
    // Not held when the insertion itself met a fault.
    if (this.#ids.holds(slot)) this.#ids.remove(slot)
    this.#rows.setFlags(slot, this.#rows.flagsAt(slot) & ~EXISTS)
    this.#size--
    this.#clear(slot)
    if (slot === this.#used - 1) this.#used--
    else this.#free[this.#freeCount++] = slot
  }

  unDelete(slot: number): void {
    this.#rows.setFlags(slot, this.#rows.flagsAt(slot) | EXISTS)
    this.#size++
    this.#ids.put(this.keyAt(slot), slot)
  }

  syncAll(slot: number): void {
    this.#followers.wrote(slot, (this.#rows.flagsAt(slot) & EXISTS) !== 0, ALL, ALL)
  }

  dump(keyOf: KeyOf): string {
    const inside = this.#inside()
    return this.inKeyOrder()
      .map(({ slot }) => dumpRow(inside, slot, keyOf))
      .join('')
  }

  /** `settled`: nothing is written since the last commit, so no cell waits to be freed. */
  check(keyOf: KeyOf, settled: boolean): string[] {
    const name = (slot: number): string =>
      this.exists(slot) ? `${this.name} ${JSON.stringify(this.keyAt(slot))}` : 'a row that is gone'
    const slots = [...this.slots()]
    return [
      ...checkRows(this.#inside(), slots, keyOf, settled),
      ...this.#followers.check(slots, name),
    ]
  }

  // What follows is for snapshots.

  walk(): readonly [TableWalk, SlabWalk] {
    const rows = new TableWalk(this.#inside())
    const pages = new SlabWalk(this.#slab, this.#owner.number)
    this.#walk = rows
    this.#slab.watch = pages
    return [rows, pages]
  }

  endWalk(): void {
    this.#walk = undefined
    this.#slab.watch = undefined
  }

  load(): TableLoad {
    return new TableLoad(this.#inside(), {
      open: (used, size, free) => {
        this.#grow(Math.max(used, 1))
        this.#used = used
        this.#size = size
        this.#freeCount = free
      },
      sync: (slot, exists) => this.#followers.found(slot, exists),
      clear: (slot) => this.#clear(slot),
      slots: () => this.slots(),
    })
  }

  #inside(): Inside {
    const { name, columns } = this
    return {
      ...{ name, columns, number: this.#owner.number, slotCap: this.#slotCap },
      ...{ key: this.#key, ids: this.#ids, slab: this.#slab, rows: this.#rows },
      ...{ freeCount: this.#freeCount, used: this.#used, size: this.#size },
      freeSlots: () => this.#free,
      keyAt: (slot) => this.keyAt(slot),
    }
  }

  #followed(kind: string): Followed {
    return {
      name: `${this.name} ${kind} ${this.#followers.indices}`,
      cap: this.#slotCap,
      rows: this.#rows,
      probe: this.#probe,
      backlogOf: (index) => new Backlog(index, this.#rows, this.#owner.behind),
    }
  }

  #follow<I extends Index>(index: I): I {
    this.#followers.index(index)
    for (const slot of this.slots()) index.sync(slot, true)
    return index
  }

  #touch(slot: number): void {
    const flags = this.#rows.flagsAt(slot)
    if ((flags & TOUCHED) !== 0) return
    this.#rows.setFlags(slot, flags | TOUCHED | ((flags & EXISTS) !== 0 ? EXISTED : 0))
    this.#owner.touch(this.#owner.number, slot)
  }

  #clear(slot: number): void {
    for (const column of this.#owning) column.drop(slot)
    this.#rows.clear(slot)
  }

  #take(): number {
    if (this.#freeCount > 0) return this.#free[--this.#freeCount]!
    assert(this.#used < this.#slotCap, `${this.name}: a command replaced over ${SPARE} rows`)
    if (this.#used === this.#room) this.#grow(this.#used + 1)
    return this.#used++
  }

  #grow(rows: number): void {
    this.#room = capacityFor(rows, this.#slotCap)
    this.#free = grown(this.#free, this.#room, this.#slotCap)
    this.#rows.grow(rows)
  }
}
