import { type Followed, Keeping } from './derived.ts'
import { CoreFault, NONE } from './fault.ts'
import { OrderedSetsCore } from './ordered-core.ts'

export interface OrderedRules<R> {
  /** Which set the row belongs to, NONE for none. */
  set(row: R): number
  key(row: R): number
  /** Unique among the rows of a set; from the row's content, never its slot. */
  tie(row: R): number
  /** `rank` is to be asked: then each change of a set writes to all nodes above. */
  readonly ranked?: true
}

/** Sorted sets of rows, as their tables' users see them: to be read, never written. */
export interface OrderedSets {
  first(set: number): number
  /** Key of the set's first row; Infinity: it is empty. */
  firstKey(set: number): number
  /** The same by set, for who looks at many; those beyond its end are empty. To be read at once. */
  firstKeys(): Float64Array
  /** Of a slot that is in a set. */
  keyOf(slot: number): number
  tieOf(slot: number): number
  last(set: number): number
  /** Of a slot that is in a set; NONE at the end. */
  next(slot: number): number
  prev(slot: number): number
  /** 0-based, within its set; of sets that are `ranked`. */
  rank(slot: number): number
  size(set: number): number
  setOf(slot: number): number
  atOrAfter(set: number, key: number, tie: number): number
  /** Every set is below this number. */
  readonly setsEnd: number
}

/** A row's word is the set + 1 in which it is. */
export class OrderedIndex<R> extends Keeping implements OrderedSets {
  readonly #sets: OrderedSetsCore
  readonly #name: string
  readonly #rules: OrderedRules<R>
  readonly #row: R

  constructor(table: Followed, row: R, rules: OrderedRules<R>) {
    super(table)
    this.#name = table.name
    this.#rules = rules
    this.#row = row
    this.#sets = new OrderedSetsCore(table.cap, rules.ranked === true)
  }

  first(set: number): number {
    this.backlog.settle()
    return this.#sets.first(set)
  }

  firstKey(set: number): number {
    this.backlog.settle()
    return this.#sets.firstKey(set)
  }

  firstKeys(): Float64Array {
    this.backlog.settle()
    return this.#sets.firstKeys
  }

  keyOf(slot: number): number {
    this.backlog.settle()
    return this.#sets.keyOf(slot)
  }

  tieOf(slot: number): number {
    this.backlog.settle()
    return this.#sets.tieOf(slot)
  }

  last(set: number): number {
    this.backlog.settle()
    return this.#sets.last(set)
  }

  next(slot: number): number {
    this.backlog.settle()
    return this.#sets.next(slot)
  }

  prev(slot: number): number {
    this.backlog.settle()
    return this.#sets.prev(slot)
  }

  rank(slot: number): number {
    this.backlog.settle()
    return this.#sets.rank(slot)
  }

  size(set: number): number {
    this.backlog.settle()
    return this.#sets.size(set)
  }

  setOf(slot: number): number {
    this.backlog.settle()
    return this.#sets.setOf(slot)
  }

  atOrAfter(set: number, key: number, tie: number): number {
    this.backlog.settle()
    return this.#sets.atOrAfter(set, key, tie)
  }

  get setsEnd(): number {
    this.backlog.settle()
    return this.#sets.setsEnd
  }

  sync(slot: number, exists: boolean): void {
    const sets = this.#sets
    const held = this.kept(slot) - 1
    if (!exists) {
      if (held !== NONE) sets.remove(slot)
      this.keep(slot, 0)
      return
    }
    this.look(slot)
    const set = this.#rules.set(this.#row)
    const inside = set !== NONE
    const key = inside ? this.#rules.key(this.#row) : 0
    const tie = inside ? this.#rules.tie(this.#row) : 0
    this.looked()
    if (inside && (set < 0 || set !== Math.floor(set) || key !== key || tie !== tie)) {
      throw new CoreFault(`${this.#name}: no order for set ${set}, key ${key}, tie ${tie}`)
    }
    if (held === set && (!inside || (sets.keyOf(slot) === key && sets.tieOf(slot) === tie))) return
    if (held !== NONE) sets.remove(slot)
    if (inside) sets.insert(set, slot, key, tie)
    this.keep(slot, set + 1)
  }

  check(slots: Iterable<number>, name: (slot: number) => string): string[] {
    const faults: string[] = []
    const wanted = new Map<number, Wanted[]>()
    for (const slot of slots) {
      this.look(slot)
      const set = this.#rules.set(this.#row)
      if (set === NONE) {
        if (this.#sets.setOf(slot) !== NONE) faults.push(`${this.#name}: holds ${name(slot)}`)
        continue
      }
      const members = wanted.get(set) ?? []
      if (members.length === 0) wanted.set(set, members)
      members.push({ slot, key: this.#rules.key(this.#row), tie: this.#rules.tie(this.#row) })
    }
    for (let set = 0; set < this.#sets.setsEnd; set++) {
      faults.push(...this.#checkSet(set, wanted.get(set) ?? [], name))
      wanted.delete(set)
    }
    for (const set of wanted.keys()) faults.push(`${this.#name}: set ${set} is not held`)
    return faults
  }

  #checkSet(set: number, wanted: Wanted[], name: (slot: number) => string): string[] {
    const faults: string[] = []
    const where = `${this.#name}: set ${set}`
    wanted.sort((left, right) => left.key - right.key || left.tie - right.tie)
    if (this.#sets.size(set) !== wanted.length) {
      faults.push(`${where}: holds ${this.#sets.size(set)} rows, should hold ${wanted.length}`)
    }
    if (this.#sets.firstKey(set) !== (wanted[0]?.key ?? Number.POSITIVE_INFINITY)) {
      faults.push(`${where}: has an old head`)
    }
    let before: Wanted | undefined
    let slot = this.#sets.first(set)
    for (const [rank, member] of wanted.entries()) {
      if (before && before.key === member.key && before.tie === member.tie) {
        faults.push(`${where}: ${name(before.slot)} and ${name(member.slot)} have equal ties`)
      } else if (slot !== member.slot) {
        faults.push(`${where}: ${name(member.slot)} is not at ${rank}`)
        break
      } else if (!this.#isAt(set, slot, rank)) {
        faults.push(`${where}: ${name(slot)} has the wrong rank`)
      }
      before = member
      slot = slot === NONE ? NONE : this.#sets.next(slot)
    }
    return faults
  }

  #isAt(set: number, slot: number, rank: number): boolean {
    if (this.#sets.setOf(slot) !== set) return false
    return this.#rules.ranked === undefined || this.#sets.rank(slot) === rank
  }
}

interface Wanted {
  readonly slot: number
  readonly key: number
  readonly tie: number
}
