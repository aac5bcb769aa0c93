import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Entry, type Log, LogAmbiguous, LogRefused } from '@evenkeel/chassis/log'
import { until } from './topics-of.ts'

const RETRY_MS = 20

/**
 * Appends 0, 1, 2... to partition 0, one at a time and each until it is acknowledged, as a replica
 * does; and reads it all by a tail meanwhile.
 */
export class Appending {
  readonly #log: Log
  /** Offset that each number was acknowledged with. */
  readonly #acknowledged: number[] = []
  readonly #entries: Entry[] = []
  readonly #running: Promise<void>
  readonly #failures = new Map<string, number>()
  #longestPauseMs = 0
  #stopped = false
  #ended: Error | undefined

  constructor(log: Log) {
    this.#log = log
    log.tail(
      0,
      0,
      (entries) => void this.#entries.push(...entries),
      (error) => {
        this.#ended = error
      },
    )
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    let last = performance.now()
    while (!this.#stopped) {
      const payload = Buffer.from(String(this.#acknowledged.length))
      try {
        this.#acknowledged.push(await this.#log.append(0, [payload]))
        this.#longestPauseMs = Math.max(this.#longestPauseMs, performance.now() - last)
        last = performance.now()
      } catch (error) {
        if (!(error instanceof LogRefused || error instanceof LogAmbiguous)) throw error
        const name = error instanceof LogRefused ? error.causeCode : error.name
        this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
        await pause(RETRY_MS)
      }
    }
  }

  /** So many more are acknowledged. */
  async more(count: number): Promise<void> {
    const target = this.#acknowledged.length + count
    await Promise.race([until(() => this.#acknowledged.length >= target), this.#running])
  }

  inWords(): string {
    const failures = [...this.#failures].map(([name, count]) => `${count} ${name}`).join(', ')
    const pause = `longest pause ${Math.round(this.#longestPauseMs)} ms`
    return `${this.#acknowledged.length} acknowledged, ${pause}; ${failures}`
  }

  failed(name: string): Promise<void> {
    return until(() => this.#failures.has(name))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  /** Every acknowledged number is where it was said to be, none is missing, and all in order. */
  async assertWhole(): Promise<void> {
    await this.stop()
    const last = this.#acknowledged.at(-1) ?? -1
    await until(() => this.#entries.length > last || this.#ended !== undefined)
    assert.equal(this.#ended, undefined)
    assert.deepEqual(
      this.#entries.map((entry) => entry.offset),
      this.#entries.map((_, index) => index),
    )
    const numbers = this.#entries.map(({ bytes }) => Number(Buffer.from(bytes).toString()))
    for (const [number, offset] of this.#acknowledged.entries()) {
      assert.equal(numbers[offset], number, `what was acknowledged at ${offset}`)
    }
    // A repetition may come late, but nothing comes before its time.
    let next = 0
    for (const number of numbers) {
      assert.ok(number <= next, `${number} came before ${next}`)
      if (number === next) next += 1
    }
  }
}
