import { canonical, freeze } from './canonical.ts'

/** Beyond this many it begins anew: what rows hold stays shared, what comes is shared afresh. */
const VALUES_MAX = 1_024

/**
 * One object for equal values, and for equal items of lists: profiles, requirements and policies
 * repeat themselves and each other. (The skills of an agent of ten thousand took 600 bytes of the
 * heap; a list of items that others have too takes 80.)
 */
export class Shared {
  readonly #known = new Map<string, unknown>()

  /** Frozen deeply. A fault for what no value column can hold. */
  of(value: unknown): unknown {
    const text = canonical(value)
    if (typeof value !== 'object' || value === null) return value
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const own = Array.isArray(value)
      ? Object.freeze(value.map((item: unknown) => this.of(item)))
      : freeze(value)
    // Bytes can't be frozen: whoever wrote them might still write into them.
    if (own instanceof Uint8Array) return own
    if (this.#known.size >= VALUES_MAX) this.#known.clear()
    this.#known.set(text, own)
    return own
  }
}
