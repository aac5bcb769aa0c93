import { assert } from '@evenkeel/chassis/table'

/** Beyond this a run is cut in two; an insert moves at most this many ids. */
const RUN_MAX = 512

/**
 * Ids of each set in ascending order, so that a page is found without a scan. Derived: `sync` may
 * be told the same thing twice, and remembers itself what it holds for a slot, since a changed or
 * deleted row no longer says.
 */
export class IdOrder {
  readonly #runs = new Map<number, Run[]>()
  readonly #sizes = new Map<number, number>()
  readonly #held = new Map<number, { readonly set: number; readonly id: string }>()

  sync(slot: number, now: { readonly set: number; readonly id: string } | undefined): void {
    const held = this.#held.get(slot)
    if (held !== undefined && now !== undefined && held.set === now.set && held.id === now.id) {
      return
    }
    if (held !== undefined) {
      this.#remove(held.set, held.id)
      this.#held.delete(slot)
    }
    if (now !== undefined) {
      this.#insert(now.set, now.id, slot)
      this.#held.set(slot, { set: now.set, id: now.id })
    }
  }

  size(set: number): number {
    return this.#sizes.get(set) ?? 0
  }

  /** Slots of at most `count` ids that come after `id` ('': from the start), in order. */
  after(set: number, id: string, count: number): readonly number[] {
    const runs = this.#runs.get(set) ?? []
    const found: number[] = []
    let at = id === '' ? 0 : runOf(runs, id)
    let within = id === '' ? 0 : firstAfter(runs[at]?.ids ?? [], id)
    for (; at < runs.length && found.length < count; at++, within = 0) {
      const slots = runs[at]?.slots ?? []
      for (; within < slots.length && found.length < count; within++) {
        const slot = slots[within]
        if (slot !== undefined) found.push(slot)
      }
    }
    return found
  }

  /** What a fresh order of the same rows would hold otherwise. */
  check(
    name: string,
    slots: Iterable<number>,
    at: (slot: number) => { readonly set: number; readonly id: string },
  ): readonly string[] {
    const fresh = new IdOrder()
    for (const slot of slots) fresh.sync(slot, at(slot))
    const sets = new Set([...this.#runs.keys(), ...fresh.#runs.keys()])
    const faults: string[] = []
    for (const set of sets) {
      const held = this.after(set, '', Number.POSITIVE_INFINITY)
      const right = fresh.after(set, '', Number.POSITIVE_INFINITY)
      const same = held.length === right.length && held.every((slot, i) => slot === right[i])
      if (!same || this.size(set) !== right.length) {
        faults.push(`${name}: set ${set} is not what its rows say`)
      }
    }
    return faults
  }

  #insert(set: number, id: string, slot: number): void {
    const runs = this.#runs.get(set) ?? []
    if (runs.length === 0) {
      runs.push({ ids: [], slots: [] })
      this.#runs.set(set, runs)
    }
    const at = runOf(runs, id)
    const run = runs[at]
    assert(run !== undefined, 'a set that holds ids has a run')
    const within = firstAfter(run.ids, id)
    assert(run.ids[within - 1] !== id, `id ${id} is in its order already`)
    run.ids.splice(within, 0, id)
    run.slots.splice(within, 0, slot)
    if (run.ids.length > RUN_MAX) {
      const half = RUN_MAX >> 1
      runs.splice(at + 1, 0, { ids: run.ids.splice(half), slots: run.slots.splice(half) })
    }
    this.#sizes.set(set, this.size(set) + 1)
  }

  #remove(set: number, id: string): void {
    const runs = this.#runs.get(set) ?? []
    const at = runOf(runs, id)
    const run = runs[at]
    const within = run === undefined ? -1 : firstAfter(run.ids, id) - 1
    assert(run !== undefined && run.ids[within] === id, `id ${id} is missing from its order`)
    run.ids.splice(within, 1)
    run.slots.splice(within, 1)
    if (run.ids.length === 0) runs.splice(at, 1)
    if (runs.length === 0) this.#runs.delete(set)
    this.#sizes.set(set, this.size(set) - 1)
  }
}

/** Parallel arrays, ascending by id, never empty once something is in. */
interface Run {
  readonly ids: string[]
  readonly slots: number[]
}

/** The last run that begins at or before `id`, or the first. */
function runOf(runs: readonly Run[], id: string): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    const first = runs[middle]?.ids[0]
    if (first !== undefined && first <= id) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : low - 1
}

function firstAfter(ids: readonly string[], id: string): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = ids[middle]
    if (other !== undefined && other <= id) low = middle + 1
    else high = middle
  }
  return low
}
