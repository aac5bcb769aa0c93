import { canonical } from './canonical.ts'
import { grown } from './capacity.ts'
import { BaseColumn, type Column, type KeyOf, type Place } from './column.ts'
import { assert, NONE } from './fault.ts'
import type { ImageReader, ImageWriter } from './image-bytes.ts'
import { readValue, writeValue } from './image-values.ts'
import type { Accessor } from './rows.ts'
import { Shared } from './shared.ts'

export class NumberColumn extends BaseColumn implements Column {
  override readonly width = 8
  #cells: Float64Array<ArrayBuffer>
  readonly #infinity: boolean

  constructor(place: Place, infinity: boolean) {
    super(place)
    this.#infinity = infinity
    this.#cells = new Float64Array(0)
  }

  grow(rows: number): void {
    this.#cells = grown(this.#cells, rows, this.place.cap)
  }

  protected override array() {
    return this.#cells
  }

  read(slot: number): number {
    return this.#cells[slot]!
  }

  getter(): (this: Accessor) => number {
    const { index } = this
    return function () {
      const column = this.inside[index] as NumberColumn
      return column.#cells[this.slot]!
    }
  }

  isZero(value: unknown): boolean {
    return value === 0
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
export class RefColumn extends BaseColumn implements Column {
  override readonly width = 4
  #cells: Int32Array<ArrayBuffer>
  readonly #target: string | undefined

  constructor(place: Place, target: string | undefined) {
    super(place)
    this.#target = target
    this.#cells = new Int32Array(0)
  }

  grow(rows: number): void {
    this.#cells = grown(this.#cells, rows, this.place.cap)
  }

  protected override array() {
    return this.#cells
  }

  read(slot: number): number {
    return this.#cells[slot]! - 1
  }

  getter(): (this: Accessor) => number {
    const { index } = this
    return function () {
      const column = this.inside[index] as RefColumn
      return column.#cells[this.slot]! - 1
    }
  }

  isZero(value: unknown): boolean {
    return value === NONE
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
export class NameColumn extends BaseColumn implements Column {
  override readonly width = 1
  #cells: Uint8Array<ArrayBuffer>
  readonly #names: readonly (string | boolean)[]

  constructor(place: Place, names: readonly (string | boolean)[]) {
    super(place)
    assert(names.length <= 255, `column ${place.name}: at most 255 names`)
    assert(new Set(names).size === names.length, `column ${place.name}: a name stands twice`)
    this.#names = names
    this.#cells = new Uint8Array(0)
  }

  grow(rows: number): void {
    this.#cells = grown(this.#cells, rows, this.place.cap)
  }

  protected override array() {
    return this.#cells
  }

  read(slot: number): string | boolean {
    return this.#names[this.#cells[slot]!]!
  }

  getter(): (this: Accessor) => unknown {
    const { index } = this
    return function () {
      const column = this.inside[index] as NameColumn
      return column.#names[column.#cells[this.slot]!]
    }
  }

  isZero(value: unknown): boolean {
    return value === this.#names[0]
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

/** The journal's number is the old value's place among the journal's values. */
export class ValueColumn extends BaseColumn implements Column {
  readonly #cells: unknown[] = []
  readonly #shared = new Shared()

  grow(_rows: number): void {}

  read(slot: number): unknown {
    return this.#cells[slot]
  }

  getter(): (this: Accessor) => unknown {
    const { index } = this
    return function () {
      const column = this.inside[index] as ValueColumn
      return column.#cells[this.slot]
    }
  }

  isZero(value: unknown): boolean {
    return value === undefined
  }

  init(slot: number, value: unknown): void {
    this.#cells[slot] = this.#shared.of(value)
  }

  write(slot: number, value: unknown): boolean {
    const old = this.#cells[slot]
    if (old === value || canonical(old) === canonical(value)) return false
    this.note(slot, this.place.journal.values.push(old) - 1)
    this.#cells[slot] = this.#shared.of(value)
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

  override writeImage(into: ImageWriter, value: unknown): void {
    writeValue(into, value)
  }

  override readImage(slot: number, from: ImageReader): void {
    this.#cells[slot] = this.#shared.of(readValue(from))
  }
}
