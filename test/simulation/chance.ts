import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** Every choice of a seed comes from here, so that a seed is one world and always the same one. */
export class Chance {
  readonly #generator: RandomGenerator

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(apart(seed))
  }

  /** Whole number from `min` to `max`, both possible. */
  int(min: number, max: number): number {
    return uniformInt(this.#generator, min, max)
  }

  happens(probability: number): boolean {
    return this.int(0, 999_999) < probability * 1_000_000
  }

  pick<const T>(from: readonly [T, ...T[]]): T {
    return from[this.int(0, from.length - 1)] ?? from[0]
  }

  /** One of a list that may be empty. */
  any<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : from[this.int(0, from.length - 1)]
  }

  /** Each with its own probability, in their order. */
  some<T>(from: readonly T[], probability: number): T[] {
    return from.filter(() => this.happens(probability))
  }

  /** 16 hexadecimal digits. */
  hex(): string {
    const half = () => this.int(0, 0x7fffffff).toString(16).padStart(8, '0')
    return half() + half()
  }
}

/**
 * Seeds that are near to each other would all begin with the same choice. Murmur3's finalizer
 * (Appleby, 2011) sets them far apart.
 */
function apart(seed: number): number {
  const first = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}
