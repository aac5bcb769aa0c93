import type { Clock } from '@evenkeel/chassis/log'
import type { RealTime } from '@evenkeel/chassis/replica'
import type { Turns } from './turns.ts'

/**
 * What a process runs on. It may stand still (SIGSTOP, a blocked event loop): then nothing of it
 * moves, while time and everybody else go on; and when it goes on, all that it missed comes at
 * once. The dead feel nothing.
 */
export class Machine {
  /** Its own clock is off by so much. */
  clockOffMs = 0
  readonly clock: Clock
  readonly time: RealTime
  readonly #turns: Turns
  #alive = true
  /** What has come while it stands still. */
  #missed: (() => void)[] | undefined

  constructor(turns: Turns) {
    this.#turns = turns
    const after = (ms: number, callback: () => void) => this.#after(ms, callback)
    const soon = (callback: () => void) => turns.soon(() => this.#run(callback))
    this.clock = { now: () => turns.clock.now() + this.clockOffMs, after }
    this.time = { now: turns.clock.now, after, soon }
  }

  get standsStill(): boolean {
    return this.#missed !== undefined
  }

  stop(): void {
    this.#missed ??= []
  }

  goOn(): void {
    const missed = this.#missed ?? []
    this.#missed = undefined
    for (const callback of missed) this.#turns.soon(() => this.#run(callback))
  }

  kill(): void {
    this.#alive = false
    this.#missed = undefined
  }

  #after(ms: number, callback: () => void): () => void {
    let wanted = true
    const cancel = this.#turns.clock.after(ms, () =>
      this.#run(() => {
        if (wanted) callback()
      }),
    )
    return () => {
      wanted = false
      cancel()
    }
  }

  #run(callback: () => void): void {
    if (!this.#alive) return
    if (this.#missed === undefined) callback()
    else this.#missed.push(callback)
  }
}
