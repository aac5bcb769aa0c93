import type { Tables } from '../schema.ts'

const none: readonly number[] = []

/** The guard times that contacts of each pool have, so that an agent's edges are known by them. */
export class Guards {
  readonly #requests: Tables['requestClasses']
  /** Where each request class was counted. */
  readonly #counted = new Map<number, { readonly pool: number; readonly guardMs: number }>()
  /** Of each pool, how many request classes have a guard time. */
  readonly #classes = new Map<number, Map<number, number>>()
  readonly #inOrder = new Map<number, readonly number[]>()

  constructor({ requestClasses }: Pick<Tables, 'requestClasses'>) {
    this.#requests = requestClasses
    const sync = (slot: number, exists: boolean) => this.#sync(slot, exists)
    requestClasses.derive({ sync, check: () => this.#check() }, ['guardMs'])
  }

  /** Ascending, each once. */
  of(pool: number): readonly number[] {
    return this.#inOrder.get(pool) ?? none
  }

  #sync(slot: number, exists: boolean): void {
    const counted = this.#counted.get(slot)
    const row = exists ? this.#requests.at(slot) : undefined
    if (row && counted?.pool === row.pool && counted.guardMs === row.guardMs) return
    if (counted) {
      this.#count(counted.pool, counted.guardMs, -1)
      this.#counted.delete(slot)
    }
    if (row === undefined) return
    this.#count(row.pool, row.guardMs, 1)
    this.#counted.set(slot, { pool: row.pool, guardMs: row.guardMs })
  }

  #count(pool: number, guardMs: number, classes: 1 | -1): void {
    const counts = this.#classes.get(pool) ?? new Map<number, number>()
    const before = counts.get(guardMs) ?? 0
    if (before + classes === 0) counts.delete(guardMs)
    else counts.set(guardMs, before + classes)
    this.#classes.set(pool, counts)
    if (before > 0 && before + classes > 0) return
    this.#inOrder.set(
      pool,
      [...counts.keys()].sort((a, b) => a - b),
    )
  }

  #check(): readonly string[] {
    const fresh = new Map<number, Set<number>>()
    for (const slot of this.#requests.slots()) {
      const { pool, guardMs } = this.#requests.at(slot)
      fresh.set(pool, (fresh.get(pool) ?? new Set()).add(guardMs))
    }
    const faults: string[] = []
    for (const pool of new Set([...fresh.keys(), ...this.#inOrder.keys()])) {
      const right = [...(fresh.get(pool) ?? [])].sort((a, b) => a - b).join()
      if (this.of(pool).join() !== right)
        faults.push(`guard times of pool ${pool} are not ${right}`)
    }
    return faults
  }
}
