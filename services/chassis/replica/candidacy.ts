import type { Held } from '../protocol/lease.ts'
import { LEASE_MS } from '../protocol/limits.ts'
import type { Verdict } from '../protocol/record.ts'
import {
  CLAIM_BEHIND_MS,
  CLAIM_RANK_MAX,
  CLAIM_RETRY_MS,
  CLAIM_STAGGER_MS,
  SLEPT_MS,
  TICK_MS_MAX,
  TICK_REST_MS,
} from './limits.ts'
import type { RealTime } from './real-time.ts'

export interface CandidacyOptions {
  readonly time: RealTime
  readonly held: () => Held
  readonly resting: () => boolean
  /** This run of the replica leads, by what has been applied. */
  readonly leads: () => boolean
  readonly rank: () => number
  /** Whether the log holds what this replica has not applied. */
  readonly behind: () => Promise<boolean>
  readonly claim: () => Promise<Verdict>
}

/**
 * Whoever does not lead watches whoever does, by its own monotonic clock, and claims when it has
 * heard nothing for a lease. It may be wrong (it slept, its line was cut): the log decides.
 */
export class Candidacy {
  readonly #options: CandidacyOptions
  #running = false
  #claiming = false
  /** Who was heard of last, and when. */
  #heard = ''
  #heardAt = 0
  /** Not before: a Claim was refused, or the lead was given up. */
  #notBefore = 0
  #due = 0
  #cancel: (() => void) | undefined

  constructor(options: CandidacyOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = true
    this.look()
  }

  stop(): void {
    this.#running = false
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Leaves it to others for a lease. */
  rest(): void {
    this.#notBefore = this.#options.time.now() + LEASE_MS
  }

  /** Records have been applied. */
  look(): void {
    if (!this.#running) return
    const { leader, renewed } = this.#options.held()
    const heard = `${leader}/${renewed}`
    if (heard === this.#heard) return
    const vacant = leader === ''
    this.#heard = heard
    this.#heardAt = this.#options.time.now()
    // A timer that is set already finds out by itself that it is too early.
    if (vacant || this.#cancel === undefined) this.#arm()
  }

  /** When to claim, in real time, if nothing is heard until then. */
  #at(): number {
    const { held, rank, resting } = this.#options
    const stagger = Math.min(rank(), CLAIM_RANK_MAX) * CLAIM_STAGGER_MS
    // What a leader at rest leaves out between two ticks is no sign of its end.
    const lease = resting() ? LEASE_MS + TICK_REST_MS - TICK_MS_MAX : LEASE_MS
    const patience = held().leader === '' ? 0 : lease
    return Math.max(this.#heardAt + patience + stagger, this.#notBefore)
  }

  #arm(): void {
    const { time, leads } = this.#options
    this.#cancel?.()
    this.#cancel = undefined
    if (!this.#running || this.#claiming || leads()) return
    const now = time.now()
    this.#due = this.#at()
    if (this.#due <= now) return void this.#claim()
    this.#cancel = time.after(this.#due - now, () => {
      this.#cancel = undefined
      // It slept: what was said meanwhile has yet to be read.
      if (time.now() > this.#due + SLEPT_MS) this.#heardAt = time.now()
      this.#arm()
    })
  }

  async #claim(): Promise<void> {
    const { time, behind, claim } = this.#options
    this.#claiming = true
    let retryMs = CLAIM_RETRY_MS
    try {
      // Of a busy log there is nearly always something that has not been applied yet.
      if (await behind()) retryMs = CLAIM_BEHIND_MS
      else if (this.#running) await claim()
    } catch {
      // The log can't be reached; the next attempt will tell.
    }
    this.#claiming = false
    this.#notBefore = time.now() + retryMs
    this.#arm()
  }
}
