import {
  CallbackProduct,
  CallbackStatus,
  type Contact,
  ContactState,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { Arrival } from '../day/day.ts'
import { SECOND } from '../day/day.ts'
import type { Random } from '../day/random.ts'
import type { Case } from './case.ts'
import type { ContactLine } from './contact-line.ts'
import type { Ledger } from './ledger.ts'
import { Refusal } from './refusal.ts'
import type { Scheduler } from './scheduler.ts'
import { SWITCH, timeMs } from './wire.ts'

export interface CustomersWorld {
  readonly pool: string
  readonly scheduler: Scheduler
  readonly ledger: Ledger
  readonly line: ContactLine
  readonly random: Random
  /** Puts a matter under the id of its contact, and has it submitted. */
  arrive(arrival: Arrival): void
  /** A case turned out to be no contact of its own: the customer met the callback. */
  metCallback(call: Case, contact: Contact): void
  failed(error: unknown): void
  told(text: string): void
}

/**
 * A matter that moved while the customer acted: the customer came too late, which is nobody's
 * fault.
 */
const TOO_LATE: ReadonlySet<string> = new Set([
  'CONTACT_STATE',
  'CONTACT_ENDED',
  'CONTACT_UNKNOWN',
  'CALLBACK_NOT_OFFERED',
  'CALLBACK_FULL',
  'ATTEMPT_CLOSED',
  'ATTEMPT_CLAIMED',
  'ATTEMPT_UNKNOWN',
])

export function tooLate(error: unknown): boolean {
  return error instanceof Refusal && TOO_LATE.has(error.code)
}

/** Of those whose line went dead. */
const CALL_AGAIN = 0.8

/** What customers do: come, wait, answer when asked about a callback, lose patience, call again. */
export class Customers {
  readonly #world: CustomersWorld

  constructor(world: CustomersWorld) {
    this.#world = world
  }

  /** Hands the matter over; sent again with the same content until it is answered. */
  async submit(one: Case): Promise<void> {
    const { line, ledger, pool } = this.#world
    const value = submission(pool, one.arrival, one.channel === 'voice' ? SWITCH : '')
    try {
      const contact = await line.send({ $case: 'submitContact', value })
      ledger.acknowledged(one.arrival, contact)
      if (contact.contactId !== one.arrival.contactId) this.#world.metCallback(one, contact)
      else if (one.latest === undefined || one.latest.version < contact.version) {
        this.observe(one, contact)
      }
    } catch (error) {
      this.#world.failed(error)
    }
  }

  /**
   * The switch has lost the leg: of this contact no more is heard. Most call again as soon as they
   * notice, and are another contact. Returns whether this one does.
   */
  lose(one: Case): boolean {
    const { scheduler, random } = this.#world
    const { arrival } = one
    one.lost = true
    for (const due of [one.hangUp, one.callAgain, one.media?.cancel]) due?.()
    one.hangUp = undefined
    if (!random.chance(CALL_AGAIN)) return false
    scheduler.after(random.between(5, 60) * SECOND, () => {
      const contactId = `${arrival.contactId}-again-again`
      this.#world.arrive({ ...arrival, atMs: scheduler.now(), contactId })
    })
    return true
  }

  /** A newer state of the matter. */
  observe(one: Case, contact: Contact): void {
    if (one.lost) return
    if (onLine(contact)) {
      this.#wait(one)
      this.#answerOffer(one, contact)
    } else {
      one.hangUp?.()
      one.hangUp = undefined
    }
    if (!waitsToBeCalled(contact)) {
      one.callAgain?.()
      one.callAgain = undefined
    }
  }

  #wait(one: Case): void {
    if (one.hangUp !== undefined) return
    const at = one.onLineSince + one.arrival.patienceMs
    one.hangUp = this.#world.scheduler.at(at, () => {
      one.hangUp = undefined
      void this.#hangUp(one)
    })
  }

  async #hangUp(one: Case): Promise<void> {
    if (one.lost) return
    if (one.latest !== undefined && !onLine(one.latest) && !waitsToBeCalled(one.latest)) return
    const { pool, line } = this.#world
    const value = { pool, contactId: one.arrival.contactId, mayPrecede: false }
    await line.send({ $case: 'abandonContact', value }).catch((error) => this.#late(error))
  }

  #answerOffer(one: Case, contact: Contact): void {
    const callback = contact.callback
    if (callback?.status !== CallbackStatus.CALLBACK_STATUS_OFFERED) return
    const offeredAt = timeMs(callback.offeredAt) ?? 0
    if (one.askedOf === offeredAt) return
    one.askedOf = offeredAt
    const { scheduler, random } = this.#world
    scheduler.after(random.between(3, 8) * SECOND, () => void this.#respond(one))
  }

  /** Whoever declines once declines again; whoever accepts hangs up and keeps the place. */
  async #respond(one: Case): Promise<void> {
    const { line, pool, scheduler, random } = this.#world
    const { arrival } = one
    if (one.lost || (one.latest !== undefined && !onLine(one.latest))) return
    const choice = chosen(one.latest)
    const accept = arrival.acceptsCallback && choice !== undefined
    const value = {
      pool,
      contactId: arrival.contactId,
      accept,
      addressRef: accept ? `address:${arrival.customerKey}` : '',
      product: CallbackProduct.CALLBACK_PRODUCT_UNSPECIFIED,
      windowFrom: undefined,
      alternativeId: '',
      actor: '',
      timeZone: '',
      ...(accept && choice),
    }
    try {
      await line.send({ $case: 'respondToCallbackOffer', value })
    } catch (error) {
      return this.#late(error)
    }
    if (!accept) return
    one.hangUp?.()
    one.hangUp = undefined
    scheduler.after(random.between(1, 3) * SECOND, () => {
      if (one.latest !== undefined && waitsToBeCalled(one.latest)) void this.#hangUp(one)
    })
    this.#mayCallAgain(one)
  }

  #mayCallAgain(one: Case): void {
    const { scheduler } = this.#world
    const { arrival } = one
    if (arrival.callsAgainAfterMs === undefined) return
    one.callAgain = scheduler.after(arrival.callsAgainAfterMs, () => {
      one.callAgain = undefined
      if (one.latest === undefined || !waitsToBeCalled(one.latest)) return
      this.#world.told(`${arrival.contactId}: the customer calls again`)
      this.#world.arrive({
        ...arrival,
        atMs: scheduler.now(),
        contactId: `${arrival.contactId}-again`,
        acceptsCallback: false,
        callsAgainAfterMs: undefined,
      })
    })
  }

  /** The customer's new call goes on with the contact that waited: patience begins anew. */
  resume(one: Case, at: number): void {
    one.onLineSince = Math.max(one.onLineSince, at)
    one.hangUp?.()
    one.hangUp = undefined
    if (one.latest !== undefined && onLine(one.latest)) this.#wait(one)
  }

  #late(error: unknown): void {
    if (!tooLate(error)) this.#world.failed(error)
  }
}

