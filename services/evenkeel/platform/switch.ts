import {
  type Contact,
  ContactState,
  type DialAttempt,
  DialOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { MediaCause, MediaStatus } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { DialResult } from '../day/day.ts'
import { SECOND } from '../day/day.ts'
import type { Random } from '../day/random.ts'
import type { Case } from './case.ts'
import type { ContactLine } from './contact-line.ts'
import { tooLate } from './customers.ts'
import type { Ledger } from './ledger.ts'
import type { Cancel, Scheduler } from './scheduler.ts'
import { DIAL_OUTCOMES, durationMs, timeMs } from './wire.ts'

const NO_CAUSE = MediaCause.MEDIA_CAUSE_UNSPECIFIED
const { DIAL_OUTCOME_AGENT_GONE } = DialOutcome

export interface SwitchWorld {
  readonly pool: string
  readonly scheduler: Scheduler
  readonly ledger: Ledger
  readonly line: ContactLine
  readonly random: Random
  /** Nobody is where the agent's phone rings. */
  isGone(agentId: string): boolean
  /** The agent's phone can't be reached. */
  isDead(agentId: string): boolean
  /** A connection that a dead phone did not take, a customer who was reached for nobody. */
  inVain(what: 'endpointsDead' | 'dialsWithoutAgent'): void
  failed(error: unknown): void
}

/** The telephone switch, the chat widget and the mailbox: reports what the media does. */
export class Media {
  readonly #world: SwitchWorld

  constructor(world: SwitchWorld) {
    this.#world = world
  }

  observe(one: Case, contact: Contact): void {
    if (one.lost) return
    const key = `${contact.state} ${timeMs(contact.stateSince)}`
    if (one.media?.key === key) return
    one.media?.cancel()
    one.media = { key, cancel: this.#due(one, contact) }
  }

  #due(one: Case, contact: Contact): Cancel {
    const { scheduler, random } = this.#world
    const since = timeMs(contact.stateSince) ?? scheduler.now()
    switch (contact.state) {
      case ContactState.CONTACT_STATE_CONNECTING: {
        const rings = one.channel === 'voice'
        if (rings) this.#report(one, MediaStatus.MEDIA_STATUS_RINGING)
        if (rings && this.#world.isDead(contact.agentId)) {
          return scheduler.at(since + SECOND, () => {
            this.#world.inVain('endpointsDead')
            const { MEDIA_CAUSE_NETWORK } = MediaCause
            this.#report(one, MediaStatus.MEDIA_STATUS_FAILED, MEDIA_CAUSE_NETWORK)
          })
        }
        const pickUp = rings ? random.between(0.5, 2) * SECOND : 0
        return scheduler.at(since + pickUp, () =>
          this.#report(one, MediaStatus.MEDIA_STATUS_ANSWERED),
        )
      }
      case ContactState.CONTACT_STATE_CONNECTED:
        if (answersAlone(one)) return () => {}
        return scheduler.at(since + one.arrival.talkMs, () =>
          this.#report(one, MediaStatus.MEDIA_STATUS_ENDED, MediaCause.MEDIA_CAUSE_CUSTOMER),
        )
      default:
        return () => {}
    }
  }

  #report(one: Case, status: MediaStatus, cause: MediaCause = NO_CAUSE): void {
    const { line, pool } = this.#world
    const value = { pool, contactId: one.arrival.contactId, status, cause }
    line.send({ $case: 'reportMedia', value }).catch((error) => {
      if (!tooLate(error)) this.#world.failed(error)
    })
  }
}

/** Nobody is on the line of an email or a ticket: the agent's completion ends it. */
export function answersAlone(one: Case): boolean {
  return one.channel !== 'voice' && one.channel !== 'chat'
}

/** Share of dials of which the dialler never learns what became of them. */
const CRASHES = 0.005
const CRASH_MS = 20 * SECOND
const RING_MS = 25 * SECOND

/** How long a dial takes until its result is known. */
function ringing(result: DialResult, ringMs: number, random: Random): number {
  switch (result) {
    case 'human':
      return Math.min(ringMs, random.between(3, 12) * SECOND)
    case 'no_answer':
      return ringMs
    case 'machine':
    case 'message_left':
      return Math.min(ringMs, random.between(10, 20) * SECOND)
    case 'busy':
    case 'rejected':
    case 'invalid':
    case 'congestion':
      return random.between(1, 4) * SECOND
  }
}

/**
 * One of the switch's dialler processes. Each tries to claim every attempt; the first gets it, and
 * it alone dials.
 */
export class Dialler {
  readonly #claimant: string
  readonly #world: SwitchWorld
  /** Attempts of which this process has taken note. */
  readonly #seen = new Set<string>()

  constructor(claimant: string, world: SwitchWorld) {
    this.#claimant = claimant
    this.#world = world
  }

  observe(one: Case, contact: Contact): void {
    const attempt = contact.callback?.attempt
    const dialling = contact.state === ContactState.CONTACT_STATE_DIALLING
    if (attempt === undefined || !dialling || this.#seen.has(attempt.attemptId)) return
    this.#seen.add(attempt.attemptId)
    // Our own claim, from before a crash of ours: nobody knows what became of it.
    if (attempt.claimant === this.#claimant) {
      void this.#report(one, attempt, DialOutcome.DIAL_OUTCOME_UNKNOWN)
      return
    }
    const pause = this.#world.random.between(0.05, 0.4) * SECOND
    this.#world.scheduler.after(pause, () => void this.#claim(one, attempt))
  }

  async #claim(one: Case, attempt: DialAttempt): Promise<void> {
    const { line, ledger, pool, scheduler, random } = this.#world
    const { contactId } = one.arrival
    const { attemptId } = attempt
    const value = { pool, contactId, attemptId, claimant: this.#claimant }
    try {
      const contact = await line.send({ $case: 'claimDial', value })
      // By the server's own time: ours may be some seconds of a fast day behind it.
      const at = timeMs(contact.stateSince) ?? scheduler.now()
      ledger.claimed(contactId, attemptId, this.#claimant, at)
    } catch (error) {
      if (!tooLate(error)) this.#world.failed(error)
      return
    }
    if (random.chance(CRASHES)) {
      scheduler.after(CRASH_MS, () => {
        void this.#report(one, attempt, DialOutcome.DIAL_OUTCOME_UNKNOWN)
      })
      return
    }
    const result = one.arrival.dials[one.dials] ?? 'no_answer'
    one.dials += 1
    const ringMs = durationMs(attempt.ringTimeout) ?? RING_MS
    scheduler.after(ringing(result, ringMs, random), () => {
      const alone = result === 'human' && this.#world.isGone(attempt.agentId)
      if (alone) this.#world.inVain('dialsWithoutAgent')
      void this.#report(one, attempt, alone ? DIAL_OUTCOME_AGENT_GONE : DIAL_OUTCOMES[result])
    })
  }

  async #report(one: Case, attempt: DialAttempt, outcome: DialOutcome): Promise<void> {
    const { line, ledger, pool } = this.#world
    const { contactId } = one.arrival
    const { attemptId } = attempt
    const value = { pool, contactId, attemptId, claimant: this.#claimant, outcome }
    try {
      const contact = await line.send({ $case: 'reportDial', value })
      ledger.dialEnded(contactId, attemptId, timeMs(contact.callback?.nextAttemptAt))
    } catch (error) {
      ledger.dialEnded(contactId, attemptId, undefined)
      if (!tooLate(error)) this.#world.failed(error)
    }
  }
}
