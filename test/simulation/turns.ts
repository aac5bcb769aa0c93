import { type ManualClock, manualClock } from '@evenkeel/chassis/log'

/** A seed's day begins here; any whole ms would do. */
const dayBegins = Date.UTC(2026, 0, 5, 8)

/** Turns within one instant: a world that never comes to rest without time passing is broken. */
const turnsMax = 100_000

const settled = Promise.resolve()

/** Promises in a row that may settle within one turn: more than any chain of the product's has. */
const hopsMax = 32

/**
 * Time and order of the simulated world: what runs next is decided here alone. Promises settle
 * between two turns, in the order that the language gives them, so nothing depends on the machine.
 */
export class Turns {
  readonly clock: ManualClock = manualClock(dayBegins)
  #queue: (() => void)[] = []

  get elapsedMs(): number {
    return this.clock.now() - dayBegins
  }

  readonly soon = (callback: () => void): void => {
    this.#queue.push(callback)
  }

  /** Until nothing is left to do at this instant. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn++) {
      // Not the event loop's turns: thousands of them a seed would cost more than the seed.
      for (let hop = 0; hop < hopsMax && this.#queue.length === 0; hop++) await settled
      if (this.#queue.length === 0) return
      const batch = this.#queue
      this.#queue = []
      for (const callback of batch) callback()
    }
    throw new Error('the world does not come to rest')
  }

  /** Time passes, and everybody gets a turn at each instant at which something is due. */
  async pass(ms: number): Promise<void> {
    const { clock } = this
    const end = clock.now() + ms
    await this.settle()
    for (let next = clock.nextAt(); next <= end; next = clock.nextAt()) {
      clock.advance(Math.max(0, next - clock.now()))
      await this.settle()
    }
    clock.advance(end - clock.now())
  }

  /** Time passes and nobody gets a turn, as when everything hangs: whatever fell due is late. */
  async stall(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.settle()
  }
}
