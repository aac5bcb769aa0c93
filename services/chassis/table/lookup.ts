import { capacityFor, grown } from './capacity.ts'
import { type Followed, Watching } from './derived.ts'
import { assert, CoreFault, NONE } from './fault.ts'
import { OrderedSetsCore } from './ordered-core.ts'
import { byteLength, CELL_MAX, Slab } from './slab.ts'
import { type Texts, TextIndex } from './text-index.ts'

export interface LookupRules<R> {
  /** Under which text the row is found; undefined: under none. */
  key(row: R): string | undefined
  /** Orders the rows of one text; unique among them; from the row's content, never its slot. */
  tie(row: R): number
}

/** Rows by a text that several may share. */
export interface Lookup {
  first(key: string): number
  next(slot: number): number
  size(key: string): number
}

/** Each text in use is an entry, which is the number of a sorted set of the rows under it. */
export class LookupIndex<R> extends Watching implements Lookup, Texts {
  readonly #name: string
  readonly #cap: number
  readonly #rules: LookupRules<R>
  readonly #row: R
  readonly #slab = new Slab()
  readonly #entries: TextIndex
  readonly #sets: OrderedSetsCore
  /** Where each entry has its text. */
  #handles: Int32Array<ArrayBuffer>
  /** Entries are taken lowest never-used first, else the last one freed. */
  #free: Int32Array<ArrayBuffer>
  #freeCount = 0
  #used = 0

  constructor(table: Followed, row: R, rules: LookupRules<R>) {
    super(table)
    const { cap } = table
    this.#name = table.name
    this.#cap = cap
    this.#rules = rules
    this.#row = row
    this.#handles = new Int32Array(capacityFor(1, cap))
    this.#entries = new TextIndex(this.#slab, this, cap)
    this.#sets = new OrderedSetsCore(cap, false)
    this.#free = new Int32Array(capacityFor(1, cap))
  }

  handle(entry: number): number {
    return this.#handles[entry]!
  }

  first(key: string): number {
    this.backlog.settle()
    return this.#sets.first(this.#entries.get(key))
  }

  next(slot: number): number {
    this.backlog.settle()
    return this.#sets.next(slot)
  }

  size(key: string): number {
    this.backlog.settle()
    return this.#sets.size(this.#entries.get(key))
  }

  sync(slot: number, exists: boolean): void {
    if (!exists) {
      this.#remove(slot)
      return
    }
    this.look(slot)
    const key = this.#rules.key(this.#row)
    const tie = key === undefined ? 0 : this.#rules.tie(this.#row)
    this.looked()
    if (tie !== tie) throw new CoreFault(`${this.#name}: no order for NaN`)
    const held = this.#sets.setOf(slot)
    if (key === undefined) {
      if (held !== NONE) this.#remove(slot)
      return
    }
    if (held !== NONE) {
      if (this.#sets.tieOf(slot) === tie && this.#entryIs(held, key)) return
      this.#remove(slot)
    }
    const entry = this.#entries.get(key)
    this.#sets.insert(entry === NONE ? this.#open(key) : entry, slot, tie, 0)
  }

  check(slots: Iterable<number>, name: (slot: number) => string): string[] {
    const faults: string[] = []
    const wanted = new Map<string, { slot: number; tie: number }[]>()
    for (const slot of slots) {
      this.look(slot)
      const key = this.#rules.key(this.#row)
      if (key === undefined) {
        if (this.#sets.setOf(slot) !== NONE) faults.push(`${this.#name}: holds ${name(slot)}`)
        continue
      }
      const members = wanted.get(key) ?? []
      if (members.length === 0) wanted.set(key, members)
      members.push({ slot, tie: this.#rules.tie(this.#row) })
    }
    for (const [key, members] of wanted) {
      const where = `${this.#name}: ${JSON.stringify(key)}`
      if (this.size(key) !== members.length) {
        faults.push(`${where}: holds ${this.size(key)} rows, should hold ${members.length}`)
      }
      members.sort((left, right) => left.tie - right.tie)
      let slot = this.first(key)
      for (const [place, member] of members.entries()) {
        if (place > 0 && members[place - 1]!.tie === member.tie) {
          faults.push(`${where}: ${name(member.slot)} has an equal tie`)
        } else if (slot !== member.slot) {
          faults.push(`${where}: ${name(member.slot)} is not at ${place}`)
          break
        }
        slot = slot === NONE ? NONE : this.next(slot)
      }
    }
    if (this.#entries.size !== wanted.size) {
      faults.push(`${this.#name}: ${this.#entries.size} texts held, ${wanted.size} in use`)
    }
    // An empty text takes no cell.
    if (this.#slab.cells !== wanted.size - (wanted.has('') ? 1 : 0)) {
      faults.push(`${this.#name}: ${this.#slab.cells} byte cells for ${wanted.size} texts`)
    }
    return faults
  }

  #entryIs(entry: number, key: string): boolean {
    return this.#slab.textEquals(this.#handles[entry]!, key)
  }

  #open(key: string): number {
    const length = byteLength(key)
    assert(length <= CELL_MAX, `${this.#name}: a text of ${length} bytes`)
    const entry = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#used++
    if (entry >= this.#handles.length) {
      this.#handles = grown(this.#handles, capacityFor(entry + 1, this.#cap), this.#cap)
    }
    this.#handles[entry] = this.#slab.writeText(key, length)
    this.#entries.put(key, entry)
    return entry
  }

  #remove(slot: number): void {
    const entry = this.#sets.setOf(slot)
    if (entry === NONE) return
    this.#sets.remove(slot)
    if (this.#sets.size(entry) > 0) return
    const handle = this.#handles[entry]!
    this.#entries.remove(entry)
    this.#slab.free(handle)
    if (this.#freeCount === this.#free.length) {
      this.#free = grown(this.#free, capacityFor(this.#freeCount + 1, this.#cap), this.#cap)
    }
    this.#free[this.#freeCount++] = entry
  }
}
