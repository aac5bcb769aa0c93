import { capacityFor, grown } from './capacity.ts'
import { assert, NONE } from './fault.ts'
import { mix } from './slab.ts'

/** A node is 32 bytes, four links then two keys: a step down the tree reads one cache line. */
const LINK_STRIDE = 8
const LEFT = 0
const RIGHT = 1
const PARENT = 2
const SIZE = 3
const KEY_STRIDE = 4
const KEY = 2
const TIE = 3

/** A set is a small number (a class, an agent); one beyond this is a key taken for a set. */
const SETS_MAX = 16_777_216

/**
 * Sorted sets of items, an item in at most one set, total order (key, tie). Intrusive treaps: the
 * nodes are the items, priorities are hashes of ties, so a set's shape depends on what it holds and
 * not on how it came there. Items with equal (key, tie) are ordered by item number, which depends
 * on history: give unique ties (a table's check tells of equal ones).
 *
 * Where nobody asks for a rank no sizes of subtrees are kept, and who comes first or last in a set
 * (as most do: keys are times) or leaves it touches a few nodes instead of all above: each is a
 * line of memory that nothing else has read.
 *
 * Inside, node = item + 1 and node 0 is nil, whose size stays 0.
 */
export class OrderedSetsCore {
  readonly #cap: number
  readonly #ranked: boolean
  #room: number
  #links: Int32Array<ArrayBuffer>
  /** The same bytes. */
  #keys: Float64Array
  /** Set + 1 of each node. */
  #sets: Int32Array<ArrayBuffer>
  #roots = new Int32Array(16)
  /** First item + 1 of each set and its key: who asks for the heads of many sets walks down none. */
  #firsts = new Int32Array(16)
  #firstKeys = new Float64Array(16).fill(Number.POSITIVE_INFINITY)
  #lasts = new Int32Array(16)
  /** How many items each set has. */
  #counts = new Int32Array(16)

  /** `ranked`: `rank` is to be asked. */
  constructor(cap: number, ranked = true) {
    this.#cap = cap
    this.#ranked = ranked
    this.#room = capacityFor(1, cap)
    this.#links = new Int32Array((this.#room + 1) * LINK_STRIDE)
    this.#keys = new Float64Array(this.#links.buffer)
    this.#sets = new Int32Array(this.#room + 1)
  }

  first(set: number): number {
    return set >= 0 && set < this.#firsts.length ? this.#firsts[set]! - 1 : NONE
  }

  /** Key of the set's first item; Infinity: it is empty. */
  firstKey(set: number): number {
    return set >= 0 && set < this.#firstKeys.length
      ? this.#firstKeys[set]!
      : Number.POSITIVE_INFINITY
  }

  /** `firstKey` by set; those beyond its end are empty. To be read before any set is changed. */
  get firstKeys(): Float64Array {
    return this.#firstKeys
  }

  last(set: number): number {
    return set >= 0 && set < this.#lasts.length ? this.#lasts[set]! - 1 : NONE
  }

  next(item: number): number {
    return this.#neighbour(item, RIGHT, LEFT)
  }

  prev(item: number): number {
    return this.#neighbour(item, LEFT, RIGHT)
  }

