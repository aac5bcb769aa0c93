import {
  NewCallback,
  RequestCallbackRequest,
  RescheduleCallbackRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { CallbackProduct } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { idOf, type RoutingState } from '@evenkeel/routing/core'
import { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import { type Plan, pool, stamp } from './plan.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x5ca11bac

/**
 * Customers who ask to be called back without having been asked, and who want it at another time.
 * They have a generator of their own: a seed in which nobody asks is the seed it was before.
 */
export class Asking {
  readonly #chance: Chance
  readonly #plan: Plan
  readonly #often: number
  #asked = 0

  constructor(seed: number, plan: Plan) {
    this.#chance = new Chance(seed ^ salt)
    this.#plan = plan
    this.#often = this.#chance.pick([0, 0, 0.02, 0.1])
  }

  /** What somebody asks for in this step, if anybody does. */
  next(state: RoutingState, now: number): WireCommand | undefined {
    const chance = this.#chance
    if (!chance.happens(this.#often)) return undefined
    const deed = chance.pick(['anew', 'waiting', 'later', 'later'])
    if (deed === 'anew') return this.#anew(now)
    return deed === 'waiting' ? this.#waiting(state, now) : this.#later(state, now)
  }

  #anew(now: number): WireCommand {
    const chance = this.#chance
    this.#asked += 1
    const value = RequestCallbackRequest.fromPartial({
      pool,
      contactId: `asked-${this.#asked}`,
      addressRef: 'tel:2',
      ...this.#wish(now),
      newContact: NewCallback.fromPartial({
        queueId: chance.any(this.#plan.queues)?.queueId ?? '',
        customerKey: chance.happens(0.6) ? `k${chance.int(1, this.#plan.customers)}` : '',
        test: chance.happens(0.1),
      }),
    })
    return { $case: 'requestCallback', value }
  }

  #waiting(state: RoutingState, now: number): WireCommand | undefined {
    const waiting = state.contacts.inKeyOrder().filter((c) => c.state === 'waiting')
    const contact = this.#chance.any(waiting)
    if (contact === undefined) return undefined
    const contactId = idOf(contact.id)
    const request = { pool, contactId, addressRef: 'tel:3', ...this.#wish(now) }
    return { $case: 'requestCallback', value: RequestCallbackRequest.fromPartial(request) }
  }

  #later(state: RoutingState, now: number): WireCommand | undefined {
    const callbacks = state.callbacks.inKeyOrder()
    const pending = callbacks.filter((c) => c.pending)
    const callback = this.#chance.any(this.#chance.happens(0.1) ? callbacks : pending)
    if (callback === undefined) return undefined
    this.#asked += 1
    const contactId = idOf(callback.id)
    const requestId = `later-${this.#asked}`
    const request = { pool, contactId, requestId, ...this.#wish(now) }
    return { $case: 'rescheduleCallback', value: RescheduleCallbackRequest.fromPartial(request) }
  }

  /** The place, or a time; now and then one that is not to be had. */
  #wish(now: number) {
    const chance = this.#chance
    if (chance.happens(0.4)) return {}
    const product = CallbackProduct.CALLBACK_PRODUCT_WITHIN
    if (chance.happens(0.4)) return { product }
    const windowMs = 300_000
    const first = Math.ceil(now / windowMs)
    return { product, windowFrom: stamp((first + chance.int(0, 3)) * windowMs) }
  }
}
