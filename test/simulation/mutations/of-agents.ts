import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of what agents are offered, and what becomes of what they have. */
export const ofAgents: readonly Mutation[] = [
  {
    name: 'channels that do not count now are offered all the same',
    room: core,
    find: 'isActive(agent, channel) && !hasChannel(endpointsOut, channel)',
    replace: '!hasChannel(endpointsOut, channel)',
  },
  {
    name: 'who is only to help out on a channel is offered it unasked',
    room: core,
    find: 'activeChannels === 0 ? !hasChannel(onRequest, channel) :',
    replace: 'activeChannels === 0 ||',
  },
  {
    name: 'who can not be reached is offered calls',
    room: core,
    find: 'isActive(agent, channel) && !hasChannel(endpointsOut, channel)',
    replace: 'isActive(agent, channel)',
  },
  {
    name: 'direct calls take nothing of the budget',
    room: core,
    find: 'agent.load + agent.externalLoad',
    replace: 'agent.load',
  },
  {
    name: 'a direct call of which nothing more is heard goes on for ever',
    room: core,
    find: 'if (agent.externalUntil <= time) burden(s, agent, 0, NEVER, turn)',
    replace: 'if (agent.externalUntil <= time) burden(s, agent, agent.externalLoad, NEVER, turn)',
  },
  {
    name: 'an agent undoes what a supervisor holds',
    room: core,
    find: 'if (isForced(agent) && !leaves && !same) return forced(agent, turn)',
    replace: '',
  },
  {
    name: 'an agent who is forced out keeps the offer',
    room: core,
    find: '  else withdrawOffer(s, agent, turn)\n  if (presence',
    replace: '  if (presence',
  },
  {
    name: 'whoever has just had one of the kind has the next as well',
    room: core,
    find: 'if (a.repeated !== b.repeated) return b.repeated',
    replace: 'if (a.repeated !== b.repeated) return a.repeated',
  },
]
