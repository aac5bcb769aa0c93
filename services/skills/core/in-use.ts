import { packing } from './grants.ts'
import { limits } from './limits.ts'
import { skillKey } from './keys.ts'

interface Held {
  readonly pool: string
  readonly skills: Uint8Array
}

/**
 * How many profiles hold each level of each skill. Derived: a profile with 50 skills would
 * otherwise change 50 rows, and an import 5,000. Told the same thing twice, it changes nothing.
 */
export class LevelsInUse {
  readonly #counts = new Map<string, Int32Array>()
  readonly #held = new Map<number, Held>()

  sync(slot: number, now: Held | undefined): void {
    const held = this.#held.get(slot)
    if (held !== undefined) this.#count(held, -1)
    if (now === undefined) {
      this.#held.delete(slot)
      return
    }
    this.#count(now, 1)
    this.#held.set(slot, now)
  }

  /** Profiles with a level above `level`, and the highest of those levels. */
  above(key: string, level: number): { readonly agents: number; readonly highest: number } {
    const counts = this.#counts.get(key)
    let agents = 0
    let highest = 0
    for (let above = level + 1; above <= limits.levelMax; above++) {
      const count = counts?.[above] ?? 0
      agents += count
      if (count > 0) highest = above
    }
    return { agents, highest }
  }

  /** What a fresh count of the same rows would hold otherwise. */
  check(slots: Iterable<number>, at: (slot: number) => Held): readonly string[] {
    const fresh = new LevelsInUse()
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

  #count(held: Held, by: number): void {
    for (const { skillId, level } of packing.skillsOf(held.skills)) {
      const key = skillKey(held.pool, skillId)
      let counts = this.#counts.get(key)
      if (counts === undefined) {
        counts = new Int32Array(limits.levelMax + 1)
        this.#counts.set(key, counts)
      }
      counts[level] = (counts[level] ?? 0) + by
    }
  }
}
