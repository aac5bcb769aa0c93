import { assert } from './fault.ts'

const UNIT = 16
const CHUNK = 262_144
const UNITS_PER_CHUNK = CHUNK / UNIT
const CHUNK_SHIFT = 14
const HEADER = 4
const CLASSES = 56
/** What a snapshot copies at once; chunks are multiples of it. */
export const SLAB_PAGE = 16_384
const SLASH = 0x2f
/** In a cell's header: the bytes are not all ASCII. */
const WIDE = 1 << 30
const LENGTH = WIDE - 1

/** Longest content of one cell: a cell never spans chunks. */
export const CELL_MAX = CHUNK - HEADER

export interface PageWatch {
  touch(start: number, end: number): void
}

/**
 * Byte cells off the JS heap: chunks of 256 KiB, cells in multiples of 16 bytes, one free list per
 * size class threaded through the free cells. A handle is the cell's unit number; 0 is the empty
 * content and owns no cell. A freed cell serves its own size class only, so what is held is bounded
 * by the sum of the classes' peaks.
 */
export class Slab {
  /** Cells in use; lets a check find a leak. */
  cells = 0
  /** Told before bytes are written, by their place; a snapshot is under way. */
  watch: PageWatch | undefined
  readonly #bytes: Uint8Array[] = []
  readonly #words: Int32Array[] = []
  readonly #free = new Int32Array(CLASSES)
  /** Next never-used unit. Unit 0 stays unused: its number means empty. */
  #top = 1

  get bytesHeld(): number {
    return this.#bytes.length * CHUNK
  }

  /** `length`: the content's `byteLength`, which the caller has just checked. */
  writeText(content: string, length: number): number {
    const characters = content.length
    if (characters === 0) return 0
    const handle = this.#allocate(length)
    this.watch?.touch(handle * UNIT, handle * UNIT + HEADER + length)
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    const into = this.#bytes[chunk]!
    const wide = length !== characters
    this.#words[chunk]![at >> 2] = wide ? length | WIDE : length
    if (wide) encodeWide(content, into, at + HEADER)
    else for (let i = 0; i < characters; i++) into[at + HEADER + i] = content.charCodeAt(i)
    return handle
  }

  readText(handle: number): string {
    if (handle === 0) return ''
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    const header = this.#words[chunk]![at >> 2]!
    const from = this.#bytes[chunk]!
    if ((header & WIDE) !== 0) return decodeWide(from, at + HEADER, header & LENGTH)
    return decodeAscii(from, at + HEADER, header)
  }

  textEquals(handle: number, content: string): boolean {
    if (handle === 0) return content.length === 0
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    const header = this.#words[chunk]![at >> 2]!
    if ((header & WIDE) !== 0) return this.readText(handle) === content
    if (header !== content.length) return false
    return isAt(this.#bytes[chunk]!, at + HEADER, content)
  }

  /** As textEquals of `scope/name`. */
  nameEquals(handle: number, scope: string, name: string): boolean {
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    const header = handle === 0 ? 0 : this.#words[chunk]![at >> 2]!
    if ((header & WIDE) !== 0) return this.readText(handle) === `${scope}/${name}`
    const from = this.#bytes[chunk]!
    const slash = at + HEADER + scope.length
    return (
      header === scope.length + 1 + name.length &&
      from[slash] === SLASH &&
      isAt(from, at + HEADER, scope) &&
      isAt(from, slash + 1, name)
    )
  }

  writeBytes(content: Uint8Array): number {
    if (content.length === 0) return 0
    const handle = this.#allocate(content.length)
    this.watch?.touch(handle * UNIT, handle * UNIT + HEADER + content.length)
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    this.#words[chunk]![at >> 2] = content.length
    this.#bytes[chunk]!.set(content, at + HEADER)
    return handle
  }

  /** A copy: the cell may be reused while the caller still holds what it read. */
  readBytes(handle: number): Uint8Array {
    if (handle === 0) return new Uint8Array(0)
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    const length = this.#words[chunk]![at >> 2]!
    return this.#bytes[chunk]!.slice(at + HEADER, at + HEADER + length)
  }

  bytesEqual(handle: number, content: Uint8Array): boolean {
    if (handle === 0) return content.length === 0
    const chunk = handle >>> CHUNK_SHIFT
    const at = (handle & (UNITS_PER_CHUNK - 1)) * UNIT
    if (this.#words[chunk]![at >> 2] !== content.length) return false
    const from = this.#bytes[chunk]!
    for (let i = 0; i < content.length; i++) {
      if (from[at + HEADER + i] !== content[i]) return false
    }
    return true
  }

  free(handle: number): void {
    if (handle === 0) return
    this.watch?.touch(handle * UNIT, handle * UNIT + HEADER)
    const words = this.#words[handle >>> CHUNK_SHIFT]!
    const at = (handle & (UNITS_PER_CHUNK - 1)) * (UNIT / 4)
    const sizeClass = classOf(unitsFor(words[at]! & LENGTH))
    words[at] = this.#free[sizeClass]!
    this.#free[sizeClass] = handle
    this.cells--
  }

  #allocate(length: number): number {
    const units = unitsFor(length)
    const sizeClass = classOf(units)
    this.cells++
    const free = this.#free[sizeClass]!
    if (free !== 0) {
      const at = (free & (UNITS_PER_CHUNK - 1)) * (UNIT / 4)
      this.#free[sizeClass] = this.#words[free >>> CHUNK_SHIFT]![at]!
      return free
    }
    return this.#extend(rounded(units))
  }

  #extend(units: number): number {
    assert(units <= UNITS_PER_CHUNK, 'a cell never spans chunks')
    const left = UNITS_PER_CHUNK - (this.#top & (UNITS_PER_CHUNK - 1))
    if (units > left) this.#top += left
    const handle = this.#top
    this.#top += units
    this.#extendTo(handle)
    return handle
  }

  #extendTo(handle: number): void {
    while (this.#bytes.length <= handle >>> CHUNK_SHIFT) {
      const buffer = new ArrayBuffer(CHUNK)
      this.#bytes.push(new Uint8Array(buffer))
      this.#words.push(new Int32Array(buffer))
    }
  }

