import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of what is counted. */
export const ofFigures: readonly Mutation[] = [
  {
    name: 'who leaves after an agent had accepted is counted twice',
    room: core,
    find: 'live: !decided }',
    replace: 'live: true }',
    seeds: 10,
  },
  {
    name: 'what was counted more than an hour ago is forgotten',
    room: core,
    find: 'sumOf([before, oldest], counters)',
    replace: 'sumOf([before], counters)',
    seeds: 100,
  },
]
