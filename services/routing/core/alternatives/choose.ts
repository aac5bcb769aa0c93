import type { Outcome } from '@evenkeel/chassis/protocol'
import { acceptCallback, promiseFor } from '../callback/callback.ts'
import { callbackOf } from '../callback/request.ts'
import type { RespondToCallbackOffer } from '../commands.ts'
import { remember } from '../contact/history.ts'
import { moveTo, type Place } from '../contact/other-queue.ts'
import { placeKey } from '../contact/place-key.ts'
import { changeContact, enterQueue, leaveQueue } from '../contact/placement.ts'
import { changeStory, storyOf } from '../contact/story.ts'
import type { RoutingEvent } from '../events.ts'
import { limits } from '../limits.ts'
import { requirementsText, touchRequestClass } from '../matching/classes.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { placeOfChoice, requirementsWith } from './destination.ts'
import type { Alternative } from './words.ts'

/** The customer's answer to alternatives: it alone changes what a contact requires. */
export function answerAlternatives(
  s: RoutingState,
  contact: ContactRow,
  c: RespondToCallbackOffer,
  turn: Turn,
): Outcome<RoutingEvent> {
  const { accept: wanted, actor = '', alternativeId = '' } = c
  const story = storyOf(s, contact)
  const status = story?.alternativesStatus ?? 'none'
  const repeated = wanted
    ? status === 'chosen' && story?.alternativeChosen === alternativeId
    : status === 'declined'
  if (repeated) return accept(turn, c.contactId)
  if (story === undefined || status !== 'offered' || contact.state !== 'waiting') {
    return reject('ALTERNATIVES_NOT_OFFERED', { contact_id: c.contactId, status })
  }
  const { time } = turn.at
  if (!wanted) {
    const { alternatives } = s.queues.at(contact.queue).policy
    const answer = { alternativesStatus: 'declined', alternativesAt: time } as const
    changeStory(s, contact, { ...answer, alternativesBy: actor })
    // Asked again when the cadence says so: who waits on may think otherwise by then.
    const cadenceMs = alternatives?.offerCadenceMs ?? 0
    changeContact(s, contact, { reviewAt: time + cadenceMs })
    return accept(turn, c.contactId)
  }
  const choice = story.alternatives.find((one) => one.alternativeId === alternativeId)
  if (choice === undefined) {
    const offered = story.alternatives.map((one) => one.alternativeId).join(', ')
    return reject('ALTERNATIVE_UNKNOWN', { contact_id: c.contactId, value: alternativeId, offered })
  }
  if (choice.kind === 'callback' && c.addressRef === '') {
    return reject('ALTERNATIVE_ADDRESS', { contact_id: c.contactId, alternative_id: alternativeId })
  }
  const to = placeOfChoice(s, contact, choice)
  if (to === undefined) {
    return reject('ALTERNATIVE_GONE', { contact_id: c.contactId, alternative_id: alternativeId })
  }
  return take(s, contact, choice, to, c, turn)
}

/** A refusal undoes what was done before it. */
function take(
  s: RoutingState,
  contact: ContactRow,
  choice: Alternative,
  to: Place,
  c: RespondToCallbackOffer,
  turn: Turn,
): Outcome<RoutingEvent> {
  const { time } = turn.at
  const fromQueueId = idOf(s.queues.at(contact.queue).id)
  remember(s, contact, 'alternativeChosen', time)
  changeStory(s, contact, {
    alternativesStatus: 'chosen',
    alternativesAt: time,
    alternativeChosen: choice.alternativeId,
    alternativesBy: c.actor ?? '',
    laterUntil: choice.kind === 'later' ? time + choice.afterMs : 0,
  })
  leaveQueue(s, contact)
  settle(s, contact, choice, to, time)
  turn.events.push({
    kind: 'alternativeChosen',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    choice,
    actor: c.actor ?? '',
    fromQueueId,
    queueId: idOf(to.queue.id),
    requirements: s.requestClasses.at(to.requestClass).requirements,
  })
  if (choice.kind === 'callback') return callBack(s, contact, c, turn)
  enterQueue(s, contact, turn)
  return accept(turn, c.contactId)
}

/**
 * In its own queue it keeps its place; in another it has that of one who had entered there when it
 * did. Who leaves the line for a callback, a ticket or a later time is no switch's any more: that
 * the leg is gone is as was agreed.
 */
function settle(
  s: RoutingState,
  contact: ContactRow,
  choice: Alternative,
  { queue, requestClass }: Place,
  time: number,
): void {
  const own = requirementsWith(contact, choice) ?? []
  const patch = {
    ownRequirements: requirementsText(own),
    ...(choice.kind === 'requirements' ? {} : { source: '' }),
  }
  if (queue.slot === contact.queue) {
    const former = contact.requestClass
    const { policyVersion } = queue
    const expiresAt = contact.expiresAt + choice.afterMs
    changeContact(s, contact, { ...patch, requestClass, policyVersion, expiresAt })
    touchRequestClass(s, former, time)
    touchRequestClass(s, requestClass, time)
    return
  }
  moveTo(s, contact, { queue, requestClass }, time, {
    ...patch,
    channel: queue.channel,
    key: placeKey(s, queue, contact.enteredAt, contact.priority),
    expiresAt: time + queue.policy.timeToLiveMs,
  })
}

function callBack(
  s: RoutingState,
  contact: ContactRow,
  c: RespondToCallbackOffer,
  turn: Turn,
): Outcome<RoutingEvent> {
  const promise = promiseFor(s, contact, c, turn.at.time)
  if ('ok' in promise) return promise
  const callback = callbackOf(s, contact)
  if (!callback) return reject('TOO_MANY', { cap: 'callbacks', limit: limits.callbacks })
  // Who called in may have asked for the former one, or have been lost before it: this is chosen.
  s.callbacks.update(callback, { requested: false, recovered: false })
  acceptCallback(s, contact, callback, { ...promise, addressRef: c.addressRef }, turn)
  return accept(turn, c.contactId)
}