  /** How many items of its set come before it. */
  rank(item: number): number {
    assert(this.#ranked, 'sets that were not made for it have no ranks')
    assert(this.setOf(item) !== NONE, 'an item outside every set has no rank')
    const links = this.#links
    let node = item + 1
    let before = links[links[node * LINK_STRIDE + LEFT]! * LINK_STRIDE + SIZE]!
    for (
      let up = links[node * LINK_STRIDE + PARENT]!;
      up !== 0;
      up = links[up * LINK_STRIDE + PARENT]!
    ) {
      if (links[up * LINK_STRIDE + RIGHT] === node)
        before += links[links[up * LINK_STRIDE + LEFT]! * LINK_STRIDE + SIZE]! + 1
      node = up
    }
    return before
  }

  size(set: number): number {
    return set >= 0 && set < this.#counts.length ? this.#counts[set]! : 0
  }

  setOf(item: number): number {
    return item >= 0 && item < this.#room ? this.#sets[item + 1]! - 1 : NONE
  }

  /** Of an item that is in a set. */
  keyOf(item: number): number {
    return this.#keys[(item + 1) * KEY_STRIDE + KEY]!
  }

  tieOf(item: number): number {
    return this.#keys[(item + 1) * KEY_STRIDE + TIE]!
  }

  /** The first item of the set that isn't below (key, tie). */
  atOrAfter(set: number, key: number, tie: number): number {
    const keys = this.#keys
    let found = 0
    let node = this.#root(set)
    while (node !== 0) {
      const own = keys[node * KEY_STRIDE + KEY]!
      if (own > key || (own === key && keys[node * KEY_STRIDE + TIE]! >= tie)) {
        found = node
        node = this.#links[node * LINK_STRIDE + LEFT]!
      } else node = this.#links[node * LINK_STRIDE + RIGHT]!
    }
    return found - 1
  }

  /** Index of the set that follows the highest one ever used. */
  get setsEnd(): number {
    return this.#roots.length
  }

  insert(set: number, item: number, key: number, tie: number): void {
    assert(this.setOf(item) === NONE, 'an item is in at most one set')
    assert(key === key && tie === tie, 'NaN has no place in an order')
    if (item >= this.#room) this.#growItems(item + 1)
    if (set >= this.#roots.length) this.#growSets(set)
    const links = this.#links
    const keys = this.#keys
    const node = item + 1
    keys[node * KEY_STRIDE + KEY] = key
    keys[node * KEY_STRIDE + TIE] = tie
    this.#sets[node] = set + 1
    this.#counts[set]! += 1
    const side = this.#hang(node, set)
    const parent = links[node * LINK_STRIDE + PARENT]!
    links[node * LINK_STRIDE + LEFT] = 0
    links[node * LINK_STRIDE + RIGHT] = 0
    links[node * LINK_STRIDE + SIZE] = 1
    if (parent === 0) this.#roots[set] = node
    else {
      links[parent * LINK_STRIDE + side] = node
      if (this.#ranked) this.#count(parent, 1)
      this.#rise(node, set)
    }
  }

  remove(item: number): void {
    const set = this.setOf(item)
    if (set === NONE) return
    const links = this.#links
    const node = item + 1
    if (this.#firsts[set] === node) this.#begin(set, this.next(item) + 1)
    if (this.#lasts[set] === node) this.#lasts[set] = this.prev(item) + 1
    this.#counts[set]! -= 1
    this.#sink(node, set)
    const child = links[node * LINK_STRIDE + LEFT]! + links[node * LINK_STRIDE + RIGHT]!
    const parent = links[node * LINK_STRIDE + PARENT]!
    if (child !== 0) links[child * LINK_STRIDE + PARENT] = parent
    if (parent === 0) this.#roots[set] = child
    else
      links[parent * LINK_STRIDE + (links[parent * LINK_STRIDE + LEFT] === node ? LEFT : RIGHT)] =
        child
    if (this.#ranked) this.#count(parent, -1)
    this.#sets[node] = 0
  }

  /** Finds the node's parent, and on which side of it. */
  #hang(node: number, set: number): number {
    const links = this.#links
    const keys = this.#keys
    const first = this.#firsts[set]!
    const last = this.#lasts[set]!
    let parent = 0
    let side = LEFT
    if (first === 0 || this.#isBelow(node, first)) {
      parent = first
      this.#begin(set, node)
      if (first === 0) this.#lasts[set] = node
    } else if (this.#isBelow(last, node)) {
      parent = last
      side = RIGHT
      this.#lasts[set] = node
    } else {
      const key = keys[node * KEY_STRIDE + KEY]!
      for (let at = this.#roots[set]!; at !== 0; at = links[at * LINK_STRIDE + side]!) {
        parent = at
        const own = keys[at * KEY_STRIDE + KEY]!
        side = key < own || (key === own && this.#tieBelow(node, at)) ? LEFT : RIGHT
      }
    }
    links[node * LINK_STRIDE + PARENT] = parent
    return side
  }

  /** One more or less below each node from here up. */
  #count(from: number, by: 1 | -1): void {
    const links = this.#links
    for (let up = from; up !== 0; up = links[up * LINK_STRIDE + PARENT]!) {
      links[up * LINK_STRIDE + SIZE]! += by
    }
  }

  #root(set: number): number {
    return set >= 0 && set < this.#roots.length ? this.#roots[set]! : 0
  }

  #begin(set: number, node: number): void {
    this.#firsts[set] = node
    this.#firstKeys[set] =
      node === 0 ? Number.POSITIVE_INFINITY : this.#keys[node * KEY_STRIDE + KEY]!
  }

  #neighbour(item: number, side: number, back: number): number {
    assert(this.setOf(item) !== NONE, 'an item outside every set has no neighbour')
    const links = this.#links
    let node = item + 1
    let down = links[node * LINK_STRIDE + side]!
    if (down !== 0) {
      for (; down !== 0; down = links[down * LINK_STRIDE + back]!) node = down
      return node - 1
    }
    let up = links[node * LINK_STRIDE + PARENT]!
    while (up !== 0 && links[up * LINK_STRIDE + side] === node) {
      node = up
      up = links[up * LINK_STRIDE + PARENT]!
    }
    return up - 1
  }

  #isBelow(node: number, at: number): boolean {
    const key = this.#keys[node * KEY_STRIDE + KEY]!
    const own = this.#keys[at * KEY_STRIDE + KEY]!
    return key < own || (key === own && this.#tieBelow(node, at))
  }

  #tieBelow(node: number, at: number): boolean {
    const tie = this.#keys[node * KEY_STRIDE + TIE]!
    const other = this.#keys[at * KEY_STRIDE + TIE]!
    return tie < other || (tie === other && node < at)
  }

  #rise(node: number, set: number): void {
    const links = this.#links
    const priority = this.#priority(node)
    let parent = links[node * LINK_STRIDE + PARENT]!
    while (parent !== 0 && priority > this.#priority(parent)) {
      this.#rotate(node, parent, set)
      parent = links[node * LINK_STRIDE + PARENT]!
    }
  }

  /** Turns the node down until it has at most one child. */
  #sink(node: number, set: number): void {
    const links = this.#links
    for (;;) {
      const left = links[node * LINK_STRIDE + LEFT]!
      const right = links[node * LINK_STRIDE + RIGHT]!
      if (left === 0 || right === 0) return
      this.#rotate(this.#priority(left) > this.#priority(right) ? left : right, node, set)
    }
  }

