import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of callbacks that customers ask for. */
export const callbackMutations: readonly Mutation[] = [
  {
    name: 'who chooses another language is served without it',
    room: core,
    find: 'const asks = joinRequirements(rest, requirements)',
    replace: 'const asks = requirements.length > 0 ? rest : joinRequirements(rest, requirements)',
  },
  {
    name: 'who has chosen a later time is served before',
    room: core,
    find: 's.contacts.update(contact, { heldOut: true, holdOutUntil: until })',
    replace: '',
  },
  {
    name: 'who has chosen another time keeps the former promise as well',
    room: core,
    find: 'endPromise(s, contact, turn) ? callback.promisedAt : 0',
    replace: 'callback.promiseSettled ? 0 : callback.promisedAt',
  },
  {
    name: 'who asks twice to be called is called twice',
    room: core,
    find: 'const met = pendingCallbackOf(s, queue, c)',
    replace: 'const met = c.attributes.length > 0 ? pendingCallbackOf(s, queue, c) : undefined',
  },
  {
    name: 'a window is promised with those who are there now, whoever is on shift',
    room: core,
    find: 'const places = stepAt(at < knownUntil ?',
    replace: 'const places = stepAt(at < 0 ?',
  },
  {
    name: 'what is promised goes on by a roster that has been changed',
    room: core,
    find: 'kept.filter((day) => day.from !== from &&',
    replace: 'kept.filter((day) =>',
  },
  {
    name: 'who is to come to work is counted on for the next minutes',
    room: core,
    find: 'near ? Math.min(now, rostered) : rostered',
    replace: 'rostered',
  },
  {
    name: 'a window is promised to more than it has room for',
    room: core,
    find: 'own: pace.keeps(flow, 0) - inside',
    replace: 'own: pace.keeps(flow, 0)',
  },
]
