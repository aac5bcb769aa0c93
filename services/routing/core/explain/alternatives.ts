import { storyOf } from '../contact/story.ts'
import type { ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { unreachable } from '../turn.ts'
import type { Alternative } from '../words.ts'
import { about, floorsText, spanText } from './spoken.ts'
import { queueOf } from './subject.ts'

/** What customers may choose instead of waiting, in sentences. */

export function alternativeText(a: Alternative): string {
  switch (a.kind) {
    case 'callback':
      return `a callback by ${a.queueId}`
    case 'ticket':
      return `a ticket in ${a.queueId}`
    case 'later':
      return `${spanText(a.afterMs)} later`
    case 'requirements': {
      const instead = a.insteadOf.length === 0 ? '' : ` instead of ${a.insteadOf.join(', ')}`
      const where = a.queueId === '' ? '' : ` in ${a.queueId}`
      return `agents with ${floorsText(a.requirements)}${instead}${where}`
    }
    default:
      return unreachable(a.kind)
  }
}

const offered = 'The customer was offered something else'

/** What the customer was offered instead of waiting, and has answered. */
export function alternativesSentence(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story === undefined) return ''
  switch (story.alternativesStatus) {
    case 'none':
      return ''
    case 'offered': {
      const choices = story.alternatives.map(alternativeText).join(', or ')
      return ` Since the wait is long, the customer is being offered something else: ${choices}.`
    }
    case 'lapsed':
      return ` ${offered} and has not answered; it may be offered again.`
    case 'declined':
      return ` ${offered} and prefers to wait; it may be offered again.`
    case 'chosen': {
      const { alternativeChosen: id, alternatives, alternativesBy } = story
      const choice = alternatives.find((one) => one.alternativeId === id)
      const what = choice ? alternativeText(choice) : id
      const chosen = `The customer has chosen ${what} instead of a long wait`
      return ` ${chosen}; ${alternativesBy} has recorded it.`
    }
    default:
      return unreachable(story.alternativesStatus)
  }
}

/** Of who has chosen a later time that has not come. */
export function laterSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const left = about((storyOf(s, contact)?.laterUntil ?? time) - time)
  const place = `the place in ${queueOf(s, contact)} is kept`
  return `The customer waits for a later time, which comes in ${left}; ${place}.`
}
