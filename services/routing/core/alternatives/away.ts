import { NONE } from '@evenkeel/chassis/table'
import { storyOf } from '../contact/story.ts'
import type { ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/** Customers who have left the line by their own choice. */

/** Until when nobody is offered it; 0: no later time was chosen. */
export const laterUntil = (s: RoutingState, contact: ContactRow): number =>
  contact.story === NONE ? 0 : s.stories.at(contact.story).laterUntil

/** A later time was chosen, and has not come: not even a preferred agent is offered it. */
export const isForLater = (s: RoutingState, contact: ContactRow, time: number): boolean =>
  laterUntil(s, contact) > time

/** As it comes to its place: nobody is offered it before the time that was chosen. */
export function holdForLater(s: RoutingState, contact: ContactRow, time: number): void {
  const until = laterUntil(s, contact)
  if (until <= time || contact.holdOutUntil === until) return
  s.contacts.update(contact, { heldOut: true, holdOutUntil: until })
}

/** That the customer hangs up is as was agreed: a ticket, or a time that has not come. */
export function isAway(s: RoutingState, contact: ContactRow, time: number): boolean {
  const story = storyOf(s, contact)
  if (story?.alternativesStatus !== 'chosen') return false
  const { alternativeChosen, alternatives, laterUntil: until } = story
  const choice = alternatives.find((one) => one.alternativeId === alternativeChosen)
  return choice?.kind === 'ticket' || until > time
}
