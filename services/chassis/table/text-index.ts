import { capacityFor } from './capacity.ts'
import { assert, NONE } from './fault.ts'
import { hashName, hashText, type Slab } from './slab.ts'

/** Beyond this many items the buckets are made for the cap at once, and never again. */
const REHASH_MAX = 8192

/** Any constant: two hashes with different seeds must not agree. */
const SEED = 0x1f0d

/** A bucket is two words: item + 1 (0: it is empty), and the hash of its text. */
const HASH = 1

/** Where items have their texts. */
export interface Texts {
  handle(item: number): number
}

/**
 * Text -> item number, by open addressing with linear probing; removal shifts back, so there are
 * no tombstones and no rehash in churn (a JS Map stalls 40 to 56 ms there, measured at 500,000).
 * Does not own the texts' cells, and keeps nothing by item:
 * a text that is found has cost a line of buckets, and lines that whoever asks will read as well.
 */
export class TextIndex {
  readonly #slab: Slab
  readonly #texts: Texts
  readonly #cap: number
  #room: number
  #buckets: Int32Array
  /** Of a bucket's first word. */
  #mask: number
  size = 0

  constructor(slab: Slab, texts: Texts, cap: number) {
    this.#slab = slab
    this.#texts = texts
    this.#cap = cap
    this.#room = capacityFor(1, cap)
    this.#buckets = new Int32Array(bucketsFor(this.#room) * 2)
    this.#mask = this.#buckets.length - 2
  }

  get(content: string): number {
    const buckets = this.#buckets
    const hash = hashText(content, SEED)
    let at = (hash << 1) & this.#mask
    for (;;) {
      const item = buckets[at]! - 1
      if (item === NONE) return NONE
      if (buckets[at + HASH] === hash && this.#holds(item, content)) return item
      at = (at + 2) & this.#mask
    }
  }

  /** As get of `scope/name`, a text that is not made. */
  find(scope: string, name: string): number {
    const buckets = this.#buckets
    const hash = hashName(scope, name, SEED)
    let at = (hash << 1) & this.#mask
    for (;;) {
      const item = buckets[at]! - 1
      if (item === NONE) return NONE
      const same = buckets[at + HASH] === hash
      if (same && this.#slab.nameEquals(this.#texts.handle(item), scope, name)) return item
      at = (at + 2) & this.#mask
    }
  }

  holds(item: number): boolean {
    return this.#bucketOf(item) !== NONE
  }

  /** The caller has seen that neither the text nor the item is held. */
  put(content: string, item: number): void {
    if (item >= this.#room) this.#grow(item + 1)
    this.#place(item, hashText(content, SEED))
    this.size++
  }

  /** The item has its text still. */
  remove(item: number): void {
    const mask = this.#mask
    const buckets = this.#buckets
    let hole = this.#bucketOf(item)
    assert(hole !== NONE, 'an item that is not held can not be removed')
    for (let at = (hole + 2) & mask; buckets[at] !== 0; at = (at + 2) & mask) {
      const home = (buckets[at + HASH]! << 1) & mask
      // Moves back unless its home lies beyond the hole, seen along the probe.
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      buckets[hole] = buckets[at]!
      buckets[hole + HASH] = buckets[at + HASH]!
      hole = at
    }
    buckets[hole] = 0
    this.size--
  }

  #bucketOf(item: number): number {
    const content = this.#slab.readText(this.#texts.handle(item))
    let at = (hashText(content, SEED) << 1) & this.#mask
    while (this.#buckets[at] !== 0) {
      if (this.#buckets[at] === item + 1) return at
      at = (at + 2) & this.#mask
    }
    return NONE
  }

  #holds(item: number, content: string): boolean {
    return this.#slab.textEquals(this.#texts.handle(item), content)
  }

  #place(item: number, hash: number): void {
    let at = (hash << 1) & this.#mask
    while (this.#buckets[at] !== 0) at = (at + 2) & this.#mask
    this.#buckets[at] = item + 1
    this.#buckets[at + HASH] = hash
  }

  #grow(items: number): void {
    this.#room = capacityFor(items, this.#cap)
    const wanted = bucketsFor(this.#room <= REHASH_MAX ? this.#room : this.#cap)
    if (wanted * 2 === this.#buckets.length) return
    const before = this.#buckets
    this.#buckets = new Int32Array(wanted * 2)
    this.#mask = wanted * 2 - 2
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== 0) this.#place(before[at]! - 1, before[at + HASH]!)
    }
  }
}

/** A power of two; at the cap at most three of four are taken. */
function bucketsFor(items: number): number {
  return 1 << (32 - Math.clz32(Math.ceil((Math.max(items, 4) * 4) / 3) - 1))
}
