import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of what agents are offered, and what becomes of what they have. */
export const ofAgents: readonly Mutation[] = [
  {
    name: 'channels that do not count now are offered all the same',
    room: core,
    find: 'isActive(agent, channel) && !hasChannel(endpointsOut, channel)',
    replace: '!hasChannel(endpointsOut, channel)',
    seeds: 100,
  },
  {
    name: 'who is only to help out on a channel is offered it unasked',
    room: core,
    find: 'activeChannels === 0 ? !hasChannel(onRequest, channel) :',
    replace: 'activeChannels === 0 ||',
    seeds: 100,
  },
  {
    name: 'who can not be reached is offered calls',
    room: core,
    find: 'isActive(agent, channel) && !hasChannel(endpointsOut, channel)',
    replace: 'isActive(agent, channel)',
    seeds: 100,
  },
  {
    name: 'direct calls take nothing of the budget',
    room: core,
    find: 'agent.load + agent.externalLoad',
    replace: 'agent.load',
    seeds: 100,
  },
  {
    name: 'a direct call of which nothing more is heard goes on for ever',
    room: core,
    find: 'if (agent.externalUntil <= time) burden(s, agent, 0, NEVER, turn)',
    replace: 'if (agent.externalUntil <= time) burden(s, agent, agent.externalLoad, NEVER, turn)',
    seeds: 100,
  },
  {
    name: 'an agent undoes what a supervisor holds',
    room: core,
    find: 'if (isForced(agent) && !leaves && !same) return forced(agent, turn)',
    replace: '',
    seeds: 200,
  },
  {
    name: 'an agent who is forced out keeps the offer',
    room: core,
    find: '  else withdrawOffer(s, agent, turn)\n  if (presence',
    replace: '  if (presence',
    seeds: 200,
  },
  {
    name: 'whoever has just had one of the kind has the next as well',
    room: core,
    find: 'if (a.repeated !== b.repeated) return b.repeated',
    replace: 'if (a.repeated !== b.repeated) return a.repeated',
    seeds: 400,
  },
]
