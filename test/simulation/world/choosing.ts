import { RespondToCallbackOfferRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { AlternativeKind } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { AlternativesPolicy, type Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { idOf, type RoutingState } from '@evenkeel/routing/core'
import { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x0a17e2a7

const pool = 'p'
const seconds = (n: number) => ({ seconds: n, nanos: 0 })

/** The same queue, which may offer something else than to wait: what it could ever give of it. */
export function withAlternatives(queue: Queue, seed: number, queues: readonly Queue[]): Queue {
  const name = [...queue.displayName].reduce((sum, c) => sum * 31 + (c.codePointAt(0) ?? 0), 7)
  const chance = new Chance((seed ^ salt) + (name % 1_000_000_000))
  if (!chance.happens(0.25)) return queue
  const choices = choicesOf(queue, queues[0], chance)
  const alternatives = AlternativesPolicy.fromPartial({
    offerAbove: seconds(chance.pick([0, 5, 30])),
    offerCadence: seconds(chance.pick([5, 30])),
    offerTimeout: seconds(chance.pick([2, 30])),
    choices,
  })
  return { ...queue, alternatives }
}

/** Tickets go to the first queue, which is there before the others. */
function choicesOf(queue: Queue, first: Queue | undefined, chance: Chance) {
  const { channel, queueId } = queue
  const language = {
    alternativeId: 'language',
    kind: AlternativeKind.ALTERNATIVE_KIND_REQUIREMENTS,
    requirements: [{ skillId: 's3', minimumLevel: chance.int(1, 3) }],
    insteadOfSkillIds: chance.some(['s0', 's1'], 0.4),
  }
  const callback = {
    alternativeId: 'callback',
    kind: AlternativeKind.ALTERNATIVE_KIND_CALLBACK,
    queueId,
  }
  const later = {
    alternativeId: 'later',
    kind: AlternativeKind.ALTERNATIVE_KIND_LATER,
    after: seconds(chance.pick([60, 120])),
  }
  const ticket = {
    alternativeId: 'ticket',
    kind: AlternativeKind.ALTERNATIVE_KIND_TICKET,
    queueId: first?.queueId ?? '',
  }
  const tickets = first?.channel === Channel.CHANNEL_EMAIL && first.queueId !== queueId
  return [
    language,
    ...(queue.callback === undefined ? [] : [callback]),
    ...(channel === Channel.CHANNEL_VOICE ? [] : [later]),
    ...(tickets ? [ticket] : []),
  ]
}

/** Customers who are offered something else than to wait; with a generator of their own. */
export class Choosing {
  readonly #chance: Chance

  constructor(seed: number) {
    this.#chance = new Chance(seed ^ salt)
  }

  /** What somebody answers in this step, if anybody does. */
  next(state: RoutingState): WireCommand | undefined {
    const chance = this.#chance
    const asked = state.stories.inKeyOrder().filter((t) => t.alternativesStatus === 'offered')
    const story = chance.any(asked)
    if (story === undefined || !chance.happens(0.4)) return undefined
    const accept = chance.happens(0.8)
    const chosen = chance.any(story.alternatives)?.alternativeId ?? ''
    const value = RespondToCallbackOfferRequest.fromPartial({
      pool,
      contactId: idOf(story.id),
      accept,
      // Now and then of what was not offered.
      ...(accept ? { alternativeId: chance.happens(0.05) ? 'nothing' : chosen } : {}),
      addressRef: accept ? 'tel:4' : '',
      actor: 'bot',
    })
    return { $case: 'respondToCallbackOffer', value }
  }
}
