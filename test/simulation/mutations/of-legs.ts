import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of contacts that belong to another one: consults, hand-overs, and switches of channel. */
export const ofLegs: readonly Mutation[] = [
  {
    name: 'whoever asks an expert may be the expert',
    room: core,
    find: 'return [...keys.add(s.agents.at(parent.agent).id)]',
    replace: 'return [...keys]',
    seeds: 180,
  },
  {
    name: 'a consult outlives the contact that it was for',
    room: core,
    find: 'leaveLeg(s, contact, turn)\n  const agent = release(s, contact, turn)\n  endOwnLeg',
    replace: 'const agent = release(s, contact, turn)\n  endOwnLeg',
    seeds: 20,
  },
  {
    name: 'a consult that is over is a leg all the same',
    room: core,
    find: 'endOwnLeg(s, contact, turn)\n  leaveQueue(s, contact)\n  dropExclusions(s, contact)',
    replace: 'leaveQueue(s, contact)\n  dropExclusions(s, contact)',
    seeds: 150,
  },
]
