import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { openLegOf } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { storyOf } from '../contact/story.ts'
import { reasonOf } from './reasons.ts'
import { agentOf, leftOf, needsOf, queueOf, subjectOf } from './subject.ts'

/** Contacts that an agent has or is to have, in sentences. */

export function offeredSentence(s: RoutingState, contact: ContactRow, at: Moment): string {
  const who = agentOf(s, contact)
  const offered = `${who} was chosen because ${reasonOf(contact)}`
  const unanswered = `unless ${who} answers within ${leftOf(contact, at)}, it goes to somebody else`
  return `${offered}, is offered ${subjectOf(s, contact)} and has not answered yet; ${unanswered}.`
}

export function connectingSentence(s: RoutingState, contact: ContactRow): string {
  const chosen = `was chosen because ${reasonOf(contact)} and has ${subjectOf(s, contact)}`
  const failed =
    storyOf(s, contact)?.leg === 'channelSwitch'
      ? 'if the customer does not answer, it ends'
      : 'if that fails, it goes back to its place in the queue'
  return `${agentOf(s, contact)} ${chosen}; the two are being connected, and ${failed}.`
}

export const connectedSentence = (s: RoutingState, contact: ContactRow): string =>
  `${agentOf(s, contact)} was chosen because ${reasonOf(contact)}, and is working on ` +
  `${subjectOf(s, contact)}.`

export const wrapUpSentence = (s: RoutingState, contact: ContactRow, at: Moment): string =>
  `The conversation is over; ${agentOf(s, contact)}, chosen because ${reasonOf(contact)}, ` +
  `writes up ${subjectOf(s, contact)}, and has ${leftOf(contact, at)} left for that.`

export function holdSentence(s: RoutingState, contact: ContactRow, at: Moment): string {
  const subject = subjectOf(s, contact)
  const otherwise = `if that takes longer than ${leftOf(contact, at)}, it is ended`
  if (contact.agent === NONE) {
    const answers = 'is on hold until the customer answers'
    const gone = 'its agent has left, so it goes to the queue then'
    return `${subjectOf(s, contact, 'This')} ${answers}; ${gone}; ${otherwise}.`
  }
  const leg = openLegOf(s, contact)?.leg === 'channelSwitch'
  const until = leg ? 'the conversation on the other channel is over' : 'the customer answers'
  return `${agentOf(s, contact)} has put ${subject} on hold until ${until}; ${otherwise}.`
}

export const asideSentence = (s: RoutingState, contact: ContactRow, at: Moment): string =>
  `${agentOf(s, contact)} has set ${subjectOf(s, contact)} aside for a customer on the line and ` +
  `goes on with it as soon as there is room, before any other work; ` +
  `if there is none for ${leftOf(contact, at)} more, it goes back to its queue.`

export function diallingSentence(s: RoutingState, contact: ContactRow): string {
  const callback = s.callbacks.at(contact.callback)
  if (contact.agent === NONE) {
    const called = `the customer of ${queueOf(s, contact)} is already being called`
    return `An agent will soon be free, so ${called}; whoever is free then takes the call.`
  }
  const reserved = `${agentOf(s, contact)} is reserved for ${subjectOf(s, contact)}`
  if (callback.attemptState === 'scheduled') {
    const turn = 'which is made as soon as another call may go out'
    return `${reserved}, ${turn}; so many customers are being called at the moment.`
  }
  const { callback: policy } = s.queues.at(contact.queue)
  const last = policy === 'none' || callback.attempts + 1 >= policy.maxAttempts
  const next = last ? 'it is given up' : 'it is tried again later'
  return `${reserved}, and the customer is being called; if nobody answers, ${next}.`
}

/** Of a customer who has answered before an agent was free. */
export function customerHeldSentence(s: RoutingState, contact: ContactRow): string {
  const answered = `The customer was called for ${queueOf(s, contact)} and has answered`
  const told = s.callbacks.at(contact.callback).messageAt === NEVER
  const message = told ? ', and has been asked to wait' : ''
  const takes = `the next agent who is free${needsOf(s, contact).replace(' for an agent', '')}`
  return `${answered} before an agent was free${message}; ${takes} takes the call.`
}

/** What it is to another contact, or what another is to it. */
export function legSentence(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story?.leg === 'consult') {
    const of = story.parentId
    return story.parent === NONE
      ? ` It was a consult about contact ${of}.`
      : ` It is a consult: whoever has contact ${of} asks for help and keeps the customer.`
  }
  if (story?.leg === 'channelSwitch') {
    const { parentId } = story
    return ` It belongs to contact ${parentId}, whose agent has gone on with the customer so.`
  }
  const leg = openLegOf(s, contact)
  if (leg === undefined) return ''
  return leg.leg === 'consult'
    ? ` An expert is being consulted about it (contact ${idOf(leg.id)}).`
    : ` Its agent is with the customer on another channel meanwhile (contact ${idOf(leg.id)}).`
}
