import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of how callbacks are dialled, and of customers who answer before an agent is free. */
export const ofDialling: readonly Mutation[] = [
  {
    name: 'whoever is held has the place of a callback',
    room: core,
    find: 'if (lineSince > 0) return { key: lineSince - 3 * span, reviewAt: messageAt }',
    replace: '',
    seeds: 100,
  },
]
