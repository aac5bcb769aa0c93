import { NONE } from '@evenkeel/chassis/table'
import type { RespondToCallbackOffer } from '../commands.ts'
import type { ContactRow } from '../schema.ts'
import { changeContact } from '../contact/placement.ts'
import { changeStory, storyOf } from '../contact/story.ts'
import { legOf } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import { answerWhenClosed } from '../queue/hours.ts'
import { isPastGrace } from '../queue/unstaffed.ts'
import { idOf, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { comesNow, foresee } from '../wait/wait.ts'
import type { ExpectedWait } from '../wait/model.ts'
import { isServed } from './destination.ts'
import type { AlternativesPolicy } from './words.ts'

/**
 * Customers who will wait too long are offered something else, as their queue says: a callback, a
 * ticket, a later time, other requirements. Beside the wait, never instead: the contact keeps its
 * place and can be matched while its customer thinks.
 */

/** Agents among themselves are offered nothing. */
const policyOf = (s: RoutingState, contact: ContactRow): AlternativesPolicy | undefined =>
  legOf(s, contact) === 'none' ? s.queues.at(contact.queue).policy.alternatives : undefined

/** The customer is being asked. */
export const isAsked = (s: RoutingState, contact: ContactRow): boolean =>
  storyOf(s, contact)?.alternativesStatus === 'offered'

/** An answer is to alternatives: it names one, or they are what was offered or declined last. */
export function answersAlternatives(
  s: RoutingState,
  contact: ContactRow,
  c: RespondToCallbackOffer,
): boolean {
  const status = storyOf(s, contact)?.alternativesStatus
  return c.alternativeId !== undefined || status === 'offered' || status === 'declined'
}

/** Its customer is asked by this and not by a callback offer; what has been asked is answered first. */
export function isForAlternatives(s: RoutingState, contact: ContactRow, time: number): boolean {
  const status = storyOf(s, contact)?.alternativesStatus ?? 'none'
  if (status === 'offered') return true
  if (policyOf(s, contact) === undefined) return false
  return status === 'chosen' || !isToBeCalledBack(s, contact, time)
}

/**
 * Its queue has said that whoever comes now is called back: it is closed, nobody is staffed, or it
 * is full and has not asked yet. What else it offers is for those whom it serves, only later than
 * they would like.
 */
function isToBeCalledBack(s: RoutingState, contact: ContactRow, time: number): boolean {
  const queue = s.queues.at(contact.queue)
  if (queue.callback === 'none') return false
  if (contact.awaitsOpening) return answerWhenClosed(queue, time)?.way === 'callback'
  const isAskedFirst = storyOf(s, contact)?.beyondLimit === true && contact.callback === NONE
  if (isAskedFirst) return true
  const { unstaffed } = queue.policy
  const request = s.requestClasses.at(contact.requestClass)
  return unstaffed?.action === 'callback' && isPastGrace(s, request, unstaffed, time)
}

/** Offers alternatives to a customer who will wait too long; takes unanswered ones back; sees when to look again. */
export function reviewAlternatives(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  const policy = policyOf(s, contact)
  if (isAsked(s, contact)) {
    if (contact.reviewAt > time) return
    changeStory(s, contact, { alternativesStatus: 'lapsed', alternativesAt: time })
    const reviewAt = policy === undefined ? NEVER : time + policy.offerCadenceMs
    return changeContact(s, contact, { reviewAt })
  }
  const story = storyOf(s, contact)
  const status = story?.alternativesStatus ?? 'none'
  if (policy === undefined || status === 'chosen') {
    if (comesNow(contact, time)) foresee(s, contact, time)
    if (contact.reviewAt !== NEVER) s.contacts.update(contact, { reviewAt: NEVER })
    return
  }
  const next = (story?.alternativesAt ?? 0) + policy.offerCadenceMs
  if (status !== 'none' && next > time) {
    s.contacts.update(contact, { reviewAt: next })
    return
  }
  const outlook = foresee(s, contact, time)
  const tooLong = outlook?.isLikelyAbove(policy.offerAboveMs, policy.offerLevelBp) ?? true
  if (tooLong) offer(s, contact, policy, outlook?.wait, turn)
  else s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
}

function offer(
  s: RoutingState,
  contact: ContactRow,
  policy: AlternativesPolicy,
  wait: ExpectedWait | undefined,
  turn: Turn,
): void {
  const { time } = turn.at
  const choices = policy.choices.filter((choice) => isServed(s, contact, choice, time))
  if (choices.length === 0) {
    s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
    return
  }
  changeStory(s, contact, {
    alternativesStatus: 'offered',
    alternativesAt: time,
    alternatives: choices,
    alternativesBy: '',
  })
  const answerBefore = time + policy.offerTimeoutMs
  changeContact(s, contact, { reviewAt: answerBefore })
  turn.events.push({
    kind: 'alternativesOffered',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    wait,
    choices,
    answerBefore,
  })
}

/** It leaves its queue, by whatever way: what its customer was being asked is asked no longer. */
export function takeBack(s: RoutingState, contact: ContactRow): void {
  if (isAsked(s, contact)) changeStory(s, contact, { alternativesStatus: 'lapsed' })
}
