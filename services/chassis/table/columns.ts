import { canonical, freeze, hex } from './canonical.ts'
import { grow, reserveFloat64, reserveInt32, reserveUint8 } from './capacity.ts'
import { assert, CoreFault, NONE } from './fault.ts'
import type { Journal } from './journal.ts'
import type { ColumnSpec } from './schema.ts'
import { byteLength, CELL_MAX, type Slab } from './slab.ts'

/** Where a column stands: what it needs to write the journal and to name itself in a fault. */
export interface Place {
  readonly name: string
  readonly table: number
  readonly index: number
  readonly journal: Journal
  readonly slab: Slab
  /** Most rows there will ever be room for. */
  readonly cap: number
}

/** Resolves a slot of another table for a dump: its key, or undefined when no such row is. */
export type KeyOf = (table: string, slot: number) => string | undefined

/**
 * One column of every row. A cell is a number that the journal can keep; zero is what a cell holds
 * before its row is born and after it is gone.
 */
export interface Column {
  readonly name: string
  readonly index: number
  grow(rows: number): void
  read(slot: number): unknown
  /** Makes a getter for an accessor's prototype. */
  getter(): (this: { readonly slot: number }) => unknown
  /** First value of a new row; not journaled, since undoing the insertion clears the cell. */
  init(slot: number, value: unknown): void
  /** False, and nothing journaled, when the cell already holds that value. */
  write(slot: number, value: unknown): boolean
  /** Undo of a write. */
  restore(slot: number, old: number): void
  /** Commit of a write: the old cell is asked for never again. */
  forget(old: number): void
  /** The row is gone: frees what the cell held, leaves zero. */
  clear(slot: number): void
  /** Cells that the column keeps in the slab for this row: 0 or 1. */
  cells(slot: number): number
  dump(slot: number, keyOf: KeyOf): string
  /** The cell refers to a row that is gone. */
  dangles(slot: number, keyOf: KeyOf): boolean
}

export function makeColumn(spec: ColumnSpec<unknown>, place: Place): Column {
  switch (spec.kind) {
    case 'int':
      return new NumberColumn(place, false)
    case 'deadline':
      return new NumberColumn(place, true)
    case 'ref':
      return new RefColumn(place, spec.target)
    case 'flag':
      return new NameColumn(place, [false, true])
    case 'oneOf':
      return new NameColumn(place, spec.names)
    case 'text':
      return new TextColumn(place, spec.max)
    case 'bytes':
      return new BytesColumn(place, spec.max)
    case 'value':
      return new ValueColumn(place)
    default:
      return unknownKind(spec)
  }
}

function unknownKind(spec: never): never {
  throw new CoreFault(`unknown column kind: ${canonical(spec)}`)
}

abstract class Base {
  readonly name: string
  readonly index: number
  protected readonly place: Place

  constructor(place: Place) {
    this.name = place.name
    this.index = place.index
    this.place = place
  }

  protected note(slot: number, old: number): void {
    this.place.journal.note(this.place.table, this.index, slot, old)
  }

  protected refuse(wanted: string, value: unknown): never {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
    throw new CoreFault(`column ${this.name}: ${wanted}, not ${shown.slice(0, 80)}`)
  }

  forget(_old: number): void {}

  cells(_slot: number): number {
    return 0
  }

  dangles(_slot: number, _keyOf: KeyOf): boolean {
    return false
  }
}

class NumberColumn extends Base implements Column {
  readonly #cells: Float64Array<ArrayBuffer>
  readonly #infinity: boolean

  constructor(place: Place, infinity: boolean) {
    super(place)
    this.#infinity = infinity
    this.#cells = reserveFloat64(0, place.cap)
  }

