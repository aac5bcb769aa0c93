import type { ContactRow } from '../schema.ts'
import type { OfferRule } from '../words.ts'

/** Why an agent was chosen, each the end of a sentence. */
const reasons: Record<OfferRule, string> = {
  preferred: 'the contact asks for this agent first',
  tightestFit: 'this agent had just enough room for it, so that others stay free for calls',
  longestIdle: 'of the skilled agents with room this one had been free the longest',
  onlyOne: 'nobody else skilled for it had room',
  nextContact: 'this agent became free and the contact was the next in line',
  leastFlexible: 'of the skilled agents with room this one can do the least else',
  bestSkilled: 'of the skilled agents with room this one has the highest levels in what it needs',
  loadFairness: 'the others of equal claim have had their share of contacts this hour',
  assigned: 'a supervisor gave it to this agent',
  consulted: 'this agent had been consulted about it, and it was handed over',
  interruption: 'nobody skilled for it was free, and this agent could set other work aside for it',
  channelSwitch: 'this agent already had the customer on another channel',
  variety: 'the others of equal claim have just had several of this kind in a row',
}

export const reasonOf = (contact: ContactRow): string => reasons[contact.chosenBy]

/** Why this agent got the offer, for the agent's desk. */
export const offerReason = (rule: OfferRule): string => `You were chosen because ${reasons[rule]}.`
