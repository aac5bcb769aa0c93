import type { ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import type { EndCause } from '../words.ts'
import { agentOf, subjectOf } from './subject.ts'

/** Of each end one half of a sentence, for whoever has never heard of this system. */
const ends: Record<EndCause, string> = {
  none: 'it has not ended',
  completed: 'the agent has finished it',
  customerLeft: 'the customer hung up before an agent was on the line',
  cancelled: 'whoever sent it has taken it back',
  timeToLive: 'it had to wait longer than the queue allows',
  callbackGivenUp: 'the customer was not reached by a callback, and no further try is made',
  holdLimit: 'it was on hold for longer than the queue allows',
  handleLimit: 'it was with its agent for longer than the queue allows',
  wrapUpOver: 'the conversation was over, and so was the time for writing it up',
  queueClosed: 'its queue closed while the customer waited',
  parentLeft: 'the contact it belonged to is no longer with the agent who began it',
  notReached: 'the customer could not be reached on this channel',
  nobodyStaffed: 'nobody who could serve it was at work',
  legLost: 'its connection was lost when the telephone or chat system failed',
}

/** Why it is over, in one sentence. */
export function endedSentence(s: RoutingState, contact: ContactRow): string {
  const reason = contact.cancelReason === '' ? '' : ` (${contact.cancelReason})`
  const who = agentOf(s, contact)
  const finished = contact.endCause === 'completed' && who !== ''
  const why = finished ? `${who} has finished it` : ends[contact.endCause]
  return `${subjectOf(s, contact, 'This')} is over: ${why}${reason}.`
}

export const mergedSentence = (contact: ContactRow): string =>
  'The customer called again while a callback was waited for; ' +
  `it goes on as contact ${contact.mergedInto}.`

const pauses: Readonly<Record<string, string>> = {
  missed_offer: 'an offer was not answered',
  decline_limit: 'too many offers were declined',
  connection_lost: 'the connection to the desk was lost',
  signed_in: 'has just signed in and is not ready yet',
  profile_removed: 'the profile was removed',
}

/** A pause in words: the system's own, or whatever the platform has given. */
export const pauseText = (reason: string): string =>
  reason === '' ? 'no reason was given' : (pauses[reason] ?? reason)