  // What follows is for snapshots: the slab is written and read back as it lies.

  get pages(): number {
    return this.#top === 1 ? 0 : Math.ceil((this.#top * UNIT) / SLAB_PAGE)
  }

  /** The bytes themselves, not a copy. */
  page(page: number): Uint8Array {
    const start = page * SLAB_PAGE
    const at = start % CHUNK
    return this.#bytes[(start - at) / CHUNK]!.subarray(at, at + SLAB_PAGE)
  }

  /** A copy of all that isn't in the pages. */
  state(): Int32Array<ArrayBuffer> {
    return Int32Array.of(this.#top, this.cells, ...this.#free)
  }

  load(state: Int32Array): void {
    assert(state.length === CLASSES + 2, 'a slab with other size classes')
    this.#top = state[0]!
    this.cells = state[1]!
    this.#free.set(state.subarray(2))
    if (this.#top > 1) this.#extendTo(this.#top - 1)
  }
}

function isAt(bytes: Uint8Array, start: number, content: string): boolean {
  for (let i = 0; i < content.length; i++) {
    if (bytes[start + i] !== content.charCodeAt(i)) return false
  }
  return true
}

function unitsFor(length: number): number {
  return (length + HEADER + UNIT - 1) >> 4
}

/** Exact up to 16 units, then four classes per doubling: at most a quarter of a cell is unused. */
function classOf(units: number): number {
  if (units <= 16) return units - 1
  const exponent = 31 - Math.clz32(units - 1)
  return exponent * 4 + (((units - 1) >> (exponent - 2)) & 3)
}

function rounded(units: number): number {
  if (units <= 16) return units
  const shift = 29 - Math.clz32(units - 1)
  return (((units - 1) >> shift) + 1) << shift
}

/** Bytes of the text as UTF-8. An unpaired surrogate takes three, so any string survives. */
export function byteLength(content: string): number {
  let length = content.length
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) length += 1
    else if (isPair(content, i)) {
      length += 2
      i++
    } else length += 2
  }
  return length
}

function isPair(content: string, at: number): boolean {
  const high = content.charCodeAt(at)
  if (high < 0xd800 || high > 0xdbff) return false
  const low = content.charCodeAt(at + 1)
  return low >= 0xdc00 && low <= 0xdfff
}

function encodeWide(content: string, into: Uint8Array, start: number): void {
  let at = start
  for (let i = 0; i < content.length; i++) {
    let point = content.charCodeAt(i)
    if (isPair(content, i)) {
      i++
      point = 0x10000 + ((point - 0xd800) << 10) + (content.charCodeAt(i) - 0xdc00)
    }
    if (point < 0x80) into[at++] = point
    else if (point < 0x800) {
      into[at++] = 0xc0 | (point >> 6)
      into[at++] = 0x80 | (point & 63)
    } else {
      if (point < 0x10000) into[at++] = 0xe0 | (point >> 12)
      else {
        into[at++] = 0xf0 | (point >> 18)
        into[at++] = 0x80 | ((point >> 12) & 63)
      }
      into[at++] = 0x80 | ((point >> 6) & 63)
      into[at++] = 0x80 | (point & 63)
    }
  }
}

function decodeWide(from: Uint8Array, start: number, length: number): string {
  let content = ''
  let at = start
  while (at < start + length) {
    const lead = from[at++]!
    let more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    let point = more === 0 ? lead : lead & (63 >> more)
    for (; more > 0; more--) point = (point << 6) | (from[at++]! & 63)
    content += String.fromCodePoint(point)
  }
  return content
}

/** Spreading a plain array takes half the time of a typed one, and makes no garbage of its own. */
const PIECE = 256
const pieces: (number[] | undefined)[] = []

function decodeAscii(from: Uint8Array, start: number, length: number): string {
  if (length > PIECE) {
    const rest = decodeAscii(from, start + PIECE, length - PIECE)
    return decodeAscii(from, start, PIECE) + rest
  }
  const piece = pieces[length] ?? blankPiece(length)
  for (let at = 0; at < length; at++) piece[at] = from[start + at]!
  return String.fromCharCode(...piece)
}

function blankPiece(length: number): number[] {
  for (let size = pieces.length; size <= length; size++) pieces.push(new Array(size).fill(0))
  return pieces[length]!
}

/** 32-bit hash of a text. Stable, but nothing outside this process may depend on it. */
export function hashText(content: string, seed: number): number {
  return mix(hashOn(seed | 0, content) ^ content.length)
}

/** As hashText of `scope/name`. */
export function hashName(scope: string, name: string, seed: number): number {
  const slashed = Math.imul(hashOn(seed | 0, scope) ^ SLASH, 0x01000193)
  return mix(hashOn(slashed, name) ^ (scope.length + 1 + name.length))
}

function hashOn(before: number, content: string): number {
  let hash = before
  for (let i = 0; i < content.length; i++) {
    hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193)
  }
  return hash
}

/** 52 bits of a text, for an order that depends on nothing but the texts. */
export function orderHash(content: string): number {
  return (hashText(content, 1) >>> 6) * 67_108_864 + (hashText(content, 2) >>> 6)
}

/** Murmur3's finalizer: every input bit reaches every output bit. */
export function mix(bits: number): number {
  let hash = bits
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
