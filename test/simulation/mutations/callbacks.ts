import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of callbacks that customers ask for. */
export const callbackMutations: readonly Mutation[] = [
  {
    name: 'who has chosen another time keeps the former promise as well',
    room: core,
    find: 'endPromise(s, contact, turn) ? callback.promisedAt : 0',
    replace: 'callback.promiseSettled ? 0 : callback.promisedAt',
    seeds: 100,
  },
  {
    name: 'who asks twice to be called is called twice',
    room: core,
    find: 'const met = pendingCallbackOf(s, queue, c)',
    replace: 'const met = c.attributes.length > 0 ? pendingCallbackOf(s, queue, c) : undefined',
    seeds: 200,
  },
]
