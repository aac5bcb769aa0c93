import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of how callbacks are dialled, and of customers who answer before an agent is free. */
export const ofDialling: readonly Mutation[] = [
  {
    name: 'whoever is held has the place of a callback',
    room: core,
    find: 'if (lineSince > 0) return { key: lineSince - 3 * span, reviewAt: messageAt }',
    replace: '',
  },
  {
    name: 'more is dialled than there are lines',
    room: core,
    find: 's.dialsInFlight.size(pool.slot) < pacingOf(pool).inFlightMax',
    replace: 'pool.slot >= 0',
  },
  {
    name: 'each dial forgets the ones before it',
    room: core,
    find: 'dialsUntil: Math.max(pool.dialsUntil, at.uptime) + gapOf(pool)',
    replace: 'dialsUntil: at.uptime + gapOf(pool)',
  },
  {
    name: 'customers are called by the clock of before it was changed',
    room: core,
    find: 'for (const [index, { from, aheadMs }] of offsets.entries()) {',
    replace: 'for (const [index, { from, aheadMs }] of offsets.slice(0, 1).entries()) {',
  },
  {
    name: 'an hour that the clocks show twice lets customers be called twice',
    room: core,
    find: "if (begun && at < end && (found === undefined || which === 'latest')) found = at",
    replace: 'if (begun && at < end && found === undefined) found = at',
  },
  {
    name: 'other calling hours are nothing to whom they let be called',
    room: core,
    find: '  rescheduleAttempt(s, contact, time)\n',
    replace: '',
  },
  {
    name: 'an agent who has accepted is enough to call at any hour',
    room: core,
    find: 'if (callableFrom(s, contact, time) > time) return outsideHours(s, contact, turn)',
    replace: '',
  },
]
