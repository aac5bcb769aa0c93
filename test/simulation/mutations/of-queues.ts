import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of who comes into a queue, who of it is served, and in which order. */
export const ofQueues: readonly Mutation[] = [
  {
    name: 'a queue that a supervisor has closed takes whoever comes',
    room: core,
    find: "case 'refuse':\n    case undefined:\n      return closedRefusal(s, queue, time)",
    replace: "case 'refuse':\n    case undefined:\n      return queue",
  },
  {
    name: 'a queue that a supervisor has closed serves on',
    room: core,
    find: "if (shut === 'closed') return at",
    replace: "if (shut === 'closed') return NEVER",
  },
  {
    name: 'a queue that is to run dry serves nobody any more',
    room: core,
    find: 'if (shut !== undefined) return queue.stateUntil',
    replace: 'if (shut !== undefined) return at',
  },
  {
    name: 'who is to be sent away as a queue closes waits on',
    room: core,
    find: "if (contact.awaitsOpening || closingRuleAt(queue, time) !== 'cancel') return false",
    replace: 'if (queue.slot >= 0) return false',
  },
  {
    name: 'a queue that is opened again serves nobody who waited for it',
    room: core,
    find: 'if (contact.awaitsOpening) endHoldOut(s, contact)\n  if (contact.story',
    replace: 'if (contact.story',
  },
  {
    name: 'what a supervisor says of a queue holds for ever',
    room: core,
    find: "queue.state === 'open' || at >= queue.stateUntil ? undefined : queue.state",
    replace: "queue.state === 'open' ? undefined : queue.state",
  },
  {
    name: 'those who wait are not told that their queue has closed',
    room: core,
    find: 's.queues.update(queue, facts)\n  reviewQueue(queue, turn)',
    replace: 's.queues.update(queue, facts)',
  },
  {
    name: 'a closed queue is asked for an expert',
    room: core,
    find: 'if (!isOpen(s, queue, turn.at.time)) {\n    return { ok: false',
    replace: 'if (turn.at.time < 0) {\n    return { ok: false',
  },
  {
    name: 'a full queue takes whoever comes',
    room: core,
    find: 'if (inQueue >= maxWaiting) {',
    replace: 'if (inQueue < 0) {',
  },
  {
    name: 'one more than may wait on the line does',
    room: core,
    find: 'const long = waitingMax > 0 && waiting >= waitingMax',
    replace: 'const long = waitingMax > 0 && waiting > waitingMax',
  },
  {
    name: 'a consult waits beyond every limit',
    room: core,
    find: 'if (full) return { ok: false, rejection: full }',
    replace: '',
  },
  {
    name: 'who is taken beyond a limit is asked when anybody else would be',
    room: core,
    find: 'if (arrival.entry.offersCallback) offerAtOnce(s, contact, turn)',
    replace: '',
  },
  {
    name: 'a queue that nobody serves takes whoever comes',
    room: core,
    find: "unstaffed.action !== 'take' && isPastGrace(",
    replace: 'queue.slot < 0 && isPastGrace(',
  },
  {
    name: 'more priority makes a place later',
    room: core,
    find: 'priority > former ? Math.min(asked, present) : Math.max(asked, present)',
    replace: 'priority > former ? Math.max(asked, present) : Math.min(asked, present)',
  },
  {
    name: 'a queue’s new policy makes more priority a later place',
    room: core,
    find: 'priority > former ? Math.min(asked, present) : Math.max(asked, present)',
    replace: 'asked',
  },
  {
    name: 'a need’s own requirements are forgotten',
    room: core,
    find: 'requirements: joinRequirements(rule.requirements, c.requirements)',
    replace: 'requirements: c.requirements',
  },
  {
    name: 'a rule decides of which the first condition does not hold',
    room: core,
    find: 'const against = rule.conditions.find(',
    replace: 'const against = rule.conditions.slice(1).find(',
  },
  {
    name: 'a need’s priority goes beyond what priorities are',
    room: core,
    find: 'priority: Math.max(-priorityMax, Math.min(priorityMax, priority)),',
    replace: 'priority,',
  },
]
