import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of work that yields to customers on the line. */
export const ofInterruption: readonly Mutation[] = [
  {
    name: 'what is set aside stays aside',
    room: core,
    find: 'if (agent.aside === 0) return',
    replace: 'return',
  },
  {
    name: 'other work comes before what is set aside',
    room: core,
    find: 'return agent.aside > 0 ? 0 : left',
    replace: 'return left',
  },
  {
    name: 'the same work yields again and again',
    room: core,
    find: ' || interruptionsOf(s, contact) >= timesMax',
    replace: '',
  },
]
