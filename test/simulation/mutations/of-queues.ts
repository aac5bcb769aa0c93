import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of who comes into a queue, who of it is served, and in which order. */
export const ofQueues: readonly Mutation[] = [
  {
    name: 'a queue that a supervisor has closed takes whoever comes',
    room: core,
    find: "case 'refuse':\n    case undefined:\n      return closedRefusal(s, queue, time)",
    replace: "case 'refuse':\n    case undefined:\n      return queue",
    seeds: 30,
  },
  {
    name: 'a queue that a supervisor has closed serves on',
    room: core,
    find: "if (shut === 'closed') return at",
    replace: "if (shut === 'closed') return NEVER",
    seeds: 20,
  },
  {
    name: 'a queue that is to run dry serves nobody any more',
    room: core,
    find: 'if (shut !== undefined) return queue.stateUntil',
    replace: 'if (shut !== undefined) return at',
    seeds: 54,
  },
  {
    name: 'who is to be sent away as a queue closes waits on',
    room: core,
    find: "if (contact.awaitsOpening || closingRuleAt(queue, time) !== 'cancel') return false",
    replace: 'if (queue.slot >= 0) return false',
    seeds: 54,
  },
  {
    name: 'a queue that is opened again serves nobody who waited for it',
    room: core,
    find: 'if (contact.awaitsOpening) endHoldOut(s, contact)\n  if (contact.story',
    replace: 'if (contact.story',
    seeds: 30,
  },
  {
    name: 'what a supervisor says of a queue holds for ever',
    room: core,
    find: "queue.state === 'open' || at >= queue.stateUntil ? undefined : queue.state",
    replace: "queue.state === 'open' ? undefined : queue.state",
    seeds: 87,
  },
  {
    name: 'those who wait are not told that their queue has closed',
    room: core,
    find: 's.queues.update(queue, facts)\n  reviewQueue(queue, turn)',
    replace: 's.queues.update(queue, facts)',
    seeds: 20,
  },
  {
    name: 'a closed queue is asked for an expert',
    room: core,
    find: 'if (!isOpen(s, queue, turn.at.time)) {\n    return { ok: false',
    replace: 'if (turn.at.time < 0) {\n    return { ok: false',
    seeds: 87,
  },
  {
    name: 'more priority makes a place later',
    room: core,
    find: 'priority > former ? Math.min(asked, present) : Math.max(asked, present)',
    replace: 'priority > former ? Math.max(asked, present) : Math.min(asked, present)',
    seeds: 20,
  },
  {
    name: 'a queue’s new policy makes more priority a later place',
    room: core,
    find: 'priority > former ? Math.min(asked, present) : Math.max(asked, present)',
    replace: 'asked',
    seeds: 100,
  },
  {
    name: 'a need’s own requirements are forgotten',
    room: core,
    find: 'requirements: joinRequirements(rule.requirements, c.requirements)',
    replace: 'requirements: c.requirements',
    seeds: 84,
  },
  {
    name: 'a rule decides of which the first condition does not hold',
    room: core,
    find: 'const against = rule.conditions.find(',
    replace: 'const against = rule.conditions.slice(1).find(',
    seeds: 20,
  },
  {
    name: 'a need’s priority goes beyond what priorities are',
    room: core,
    find: 'priority: Math.max(-priorityMax, Math.min(priorityMax, priority)),',
    replace: 'priority,',
    seeds: 21,
  },
]
