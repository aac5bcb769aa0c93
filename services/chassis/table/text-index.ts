import { capacityFor, grown } from './capacity.ts'
import { NONE } from './fault.ts'
import { hashText, type Slab } from './slab.ts'

/** Beyond this many items the buckets are made for the cap at once, and never again. */
const REHASH_MAX = 8192

/** Any constant: two hashes with different seeds must not agree. */
const SEED = 0x1f0d

/**
 * Text -> item number, by open addressing with linear probing; removal shifts back, so there are
 * no tombstones and no rehash in churn (a JS Map stalls 40 to 56 ms there, measured at 500,000).
 * Two buckets per item there is room for. Does not own the texts' cells.
 */
export class TextIndex {
  readonly #slab: Slab
  readonly #cap: number
  /** Item + 1; 0 is an empty bucket. */
  #buckets: Int32Array
  #mask: number
  #hashes: Int32Array<ArrayBuffer>
  /** Handle of the item's text + 1; 0 when the item isn't held. */
  #handles: Int32Array<ArrayBuffer>
  size = 0

  constructor(slab: Slab, cap: number) {
    this.#slab = slab
    this.#cap = cap
    const room = capacityFor(1, cap)
    this.#hashes = new Int32Array(room)
    this.#handles = new Int32Array(room)
    this.#mask = bucketsFor(room) - 1
    this.#buckets = new Int32Array(this.#mask + 1)
  }

  get(content: string): number {
    const hash = hashText(content, SEED)
    let at = hash & this.#mask
    for (;;) {
      const item = this.#buckets[at]! - 1
      if (item === NONE) return NONE
      if (this.#hashes[item] === hash && this.#holds(item, content)) return item
      at = (at + 1) & this.#mask
    }
  }

  holds(item: number): boolean {
    return item < this.#handles.length && this.#handles[item] !== 0
  }

  handle(item: number): number {
    return this.#handles[item]! - 1
  }

  /** The caller has seen that neither the text nor the item is held. */
  put(content: string, item: number, handle: number): void {
    if (item >= this.#handles.length) this.#grow(item + 1)
    this.#hashes[item] = hashText(content, SEED)
    this.#handles[item] = handle + 1
    this.#place(item)
    this.size++
  }

  remove(item: number): void {
    const mask = this.#mask
    const buckets = this.#buckets
    let hole = this.#hashes[item]! & mask
    while (buckets[hole] !== item + 1) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; buckets[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashes[buckets[at]! - 1]! & mask
      // Moves back unless its home lies beyond the hole, seen along the probe.
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      buckets[hole] = buckets[at]!
      hole = at
    }
    buckets[hole] = 0
    this.#handles[item] = 0
    this.size--
  }

  #holds(item: number, content: string): boolean {
    return this.#slab.textEquals(this.#handles[item]! - 1, content)
  }

  #place(item: number): void {
    let at = this.#hashes[item]! & this.#mask
    while (this.#buckets[at] !== 0) at = (at + 1) & this.#mask
    this.#buckets[at] = item + 1
  }

  #grow(items: number): void {
    const held = this.#handles.length
    const room = capacityFor(items, this.#cap)
    this.#hashes = grown(this.#hashes, room, this.#cap)
    this.#handles = grown(this.#handles, room, this.#cap)
    const wanted = bucketsFor(room <= REHASH_MAX ? room : this.#cap)
    if (wanted === this.#mask + 1) return
    this.#mask = wanted - 1
    this.#buckets = new Int32Array(this.#mask + 1)
    for (let item = 0; item < held; item++) if (this.#handles[item] !== 0) this.#place(item)
  }
}

function bucketsFor(items: number): number {
  return 1 << (32 - Math.clz32(Math.max(items, 4) * 2 - 1))
}
