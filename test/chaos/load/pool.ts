import type { Random } from 'evenkeel/day/random.ts'
import { Refusal } from 'evenkeel/platform/refusal.ts'
import {
  CallbackStatus,
  type Contact,
  ContactState,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { RespondToCallbackOfferRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import type { Book, Deed } from '../book/book.ts'
import { persistently } from './calls.ts'
import { type Case, news, openCase } from './case.ts'
import { Dialler } from './dialler.ts'
import type { ContactCommand, Line } from './line.ts'
import type { Turn } from './targets.ts'

/** Customers who are not yet let in; beyond, the next ones hear that it is engaged. */
const SUBMITTING_MAX = 30

const OVER: ReadonlySet<ContactState> = new Set([
  ContactState.CONTACT_STATE_COMPLETED,
  ContactState.CONTACT_STATE_ABANDONED,
  ContactState.CONTACT_STATE_EXPIRED,
  ContactState.CONTACT_STATE_CANCELLED,
  ContactState.CONTACT_STATE_MERGED,
])

export interface PoolWorld {
  readonly book: Book
  readonly pool: string
  readonly seed: number
  readonly turn: Turn
  readonly line: Line
  readonly random: Random
}

/** The customers of one pool, its media and its two diallers. */
export class Pool {
  readonly #world: PoolWorld
  readonly #cases = new Map<string, Case>()
  readonly #open = new Set<string>()
  readonly #diallers: readonly Dialler[]
  #came = 0
  #submitting = 0
  /** Nobody comes, calls again or gets impatient any more. */
  #closing = false

  constructor(world: PoolWorld) {
    this.#world = world
    this.#diallers = ['dialler-a', 'dialler-b'].map((claimant) => new Dialler(claimant, world))
  }

  /** Customers who came and were turned away, since too many waited to be let in. */
  engaged = 0

  one(contactId: string): Case | undefined {
    return this.#cases.get(contactId)
  }

  /** Accepted and not known to have ended, or not yet answered. */
  open(): readonly string[] {
    return [...this.#open]
  }

  closing(): void {
    this.#closing = true
  }

  /** A customer comes. */
  arrive(): void {
    if (this.#closing) return
    if (this.#submitting >= SUBMITTING_MAX) {
      this.engaged += 1
      return
    }
    this.#came += 1
    const contactId = `c-${this.#came}`
    void this.#submit(contactId, contactId)
  }

  async #submit(contactId: string, customerKey: string): Promise<void> {
    const { pool, book, seed, turn } = this.#world
    const one = openCase(seed, `${pool}/${contactId}`)
    const { queueId, onStream, patienceMs } = one.traits
    this.#cases.set(contactId, { ...one, contactId })
    this.#open.add(contactId)
    const asked = { pool, contactId, queueId, customerKey }
    const value = SubmitContactRequest.fromPartial(asked)
    this.#submitting += 1
    try {
      const { contact, position } = onStream
        ? await this.#world.line.send({ $case: 'submitContact', value })
        : await persistently(
            book,
            turn,
            (c) => c.contacts.submitContact.bind(c.contacts),
            value,
          ).then(({ answer, position: at }) => ({ contact: answer.contact, position: at }))
      const answeredId = contact?.contactId ?? ''
      book.acknowledge(pool, { kind: 'submitted', contactId, answeredId }, position)
      if (answeredId !== contactId) this.#open.delete(contactId)
      if (contact !== undefined) this.observe(contact)
    } catch (error) {
      // Refused for good: it is no contact.
      this.#refused(error)
      this.#open.delete(contactId)
    } finally {
      this.#submitting -= 1
    }
    if (patienceMs !== undefined) setTimeout(() => void this.#loosePatience(contactId), patienceMs)
  }

  /** As it is told by an answer or by the watch. */
  observe(contact: Contact): void {
    const one = this.#cases.get(contact.contactId)
    if (one === undefined || !news(one, contact)) return
    if (OVER.has(contact.state)) this.#open.delete(contact.contactId)
    for (const dialler of this.#diallers) dialler.observe(one, contact)
    const offered = contact.callback?.status === CallbackStatus.CALLBACK_STATUS_OFFERED
    if (offered && !one.asked && one.traits.takesCallback && !this.#closing) {
      one.asked = true
      void this.#takeCallback(one)
    }
    const noted = `${contact.state} ${contact.agentId}`
    if (one.noted === noted) return
    one.noted = noted
    if (contact.state === ContactState.CONTACT_STATE_CONNECTING) {
      const { contactId } = one
      void this.#report(one, MediaStatus.MEDIA_STATUS_ANSWERED, { kind: 'connected', contactId })
    }
    if (contact.state === ContactState.CONTACT_STATE_CONNECTED && one.traits.mediaEnds) {
      const over = () => void this.#report(one, MediaStatus.MEDIA_STATUS_ENDED, undefined)
      setTimeout(over, one.traits.talkMs)
    }
  }

  async #report(one: Case, status: MediaStatus, deed: Deed | undefined): Promise<void> {
    const { pool } = this.#world
    const { contactId } = one
    const cause = MediaCause.MEDIA_CAUSE_UNSPECIFIED
    await this.#tell({ $case: 'reportMedia', value: { pool, contactId, status, cause } }, deed)
  }

  /** A command that may come too late, which is nobody's fault. */
  async #tell(command: ContactCommand, deed: Deed | undefined): Promise<void> {
    const { line, book, pool } = this.#world
    try {
      const { contact, position } = await line.send(command)
      if (deed !== undefined) book.acknowledge(pool, deed, position)
      this.observe(contact)
    } catch (error) {
      this.#refused(error)
    }
  }

  async #loosePatience(contactId: string): Promise<void> {
    const state = this.#cases.get(contactId)?.state
    const waits =
      state === ContactState.CONTACT_STATE_WAITING || state === ContactState.CONTACT_STATE_OFFERED
    if (waits && !this.#closing) await this.#hangUp(contactId)
  }

  async #hangUp(contactId: string): Promise<void> {
    const { pool, book, turn } = this.#world
    const request = { pool, contactId, mayPrecede: false }
    try {
      const { answer, position } = await persistently(
        book,
        turn,
        ({ contacts }) => contacts.abandonContact.bind(contacts),
        request,
      )
      this.#tookEnd(answer.contact, position)
    } catch (error) {
      this.#refused(error)
    }
  }

  /** One who has a callback coming keeps the place: that is no end. */
  #tookEnd(contact: Contact | undefined, position: string): void {
    if (contact === undefined) return
    const { contactId, state } = contact
    const { book, pool } = this.#world
    if (OVER.has(state)) book.acknowledge(pool, { kind: 'ended', contactId, state }, position)
    this.observe(contact)
  }

  async #takeCallback(one: Case): Promise<void> {
    const { pool, book, turn } = this.#world
    const { contactId } = one
    const answer = { pool, contactId, accept: true, addressRef: contactId }
    const request = RespondToCallbackOfferRequest.fromPartial(answer)
    try {
      const { position } = await persistently(
        book,
        turn,
        ({ callbacks }) => callbacks.respondToCallbackOffer.bind(callbacks),
        request,
      )
      book.acknowledge(pool, { kind: 'callbackChosen', contactId }, position)
    } catch (error) {
      return this.#refused(error)
    }
    await this.#hangUp(contactId)
    const { callsAgainMs } = one.traits
    if (callsAgainMs === undefined) return
    setTimeout(() => {
      if (!this.#closing) void this.#submit(`${contactId}-again`, contactId)
    }, callsAgainMs)
  }

  /** What is still open goes home. */
  async cancelAll(): Promise<void> {
    const { pool, book, turn } = this.#world
    for (const contactId of this.open()) {
      const request = { pool, contactId, reason: 'closing', mayPrecede: false }
      try {
        const { answer, position } = await persistently(
          book,
          turn,
          ({ contacts }) => contacts.cancelContact.bind(contacts),
          request,
        )
        this.#tookEnd(answer.contact, position)
      } catch (error) {
        this.#refused(error)
        this.#open.delete(contactId)
      }
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof Refusal)) throw error
  }
}
