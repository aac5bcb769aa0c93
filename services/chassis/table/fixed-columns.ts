import { canonical, same } from './canonical.ts'
import { BaseColumn, type Column, type KeyOf, type Place } from './column.ts'
import { assert, NONE } from './fault.ts'
import type { ImageReader, ImageWriter } from './image-bytes.ts'
import { readValue, writeValue } from './image-values.ts'
import type { Accessor, Bits, Probe } from './rows.ts'
import { Shared } from './shared.ts'

export class NumberColumn extends BaseColumn implements Column {
  readonly #infinity: boolean

  constructor(place: Place, infinity: boolean) {
    super(place)
    this.#infinity = infinity
  }

  read(slot: number): number {
    return this.rows.number(slot, this.offset)
  }

  getter(): (this: Accessor) => number {
    const { offset } = this
    return function () {
      return this.inside.number(this.slot, offset)
    }
  }

  probing({ low, high }: Bits): (this: Probe) => number {
    const { offset } = this
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      return this.inside.number(reading.slot, offset)
    }
  }

  isZero(value: unknown): boolean {
    return value === 0
  }

  init(slot: number, value: unknown): void {
    this.rows.setNumber(slot, this.offset, this.#checked(value))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.rows.number(slot, this.offset)
    if (old === next) return false
    this.pen.note(slot, old)
    this.rows.setNumber(slot, this.offset, next)
    return true
  }

  restore(slot: number, old: number): void {
    this.rows.setNumber(slot, this.offset, old)
  }

  dump(slot: number): string {
    return String(this.rows.number(slot, this.offset))
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
  readonly #target: string | undefined

  constructor(place: Place, target: string | undefined) {
    super(place)
    this.#target = target
  }

  read(slot: number): number {
    return this.rows.ref(slot, this.offset)
  }

  getter(): (this: Accessor) => number {
    const { offset } = this
    return function () {
      return this.inside.ref(this.slot, offset)
    }
  }

  probing({ low, high }: Bits): (this: Probe) => number {
    const { offset } = this
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      return this.inside.ref(reading.slot, offset)
    }
  }

  isZero(value: unknown): boolean {
    return value === NONE
  }

  init(slot: number, value: unknown): void {
    this.rows.setWord(slot, this.offset, this.#checked(value))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.rows.word(slot, this.offset)
    if (old === next) return false
    this.pen.note(slot, old)
    this.rows.setWord(slot, this.offset, next)
    return true
  }

  restore(slot: number, old: number): void {
    this.rows.setWord(slot, this.offset, old)
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
  readonly #names: readonly (string | boolean)[]

  constructor(place: Place, names: readonly (string | boolean)[]) {
    super(place)
    assert(names.length <= 255, `column ${place.name}: at most 255 names`)
    assert(new Set(names).size === names.length, `column ${place.name}: a name stands twice`)
    this.#names = names
  }

  read(slot: number): string | boolean {
    return this.#names[this.rows.byte(slot, this.offset)]!
  }

  getter(): (this: Accessor) => unknown {
    const { offset } = this
    const names = this.#names
    return function () {
      return names[this.inside.byte(this.slot, offset)]
    }
  }

  probing({ low, high }: Bits): (this: Probe) => unknown {
    const { offset } = this
    const names = this.#names
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      return names[this.inside.byte(reading.slot, offset)]
    }
  }

  isZero(value: unknown): boolean {
    return value === this.#names[0]
  }

  init(slot: number, value: unknown): void {
    this.rows.setByte(slot, this.offset, this.#checked(value))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.rows.byte(slot, this.offset)
    if (old === next) return false
    this.pen.note(slot, old)
    this.rows.setByte(slot, this.offset, next)
    return true
  }

  restore(slot: number, old: number): void {
    this.rows.setByte(slot, this.offset, old)
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
  override readonly valued = true
  override readonly owning = true
  readonly #cells: unknown[] = []
  readonly #shared = new Shared()

  read(slot: number): unknown {
    return this.#cells[slot]
  }

  getter(): (this: Accessor) => unknown {
    const { index } = this
    return function () {
      const column = this.inside.columns[index] as ValueColumn
      return column.#cells[this.slot]
    }
  }

  probing({ low, high }: Bits): (this: Probe) => unknown {
    const { index } = this
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      const column = this.inside.columns[index] as ValueColumn
      return column.#cells[reading.slot]
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
    if (same(old, value)) return false
    const shared = this.#shared.of(value)
    this.pen.note(slot, this.pen.keep(old))
    this.#cells[slot] = shared
    return true
  }

  restore(slot: number, old: number): void {
    this.#cells[slot] = this.pen.kept(old)
  }

  override drop(slot: number): void {
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
