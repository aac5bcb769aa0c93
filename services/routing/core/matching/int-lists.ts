import { assert } from '@evenkeel/chassis/table'

/** Numbers in a chunk, 64 KiB at most; a list that is as long has a chunk for itself, of its own length. */
const CHUNK = 16_384
const CHUNK_SHIFT = 14
const FIRST_ROOM = 4

/**
 * Many short lists of small numbers, by the number of the list. Off the heap, in chunks that are
 * never moved: as arrays of their own, the pairs of classes took two thirds of an agent's memory,
 * and were most of what the garbage collector had to look at.
 */
export class IntLists<Items extends Int32Array | Uint16Array> {
  readonly #Items: new (
    length: number,
  ) => Items
  readonly #empty: Items
  readonly #chunks: Items[] = []
  /** By size class: places of that room which nobody uses. */
  readonly #free: number[][] = []
  /** Where the chunk that is being filled has room, and how much. */
  #top = 0
  #left = 0
  /** Of each list its place, its length, and 1 + its size class (0: there is no such list). */
  #places = new Int32Array(1_024)
  #lengths = new Int32Array(1_024)
  #classes = new Uint8Array(1_024)

  /** `items`: what holds the largest of the numbers. */
  constructor(items: new (length: number) => Items) {
    this.#Items = items
    this.#empty = new items(0)
  }

  has(list: number): boolean {
    return list >= 0 && list < this.#classes.length && this.#classes[list] !== 0
  }

  length(list: number): number {
    return this.has(list) ? this.#lengths[list]! : 0
  }

  /** One item of a list that has so many: makes nothing, where `of` makes a view. */
  at(list: number, index: number): number {
    const place = this.#places[list]!
    return this.#chunks[place >> CHUNK_SHIFT]![(place & (CHUNK - 1)) + index]!
  }

  /** Where it stands, not a copy: to be read before any list is written. */
  of(list: number): Items {
    if (!this.has(list)) return this.#empty
    const place = this.#places[list]!
    const at = place & (CHUNK - 1)
    return this.#chunks[place >> CHUNK_SHIFT]!.subarray(at, at + this.#lengths[list]!) as Items
  }

  /** An empty list, where there is none. */
  open(list: number): void {
    assert(!this.has(list), 'a list is opened once')
    while (list >= this.#classes.length) this.#grow()
    this.#lengths[list] = 0
    this.#classes[list] = 1
    this.#places[list] = this.#take(0)
  }

  close(list: number): void {
    this.#give(this.#classes[list]! - 1, this.#places[list]!)
    this.#classes[list] = 0
    this.#lengths[list] = 0
  }

  push(list: number, item: number): void {
    const length = this.#lengths[list]!
    if (length === roomOf(this.#classes[list]! - 1)) this.#move(list)
    const place = this.#places[list]!
    this.#chunks[place >> CHUNK_SHIFT]![(place & (CHUNK - 1)) + length] = item
    this.#lengths[list] = length + 1
  }

  /** The last one takes its place. */
  dropAt(list: number, at: number): void {
    const items = this.of(list)
    items[at] = items[items.length - 1]!
    this.#lengths[list] = items.length - 1
  }

  #move(list: number): void {
    const size = this.#classes[list]!
    const items = this.of(list)
    const from = this.#places[list]!
    const to = this.#take(size)
    this.#chunks[to >> CHUNK_SHIFT]!.set(items, to & (CHUNK - 1))
    this.#give(size - 1, from)
    this.#places[list] = to
    this.#classes[list] = size + 1
  }

  #take(size: number): number {
    const known = this.#free[size]?.pop()
    if (known !== undefined) return known
    const room = roomOf(size)
    if (room >= CHUNK) return this.#chunk(room)
    // What is left of the chunk before is lost: less than the list that did not fit.
    if (this.#left < room) {
      this.#top = this.#chunk(CHUNK)
      this.#left = CHUNK
    }
    const place = this.#top
    this.#top += room
    this.#left -= room
    return place
  }

  #chunk(room: number): number {
    return (this.#chunks.push(new this.#Items(room)) - 1) << CHUNK_SHIFT
  }

  #give(size: number, place: number): void {
    while (this.#free.length <= size) this.#free.push([])
    this.#free[size]!.push(place)
  }

  #grow(): void {
    const room = this.#classes.length * 2
    const places = new Int32Array(room)
    places.set(this.#places)
    this.#places = places
    const lengths = new Int32Array(room)
    lengths.set(this.#lengths)
    this.#lengths = lengths
    const classes = new Uint8Array(room)
    classes.set(this.#classes)
    this.#classes = classes
  }
}

/** 4, 6, 8, 12, 16, 24 and so on: at most a third of a list is unused. */
const roomOf = (size: number): number => ((size & 1) === 0 ? FIRST_ROOM : 6) << (size >> 1)