  grow(rows: number): void {
    grow(this.#cells, rows)
  }

  read(slot: number): number {
    return this.#cells[slot]!
  }

  getter(): (this: { readonly slot: number }) => number {
    const column = this
    return function () {
      return column.#cells[this.slot]!
    }
  }

  init(slot: number, value: unknown): void {
    this.#cells[slot] = this.#checked(value)
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.#cells[slot]!
    if (old === next) return false
    this.note(slot, old)
    this.#cells[slot] = next
    return true
  }

  restore(slot: number, old: number): void {
    this.#cells[slot] = old
  }

  clear(slot: number): void {
    this.#cells[slot] = 0
  }

  dump(slot: number): string {
    return String(this.#cells[slot])
  }

  /** Adding zero turns -0 into 0, so that equal numbers have equal texts. */
  #checked(value: unknown): number {
    if (Number.isSafeInteger(value)) return (value as number) + 0
    if (value === Number.POSITIVE_INFINITY && this.#infinity) return value
    const wanted = this.#infinity ? 'an integer below 2^53, or Infinity' : 'an integer below 2^53'
    return this.refuse(wanted, value)
  }
}

/** Holds slot + 1, so that zero is NONE. */
class RefColumn extends Base implements Column {
  readonly #cells: Int32Array<ArrayBuffer>
  readonly #target: string | undefined

  constructor(place: Place, target: string | undefined) {
    super(place)
    this.#target = target
    this.#cells = reserveInt32(0, place.cap)
  }

  grow(rows: number): void {
    grow(this.#cells, rows)
  }

  read(slot: number): number {
    return this.#cells[slot]! - 1
  }

  getter(): (this: { readonly slot: number }) => number {
    const column = this
    return function () {
      return column.#cells[this.slot]! - 1
    }
  }

  init(slot: number, value: unknown): void {
    this.#cells[slot] = this.#checked(value)
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.#cells[slot]!
    if (old === next) return false
    this.note(slot, old)
    this.#cells[slot] = next
    return true
  }

  restore(slot: number, old: number): void {
    this.#cells[slot] = old
  }

  clear(slot: number): void {
    this.#cells[slot] = 0
  }

  dump(slot: number, keyOf: KeyOf): string {
    const target = this.read(slot)
    if (target === NONE) return 'none'
    if (this.#target === undefined) return 'some'
    const key = keyOf(this.#target, target)
    return key === undefined ? 'gone' : `${this.#target} ${JSON.stringify(key)}`
  }

  override dangles(slot: number, keyOf: KeyOf): boolean {
    const target = this.read(slot)
    return (
      target !== NONE && this.#target !== undefined && keyOf(this.#target, target) === undefined
    )
  }

  #checked(value: unknown): number {
    if (typeof value === 'number' && value >= NONE && value === (value | 0)) return value + 1
    return this.refuse('a slot or NONE', value)
  }
}

/** `oneOf` and `flag`: a byte that counts into the names. */
class NameColumn extends Base implements Column {
  readonly #cells: Uint8Array<ArrayBuffer>
  readonly #names: readonly (string | boolean)[]

  constructor(place: Place, names: readonly (string | boolean)[]) {
    super(place)
    assert(names.length <= 255, `column ${place.name}: at most 255 names`)
    assert(new Set(names).size === names.length, `column ${place.name}: a name stands twice`)
    this.#names = names
    this.#cells = reserveUint8(0, place.cap)
  }

  grow(rows: number): void {
    grow(this.#cells, rows)
  }

  read(slot: number): string | boolean {
    return this.#names[this.#cells[slot]!]!
  }

  getter(): (this: { readonly slot: number }) => unknown {
    const column = this
    return function () {
      return column.#names[column.#cells[this.slot]!]
    }
  }

  init(slot: number, value: unknown): void {
    this.#cells[slot] = this.#checked(value)
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.#cells[slot]!
    if (old === next) return false
    this.note(slot, old)
    this.#cells[slot] = next
    return true
  }

  restore(slot: number, old: number): void {
    this.#cells[slot] = old
  }

  clear(slot: number): void {
    this.#cells[slot] = 0
  }

  dump(slot: number): string {
    return String(this.read(slot))
  }

  #checked(value: unknown): number {
    const names = this.#names
    for (let at = 0; at < names.length; at++) if (names[at] === value) return at
    return this.refuse(`one of ${names.join(' ')}`, value)
  }
}

/** Cells are slab handles. A replaced handle stays alive in the journal until the commit. */
abstract class SlabColumn extends Base {
  protected readonly handles: Int32Array<ArrayBuffer>
  readonly #max: number

  constructor(place: Place, max: number) {
    super(place)
    assert(max >= 1 && max <= CELL_MAX, `column ${place.name}: max must be 1 to ${CELL_MAX}`)
    this.#max = max
    this.handles = reserveInt32(0, place.cap)
  }

  grow(rows: number): void {
    grow(this.handles, rows)
  }

  handle(slot: number): number {
    return this.handles[slot]!
  }

  restore(slot: number, old: number): void {
    this.place.slab.free(this.handles[slot]!)
    this.handles[slot] = old
  }

  override forget(old: number): void {
    this.place.slab.free(old)
  }

  clear(slot: number): void {
    this.place.slab.free(this.handles[slot]!)
    this.handles[slot] = 0
  }

  override cells(slot: number): number {
    return this.handles[slot] === 0 ? 0 : 1
  }

  protected fits(length: number): void {
    if (length > this.#max) {
      throw new CoreFault(`column ${this.name}: ${length} bytes, at most ${this.#max}`)
    }
  }
}

export class TextColumn extends SlabColumn implements Column {
  read(slot: number): string {
    return this.place.slab.readText(this.handles[slot]!)
  }

  getter(): (this: { readonly slot: number }) => string {
    const column = this
    return function () {
      return column.place.slab.readText(column.handles[this.slot]!)
    }
  }

  init(slot: number, value: unknown): void {
    this.handles[slot] = this.#stored(this.#checked(value))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.handles[slot]!
    if (this.place.slab.textEquals(old, next)) return false
    const stored = this.#stored(next)
    this.note(slot, old)
    this.handles[slot] = stored
    return true
  }

  dump(slot: number): string {
    return JSON.stringify(this.read(slot))
  }

  #checked(value: unknown): string {
    return typeof value === 'string' ? value : this.refuse('a text', value)
  }

  #stored(content: string): number {
    const length = byteLength(content)
    this.fits(length)
    return this.place.slab.writeText(content, length)
  }
}

class BytesColumn extends SlabColumn implements Column {
  read(slot: number): Uint8Array {
    return this.place.slab.readBytes(this.handles[slot]!)
  }

  getter(): (this: { readonly slot: number }) => Uint8Array {
    const column = this
    return function () {
      return column.place.slab.readBytes(column.handles[this.slot]!)
    }
  }

  init(slot: number, value: unknown): void {
    const content = this.#checked(value)
    this.handles[slot] = this.place.slab.writeBytes(content)
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.handles[slot]!
    if (this.place.slab.bytesEqual(old, next)) return false
    this.note(slot, old)
    this.handles[slot] = this.place.slab.writeBytes(next)
    return true
  }

  dump(slot: number): string {
    return `bytes ${hex(this.read(slot))}`
  }

  #checked(value: unknown): Uint8Array {
    if (!(value instanceof Uint8Array)) return this.refuse('bytes', value)
    this.fits(value.length)
    return value
  }
}

/** The journal's number is the old value's place among the journal's values. */
class ValueColumn extends Base implements Column {
  readonly #cells: unknown[] = []

  grow(_rows: number): void {}

  read(slot: number): unknown {
    return this.#cells[slot]
  }

  getter(): (this: { readonly slot: number }) => unknown {
    const column = this
    return function () {
      return column.#cells[this.slot]
    }
  }

  init(slot: number, value: unknown): void {
    canonical(value)
    this.#cells[slot] = freeze(value)
  }

  write(slot: number, value: unknown): boolean {
    const old = this.#cells[slot]
    if (old === value || canonical(old) === canonical(value)) return false
    this.note(slot, this.place.journal.values.push(old) - 1)
    this.#cells[slot] = freeze(value)
    return true
  }

  restore(slot: number, old: number): void {
    this.#cells[slot] = this.place.journal.values[old]
  }

  clear(slot: number): void {
    this.#cells[slot] = undefined
  }

  dump(slot: number): string {
    return canonical(this.#cells[slot])
  }
}
