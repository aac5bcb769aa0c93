import { canonical, freeze, same } from './canonical.ts'
import { hashText } from './slab.ts'

/** Beyond this many it begins anew: what rows hold stays shared, what comes is shared afresh. */
const VALUES_MAX = 1_024

/** Any constants: what is of one kind must not look like another. */
const SEED = 0x5eed
const LIST = 0x115d

/**
 * One object for equal values, and for equal items of lists: profiles, requirements and policies
 * repeat themselves and each other. (The skills of an agent of ten thousand took 600 bytes of the
 * heap; a list of items that others have too takes 80.)
 */
export class Shared {
  /** By hash; of two values with one hash the later is shared. */
  readonly #known = new Map<number, object>()

  /** Frozen deeply. A fault for what no value column can hold. */
  of(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
      canonical(value)
      return value
    }
    // Bytes can't be frozen: whoever wrote them might still write into them.
    if (value instanceof Uint8Array) return value
    const hash = hashOf(value)
    const known = this.#known.get(hash)
    if (known !== undefined && same(known, value)) return known
    const own = Array.isArray(value)
      ? Object.freeze(value.map((item: unknown) => this.of(item)))
      : whole(value)
    if (this.#known.size >= VALUES_MAX) this.#known.clear()
    this.#known.set(hash, own)
    return own
  }
}

function whole(value: object): object {
  canonical(value)
  return freeze(value)
}

/** Equal values have equal hashes, whatever the order of their fields. */
function hashOf(value: unknown): number {
  if (typeof value === 'string') return hashText(value, SEED)
  if (typeof value === 'number') return Math.imul(value ^ (value / 0x1_0000_0000), 0x01000193)
  if (Array.isArray(value)) {
    let hash = LIST
    for (const item of value) hash = Math.imul(hash, 31) ^ hashOf(item)
    return hash
  }
  if (typeof value !== 'object' || value === null) return hashText(String(value), SEED)
  let hash = SEED
  for (const [name, field] of Object.entries(value)) {
    hash = (hash + Math.imul(hashText(name, SEED) | 1, hashOf(field) ^ LIST)) | 0
  }
  return hash
}
