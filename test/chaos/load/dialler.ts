import type { Random } from 'evenkeel/day/random.ts'
import { Refusal } from 'evenkeel/platform/refusal.ts'
import {
  type Contact,
  ContactState,
  DialOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Book, Deed } from '../book/book.ts'
import type { Case } from './case.ts'
import type { ContactCommand, Line } from './line.ts'
import { PEOPLE } from './plan.ts'

export interface DiallerWorld {
  readonly book: Book
  readonly pool: string
  readonly line: Line
  readonly random: Random
}

/** One of a pool's diallers: each tries to claim every attempt, and who gets it dials. */
export class Dialler {
  readonly #claimant: string
  readonly #world: DiallerWorld

  constructor(claimant: string, world: DiallerWorld) {
    this.#claimant = claimant
    this.#world = world
  }

  observe(one: Case, contact: Contact): void {
    const attempt = contact.callback?.attempt
    const asked = contact.state === ContactState.CONTACT_STATE_DIALLING
    if (attempt === undefined || !asked || attempt.claimant !== '') return
    const noted = `${attempt.attemptId} ${this.#claimant}`
    if (one.dials.has(noted)) return
    one.dials.add(noted)
    void this.#dial(contact.contactId, attempt.attemptId)
  }

  async #dial(contactId: string, attemptId: string): Promise<void> {
    const { pool, random } = this.#world
    const mine = { pool, contactId, attemptId, claimant: this.#claimant }
    const dial = { id: attemptId, by: this.#claimant }
    const deed = { kind: 'dialClaimed', contactId, dial } as const
    if (!(await this.#tell({ $case: 'claimDial', value: mine }, deed))) return
    const draw = random.unit()
    const outcome =
      draw < PEOPLE.reached
        ? DialOutcome.DIAL_OUTCOME_HUMAN
        : draw < PEOPLE.reached + PEOPLE.unanswered
          ? DialOutcome.DIAL_OUTCOME_NO_ANSWER
          : DialOutcome.DIAL_OUTCOME_UNKNOWN
    setTimeout(
      () => {
        const reported = { kind: 'dialReported', contactId, dial } as const
        void this.#tell({ $case: 'reportDial', value: { ...mine, outcome } }, reported)
      },
      random.between(...PEOPLE.ringMs),
    )
  }

  /** False: refused, since another has it or it is over. */
  async #tell(command: ContactCommand, deed: Deed): Promise<boolean> {
    const { line, book, pool } = this.#world
    try {
      const { position } = await line.send(command)
      book.acknowledge(pool, deed, position)
      return true
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return false
    }
  }
}
