import { type Clock, LogAmbiguous, LogRefused } from '../port.ts'
import type { Fate, Faults } from './faults.ts'

/**
 * Runs the callback in a later turn. The simulator's own, so that it decides the order of
 * everything.
 */
export type Schedule = (callback: () => void) => void

/** What the memory adapters' worlds are made of. */
export interface World {
  readonly clock: Clock
  readonly faults: Faults
  readonly schedule: Schedule
}

/** Where a client runs: a machine that stands still hears of nothing until it goes on. */
export interface Machine {
  readonly clock: Pick<Clock, 'after'>
  readonly schedule: Schedule
}

/** Something sent that may still land. */
interface Flight {
  grounded: boolean
}

/** One client's way to the broker and back, along which things get lost. */
export class Link {
  readonly client: string
  readonly #world: World
  readonly #machine: Machine
  readonly #flights = new Set<Flight>()
  #up = true

  constructor(client: string, world: World, machine: Machine = world) {
    this.client = client
    this.#world = world
    this.#machine = machine
  }

  get up(): boolean {
    return this.#up
  }

  /** What the client is told, on its own machine. */
  after(delayMs: number, step: () => void): void {
    laterOn(this.#machine, delayMs, step)
  }

  /** `land` does at the broker what was sent; its result is the acknowledgement. */
  send<T>(fate: Fate, land: () => T): Promise<T> {
    // In one process the code of a crashed client runs on; nothing that it does may reach the
    // broker.
    if (!this.#up) return new Promise(() => {})
    return new Promise((resolve, reject) => {
      // After a crash nobody is there to hear: the promise stays open for ever.
      const answer = (delayMs: number, settle: () => void) =>
        this.after(delayMs, () => {
          if (this.#up) settle()
        })
      const fail = () => reject(new LogAmbiguous('no acknowledgement came'))
      switch (fate.kind) {
        case 'written':
          this.#fly(
            fate.delayMs,
            land,
            (result) => answer(fate.ackDelayMs, () => resolve(result)),
            reject,
          )
          return
        case 'ack_lost':
          this.#fly(fate.delayMs, land, () => answer(0, fail), reject)
          return
        case 'late':
          answer(0, fail)
          this.#fly(
            fate.delayMs,
            land,
            () => {},
            () => {},
          )
          return
        case 'lost':
          answer(fate.delayMs, fail)
          return
        case 'refused':
          answer(0, () => reject(new LogRefused('unavailable', 'the log takes no appends now')))
          return
        default:
          fate satisfies never
      }
    })
  }

  #fly<T>(
    delayMs: number,
    land: () => T,
    landed: (result: T) => void,
    failed: (error: unknown) => void,
  ): void {
    const flight: Flight = { grounded: false }
    this.#flights.add(flight)
    laterOn(this.#world, delayMs, () => {
      this.#flights.delete(flight)
      if (flight.grounded) return
      let result: T
      try {
        result = land()
      } catch (error) {
        if (this.#up) failed(error)
        return
      }
      landed(result)
    })
  }

  /**
   * The client is gone. What it had sent may land still, even behind its successor's first append.
   */
  cut(): void {
    this.#up = false
    for (const flight of this.#flights) {
      flight.grounded = !this.#world.faults.landsAfterCrash(this.client)
    }
  }
}

function laterOn(machine: Machine, delayMs: number, step: () => void): void {
  if (delayMs > 0) machine.clock.after(delayMs, step)
  else machine.schedule(step)
}
