import { limits } from './limits.ts'
import { skillKey } from './keys.ts'

interface Named {
  readonly skillId: string
  readonly level: number
}

/** As the row has them, in a form of its own. */
interface Held<L> {
  readonly pool: string
  readonly levels: L
}

/**
 * How many rows name each level of each skill, each row by the highest that it names. Derived: a
 * profile with 50 skills would otherwise change 50 rows, and an import 5,000. Told the same thing
 * twice, it changes nothing.
 */
export class LevelsInUse<L> {
  readonly #read: (levels: L) => readonly Named[]
  readonly #counts = new Map<string, Int32Array>()
  readonly #held = new Map<number, Held<L>>()

  /** `read` gives the levels of one skill next to each other. */
  constructor(read: (levels: L) => readonly Named[]) {
    this.#read = read
  }

  sync(slot: number, now: Held<L> | undefined): void {
    const held = this.#held.get(slot)
    if (held !== undefined) this.#count(held, -1)
    if (now === undefined) {
      this.#held.delete(slot)
      return
    }
    this.#count(now, 1)
    this.#held.set(slot, now)
  }

  /** Rows with a level above `level`, and the highest of those levels. */
  above(key: string, level: number): { readonly rows: number; readonly highest: number } {
    const counts = this.#counts.get(key)
    let rows = 0
    let highest = 0
    for (let above = level + 1; above <= limits.levelMax; above++) {
      const count = counts?.[above] ?? 0
      rows += count
      if (count > 0) highest = above
    }
    return { rows, highest }
  }

  /** What a fresh count of the same rows would hold otherwise. */
  check(slots: Iterable<number>, at: (slot: number) => Held<L>): readonly string[] {
    const fresh = new LevelsInUse(this.#read)
    for (const slot of slots) fresh.sync(slot, at(slot))
    const faults: string[] = []
    for (const key of new Set([...this.#counts.keys(), ...fresh.#counts.keys()])) {
      for (let level = 0; level <= limits.levelMax; level++) {
        const held = this.#counts.get(key)?.[level] ?? 0
        const right = fresh.#counts.get(key)?.[level] ?? 0
        if (held !== right) faults.push(`${key} at ${level}: ${held} counted, ${right} hold it`)
      }
    }
    return faults
  }

  #count(held: Held<L>, by: number): void {
    const named = this.#read(held.levels)
    let highest = 0
    for (const [i, { skillId, level }] of named.entries()) {
      highest = Math.max(highest, level)
      if (named[i + 1]?.skillId === skillId) continue
      const key = skillKey(held.pool, skillId)
      let counts = this.#counts.get(key)
      if (counts === undefined) {
        counts = new Int32Array(limits.levelMax + 1)
        this.#counts.set(key, counts)
      }
      counts[highest] = (counts[highest] ?? 0) + by
      highest = 0
    }
  }
}
