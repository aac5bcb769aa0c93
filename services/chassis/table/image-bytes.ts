import { assert } from './fault.ts'

/** What a snapshot says can't be what a table wrote. */
export class ImageFault extends Error {
  override readonly name = 'ImageFault'
}

const FIRST_BYTES = 65_536

/** Bytes of a snapshot as they are made; whoever takes them leaves the buffer to the next ones. */
export class ImageWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  #section = 0
  /** Texts of the section by place: the second time a number stands for them. */
  readonly #texts = new Map<string, number>()

  get length(): number {
    return this.#at
  }

  /** A copy of all that was written since it was last called. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#at)
    this.#at = 0
    return bytes
  }

  /** A section can be read alone: its length stands before it. */
  begin(kind: number, table: number): void {
    this.#section = this.#at
    this.#texts.clear()
    this.word(0)
    this.byte(kind)
    this.byte(table)
  }

  end(): void {
    this.#view.setUint32(this.#section, this.#at - this.#section - 4, true)
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  /** 32 bits, signed or not. */
  word(value: number): void {
    this.#room(4)
    this.#view.setInt32(this.#at, value, true)
    this.#at += 4
  }

  float(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** Any text, unpaired surrogates as well. */
  text(content: string): void {
    const known = this.#texts.get(content)
    if (known !== undefined) {
      this.word(-1 - known)
      return
    }
    this.#texts.set(content, this.#texts.size)
    this.word(content.length)
    this.#room(content.length * 2)
    for (let i = 0; i < content.length; i++) {
      this.#view.setUint16(this.#at, content.charCodeAt(i), true)
      this.#at += 2
    }
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length, (into, at) => into.set(bytes, at))
  }

  /** Lets `fill` write `length` bytes in place. */
  reserve(length: number, fill: (into: Uint8Array, at: number) => void): void {
    this.#room(length)
    fill(this.#bytes, this.#at)
    this.#at += length
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** One section. Every step asks whether the bytes are there. */
export class ImageReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  readonly #texts: string[] = []

  constructor(section: Uint8Array) {
    this.#bytes = section
    this.#view = new DataView(section.buffer, section.byteOffset, section.length)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  word(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  /** A count or a place: never negative. */
  count(): number {
    const value = this.word()
    if (value < 0) throw new ImageFault(`a count of ${value}`)
    return value
  }

  float(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  text(): string {
    const length = this.word()
    if (length < 0) {
      const known = this.#texts[-1 - length]
      if (known === undefined) throw new ImageFault('a text that was not there before')
      return known
    }
    const start = this.#take(length * 2)
    let content = ''
    for (let i = 0; i < length; i++) {
      content += String.fromCharCode(this.#view.getUint16(start + i * 2, true))
    }
    this.#texts.push(content)
    return content
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  #take(length: number): number {
    const start = this.#at
    if (length > this.left) throw new ImageFault(`${length} bytes, and ${this.left} are left`)
    this.#at = start + length
    return start
  }
}

/** Cuts what comes in pieces of any size into sections. */
export class Sections {
  #rest = new Uint8Array(0)

  /** Those that are whole now. */
  take(piece: Uint8Array): readonly ImageReader[] {
    const whole: ImageReader[] = []
    let bytes = piece
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length)
      bytes.set(this.#rest)
      bytes.set(piece, this.#rest.length)
    }
    let at = 0
    while (bytes.length - at >= 4) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true)
      if (bytes.length - at - 4 < length) break
      whole.push(new ImageReader(bytes.subarray(at + 4, at + 4 + length)))
      at += 4 + length
    }
    this.#rest = bytes.slice(at)
    return whole
  }

  /** Something came that is no whole section. */
  get unfinished(): boolean {
    return this.#rest.length > 0
  }
}

/** The bytes of a typed array's cells, to be copied from or to. */
export function bytesOf(cells: ArrayBufferView<ArrayBuffer>, from: number, length: number) {
  assert(from + length <= cells.byteLength, 'cells beyond the end of their array')
  return new Uint8Array(cells.buffer, cells.byteOffset + from, length)
}
