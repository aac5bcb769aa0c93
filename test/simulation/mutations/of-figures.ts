import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of what is counted, and told. */
export const ofFigures: readonly Mutation[] = [
  {
    name: 'who leaves after an agent had accepted is counted twice',
    room: core,
    find: 'live: !decided }',
    replace: 'live: true }',
  },
  {
    name: 'what was counted more than an hour ago is forgotten',
    room: core,
    find: 'sumOf([before, oldest], counters)',
    replace: 'sumOf([before], counters)',
  },
  {
    name: 'that a wait is given up is told again whenever it goes on',
    room: core,
    find: ' || (storyOf(s, contact)?.warnedAt ?? 0) > 0) return',
    replace: ') return',
  },
  {
    name: 'that a wait is given up is told after it was',
    room: core,
    find: 'warnAt: contact.expiresAt - warnBeforeExpiryMs })',
    replace: 'warnAt: contact.expiresAt + warnBeforeExpiryMs })',
  },
]
