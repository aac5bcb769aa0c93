import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/**
 * Seeded draws. Each subject (a queue, an agent, a contact) has its own stream, named after it, so
 * that a change to one of them leaves the draws of all others as they were.
 */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  constructor(seed: number, stream = '') {
    this.#generator = xoroshiro128plus(mixed(seed, stream))
  }

  /** In [0, 1). */
  unit(): number {
    return uniformFloat64(this.#generator)
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.unit()
  }

  /** Whole, both ends included. */
  integer(from: number, to: number): number {
    return uniformInt(this.#generator, from, to)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.unit()) * mean
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  /**
   * By its mean and squared coefficient of variation, as call-centre studies state handle times.
   */
  logNormal(mean: number, squaredVariation: number): number {
    const variance = Math.log(1 + squaredVariation)
    return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * this.normal())
  }

  /** A count: the sum of two halves where it is large, else how many exponential gaps fit. */
  poisson(mean: number): number {
    if (mean > 64) return this.poisson(mean / 2) + this.poisson(mean / 2)
    let count = 0
    for (let at = this.exponential(1); at < mean; at += this.exponential(1)) count += 1
    return count
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0]
  }

  /** An item by its share; shares need not add up to 1. */
  weighted<T>(items: readonly (readonly [T, number])[], otherwise: T): T {
    let total = 0
    for (const [, share] of items) total += share
    let left = this.unit() * total
    for (const [item, share] of items) {
      left -= share
      if (left < 0) return item
    }
    return otherwise
  }
}

/** FNV-1a over the seed and the stream's name: cheap, and good enough to tell streams apart. */
function mixed(seed: number, stream: string): number {
  let hash = 0x811c9dc5
  for (const character of `${seed}/${stream}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return hash | 0
}
