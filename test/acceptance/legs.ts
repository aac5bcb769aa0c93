import assert from 'node:assert/strict'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { MediaCause, MediaStatus } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Caller } from './api.ts'
import { type Centre, requirements, type Skills } from './centre.ts'
import type { Desk } from './desk.ts'

/** What agents of a centre do with a contact that they have. */
export class Legs {
  readonly #centre: Centre
  readonly #routing = new Caller()

  constructor(centre: Centre) {
    this.#centre = centre
  }

  /** Whoever has the contact asks an expert, and keeps the customer. */
  async consults(
    desk: Desk,
    contactId: string,
    asked: { readonly as: string; readonly queueId: string; readonly needs?: Skills },
  ): Promise<{ readonly contact: Contact; readonly leg: Contact }> {
    const { contacts } = this.#centre.api
    const answer = await this.#routing.call(contacts.startConsult.bind(contacts), {
      ...this.#of(desk, contactId),
      consultContactId: asked.as,
      queueId: asked.queueId,
      requirements: requirements(asked.needs),
      expertMayTakeOver: false,
    })
    return both(answer.contact, answer.consult)
  }

  /** Whoever has the contact goes on with the customer in a queue of another channel. */
  async switches(desk: Desk, contactId: string, to: { as: string; queueId: string }) {
    const { contacts } = this.#centre.api
    const answer = await this.#routing.call(contacts.switchChannel.bind(contacts), {
      ...this.#of(desk, contactId),
      legContactId: to.as,
      queueId: to.queueId,
      requirements: [],
    })
    return both(answer.contact, answer.leg)
  }

  /** The expert gets the contact. */
  async handsOver(contactId: string, consultContactId: string): Promise<void> {
    const { contacts } = this.#centre.api
    const { pool } = this.#centre
    const cold = { queueId: '', requirements: [] }
    const request = { pool, contactId, ...cold, requestId: 'w-1', consultContactId }
    await this.#routing.call(contacts.transferContact.bind(contacts), request)
  }

  /** The other side has gone. */
  async mediaIsDown(contactId: string): Promise<void> {
    const { contacts } = this.#centre.api
    const status = MediaStatus.MEDIA_STATUS_ENDED
    const cause = MediaCause.MEDIA_CAUSE_UNSPECIFIED
    const request = { pool: this.#centre.pool, contactId, status, cause }
    await this.#routing.call(contacts.reportMedia.bind(contacts), request)
  }

  #of = ({ agentId }: Desk, contactId: string) => ({ pool: this.#centre.pool, contactId, agentId })
}

function both(contact: Contact | undefined, leg: Contact | undefined) {
  if (contact === undefined || leg === undefined) assert.fail('an answer without its contacts')
  return { contact, leg }
}

export { LegKind, SpanOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