/** The soonest that is to be had; undefined: nothing is, for now. */
function chosen(contact: Contact | undefined) {
  const choices = contact?.callback?.choices
  if (choices === undefined || choices.keepMyPlace) return {}
  const product = CallbackProduct.CALLBACK_PRODUCT_WITHIN
  if (choices.within !== undefined) return { product }
  const window = choices.windows[0]
  return window === undefined ? undefined : { product, windowFrom: window.from }
}

/** Whether the customer is there and nobody has taken the matter. */
export function onLine(contact: Contact): boolean {
  const waiting =
    contact.state === ContactState.CONTACT_STATE_WAITING ||
    contact.state === ContactState.CONTACT_STATE_OFFERED
  return waiting && contact.callback?.status !== CallbackStatus.CALLBACK_STATUS_ACCEPTED
}

/** Whether the customer has put the receiver down and is to be called. */
export function waitsToBeCalled(contact: Contact): boolean {
  return contact.callback?.status === CallbackStatus.CALLBACK_STATUS_ACCEPTED
}

/**
 * The same for every repetition: the server compares. Submitted when the customer begins to wait,
 * so without an entered_at: the log's clock, which may be a second behind ours, takes no contact
 * from the future.
 */
function submission(pool: string, arrival: Arrival, source: string): SubmitContactRequest {
  return SubmitContactRequest.fromPartial({
    pool,
    contactId: arrival.contactId,
    queueId: arrival.queueId,
    requirements: arrival.requirements.map(({ skillId, level }) => ({
      skillId,
      minimumLevel: level,
    })),
    priority: arrival.priority,
    customerKey: arrival.customerKey,
    source,
    attributes: Buffer.from(arrival.attributes),
  })
}