  /** Puts the child in its parent's place. */
  #rotate(child: number, parent: number, set: number): void {
    const links = this.#links
    const above = links[parent * LINK_STRIDE + PARENT]!
    const side = links[parent * LINK_STRIDE + LEFT] === child ? LEFT : RIGHT
    const inner = links[child * LINK_STRIDE + (RIGHT - side)]!
    links[parent * LINK_STRIDE + side] = inner
    if (inner !== 0) links[inner * LINK_STRIDE + PARENT] = parent
    links[child * LINK_STRIDE + (RIGHT - side)] = parent
    links[parent * LINK_STRIDE + PARENT] = child
    links[child * LINK_STRIDE + PARENT] = above
    if (above === 0) this.#roots[set] = child
    else
      links[above * LINK_STRIDE + (links[above * LINK_STRIDE + LEFT] === parent ? LEFT : RIGHT)] =
        child
    if (!this.#ranked) return
    const whole = links[parent * LINK_STRIDE + SIZE]!
    const other = links[parent * LINK_STRIDE + (RIGHT - side)]!
    links[parent * LINK_STRIDE + SIZE] =
      links[inner * LINK_STRIDE + SIZE]! + links[other * LINK_STRIDE + SIZE]! + 1
    links[child * LINK_STRIDE + SIZE] = whole
  }

  #priority(node: number): number {
    const tie = this.#keys[node * KEY_STRIDE + TIE]!
    return mix((tie | 0) ^ Math.imul(Math.floor(tie / 4_294_967_296) | 0, 0x9e3779b1))
  }

  #growItems(items: number): void {
    assert(items <= this.#cap, `item ${items - 1} is beyond the cap of ${this.#cap}`)
    this.#room = capacityFor(items, this.#cap)
    const [room, max] = [this.#room + 1, this.#cap + 1]
    this.#links = grown(this.#links, room * LINK_STRIDE, max * LINK_STRIDE)
    this.#keys = new Float64Array(this.#links.buffer)
    this.#sets = grown(this.#sets, room, max)
  }

  #growSets(set: number): void {
    assert(set < SETS_MAX, `set ${set} is beyond ${SETS_MAX}`)
    const room = 1 << (32 - Math.clz32(set))
    const roots = new Int32Array(room)
    roots.set(this.#roots)
    this.#roots = roots
    const firsts = new Int32Array(room)
    firsts.set(this.#firsts)
    this.#firsts = firsts
    const lasts = new Int32Array(room)
    lasts.set(this.#lasts)
    this.#lasts = lasts
    const counts = new Int32Array(room)
    counts.set(this.#counts)
    this.#counts = counts
    const firstKeys = new Float64Array(room).fill(Number.POSITIVE_INFINITY)
    firstKeys.set(this.#firstKeys)
    this.#firstKeys = firstKeys
  }
}
