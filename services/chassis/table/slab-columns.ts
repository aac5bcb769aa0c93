import { hex } from './canonical.ts'
import { grown } from './capacity.ts'
import { BaseColumn, type Column, type Place } from './column.ts'
import { assert, CoreFault } from './fault.ts'
import type { Accessor } from './rows.ts'
import { byteLength, CELL_MAX } from './slab.ts'

/** Cells are slab handles. A replaced handle stays alive in the journal until the commit. */
abstract class SlabColumn extends BaseColumn {
  override readonly width = 4
  protected handles: Int32Array<ArrayBuffer>
  readonly #max: number

  constructor(place: Place, max: number) {
    super(place)
    assert(max >= 1 && max <= CELL_MAX, `column ${place.name}: max must be 1 to ${CELL_MAX}`)
    this.#max = max
    this.handles = new Int32Array(0)
  }

  grow(rows: number): void {
    this.handles = grown(this.handles, rows, this.place.cap)
  }

  protected override array() {
    return this.handles
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

  getter(): (this: Accessor) => string {
    const { index } = this
    return function () {
      const column = this.inside[index] as TextColumn
      return column.place.slab.readText(column.handles[this.slot]!)
    }
  }

  isZero(value: unknown): boolean {
    return value === ''
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

export class BytesColumn extends SlabColumn implements Column {
  read(slot: number): Uint8Array {
    return this.place.slab.readBytes(this.handles[slot]!)
  }

  getter(): (this: Accessor) => Uint8Array {
    const { index } = this
    return function () {
      const column = this.inside[index] as BytesColumn
      return column.place.slab.readBytes(column.handles[this.slot]!)
    }
  }

  isZero(value: unknown): boolean {
    return value instanceof Uint8Array && value.length === 0
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
