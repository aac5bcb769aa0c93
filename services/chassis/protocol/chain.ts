import { CHAIN_RING } from './limits.ts'

/**
 * A running 64-bit digest of everything a partition has taken in and decided, in two 32-bit lanes.
 * It finds replicas that
 * have come apart by accident; it does not resist somebody who forges records.
 */
export class Chain {
  #high = 0
  #low = 0

  /** Begins the next link from the former one. */
  start(high: number, low: number): void {
    this.#high = high | 0
    this.#low = low | 0
  }

  word(value: number): void {
    let high = this.#high ^ Math.imul(value, 0xcc9e2d51)
    high = (high << 13) | (high >>> 19)
    high = (Math.imul(high, 5) + this.#low + 0x6b64e654) | 0
    let low = this.#low ^ Math.imul(value, 0x1b873593)
    low = (low << 15) | (low >>> 17)
    this.#low = Math.imul(low ^ (high >>> 7), 0x85ebca6b)
    this.#high = high
  }

  /** The length goes in first, so that neighbours can't trade bytes. */
  bytes(bytes: Uint8Array): void {
    const length = bytes.length
    this.word(length)
    const whole = length & ~3
    for (let i = 0; i < whole; i += 4) {
      this.word(
        at(bytes, i) |
          (at(bytes, i + 1) << 8) |
          (at(bytes, i + 2) << 16) |
          (at(bytes, i + 3) << 24),
      )
    }
    let rest = 0
    for (let i = whole; i < length; i++) rest |= at(bytes, i) << ((i - whole) * 8)
    if (length > whole) this.word(rest)
  }

  text(text: string): void {
    this.word(text.length)
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i))
  }

  /** Stirs until each bit of the input has reached each bit of the link. */
  finish(): void {
    this.word(0x9e3779b9)
    this.word(this.#low)
    this.word(this.#high)
  }

  get high(): number {
    return this.#high >>> 0
  }

  get low(): number {
    return this.#low >>> 0
  }
}

export function chainText(high: number, low: number): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

/**
 * The newest links by offset; a cache of what was computed here, and so no state: an older
 * statement isn't compared.
 */
export class ChainRing {
  readonly #links = new Uint32Array(CHAIN_RING * 2)
  #oldest = Infinity
  #newest = -1

  put(offset: number, high: number, low: number): void {
    const cell = (offset % CHAIN_RING) * 2
    this.#links[cell] = high
    this.#links[cell + 1] = low
    this.#newest = offset
    this.#oldest = Math.max(Math.min(this.#oldest, offset), offset - CHAIN_RING + 1)
  }

  at(offset: number): string | undefined {
    if (offset < this.#oldest || offset > this.#newest) return undefined
    const cell = (offset % CHAIN_RING) * 2
    return chainText(this.#links[cell] ?? 0, this.#links[cell + 1] ?? 0)
  }
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
