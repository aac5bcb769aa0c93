import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of contacts that belong to another one: consults, hand-overs, and switches of channel. */
export const ofLegs: readonly Mutation[] = [
  {
    name: 'whoever asks an expert may be the expert',
    room: core,
    find: 'return [...keys.add(s.agents.at(parent.agent).id)]',
    replace: 'return [...keys]',
  },
  {
    name: 'a consult outlives the contact that it was for',
    room: core,
    find: 'leaveLeg(s, contact, turn)\n  const agent = release(s, contact, turn)\n  endOwnLeg',
    replace: 'const agent = release(s, contact, turn)\n  endOwnLeg',
  },
  {
    name: 'a consult that is over is a leg all the same',
    room: core,
    find: 'endOwnLeg(s, contact, turn)\n  leaveQueue(s, contact)\n  dropExclusions(s, contact)',
    replace: 'leaveQueue(s, contact)\n  dropExclusions(s, contact)',
  },
  {
    name: 'nobody tells the expert that the customer has gone',
    room: core,
    find: "else endContact(s, leg, 'cancelled', 'parentLeft', turn)",
    replace: '',
  },
  {
    name: 'a contact has as many legs as anybody likes',
    room: core,
    find: 'if (openLegOf(s, parent) !== undefined) {',
    replace: 'if (openLegOf(s, parent) === null) {',
  },
  {
    name: 'what is known of a customer does not reach the expert',
    room: core,
    find: '...{ attributes, customerKey, addressKey, conversationId, excluded, priority },',
    replace: '...{ customerKey, addressKey, conversationId, excluded, priority },',
  },
]
