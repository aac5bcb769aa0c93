import { hex } from './canonical.ts'
import { BaseColumn, type Column, type Place } from './column.ts'
import { assert, CoreFault } from './fault.ts'
import type { Accessor, Bits, Probe } from './rows.ts'
import { byteLength, CELL_MAX, type Slab } from './slab.ts'

/** Cells are slab handles. A replaced handle stays alive in the journal until the commit. */
abstract class SlabColumn extends BaseColumn {
  override readonly owning = true
  protected readonly slab: Slab
  readonly #max: number

  constructor(place: Place, max: number) {
    super(place)
    this.slab = place.rows.slab
    assert(max >= 1 && max <= CELL_MAX, `column ${place.name}: max must be 1 to ${CELL_MAX}`)
    this.#max = max
  }

  handle(slot: number): number {
    return this.rows.word(slot, this.offset)
  }

  restore(slot: number, old: number): void {
    this.slab.free(this.rows.word(slot, this.offset))
    this.rows.setWord(slot, this.offset, old)
  }

  override forget(old: number): void {
    this.slab.free(old)
  }

  override drop(slot: number): void {
    this.slab.free(this.rows.word(slot, this.offset))
  }

  override taken(slot: number): number {
    return this.rows.word(slot, this.offset) === 0 ? 0 : 1
  }

  protected fits(length: number): void {
    if (length > this.#max) {
      throw new CoreFault(`column ${this.name}: ${length} bytes, at most ${this.#max}`)
    }
  }
}

export class TextColumn extends SlabColumn implements Column {
  read(slot: number): string {
    return this.rows.text(slot, this.offset)
  }

  getter(): (this: Accessor) => string {
    const { offset } = this
    return function () {
      return this.inside.text(this.slot, offset)
    }
  }

  probing({ low, high }: Bits): (this: Probe) => string {
    const { offset } = this
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      return this.inside.text(reading.slot, offset)
    }
  }

  isZero(value: unknown): boolean {
    return value === ''
  }

  init(slot: number, value: unknown): void {
    this.rows.setWord(slot, this.offset, this.#stored(this.#checked(value)))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.rows.word(slot, this.offset)
    if (this.slab.textEquals(old, next)) return false
    const stored = this.#stored(next)
    this.pen.noteOwed(slot, old)
    this.rows.setWord(slot, this.offset, stored)
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
    return this.slab.writeText(content, length)
  }
}

export class BytesColumn extends SlabColumn implements Column {
  read(slot: number): Uint8Array {
    return this.rows.content(slot, this.offset)
  }

  getter(): (this: Accessor) => Uint8Array {
    const { offset } = this
    return function () {
      return this.inside.content(this.slot, offset)
    }
  }

  probing({ low, high }: Bits): (this: Probe) => Uint8Array {
    const { offset } = this
    return function () {
      const { reading } = this
      reading.low |= low
      reading.high |= high
      return this.inside.content(reading.slot, offset)
    }
  }

  isZero(value: unknown): boolean {
    return value instanceof Uint8Array && value.length === 0
  }

  init(slot: number, value: unknown): void {
    const content = this.#checked(value)
    this.rows.setWord(slot, this.offset, this.slab.writeBytes(content))
  }

  write(slot: number, value: unknown): boolean {
    const next = this.#checked(value)
    const old = this.rows.word(slot, this.offset)
    if (this.slab.bytesEqual(old, next)) return false
    this.pen.noteOwed(slot, old)
    this.rows.setWord(slot, this.offset, this.slab.writeBytes(next))
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
