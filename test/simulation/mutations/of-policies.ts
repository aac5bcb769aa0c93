import type { Mutation } from './list.ts'

const core = 'routing/core'

/** Of changes to how queues serve, made while they do. */
export const ofPolicies: readonly Mutation[] = [
  {
    name: 'a change of policy loses a part that it does not name',
    room: core,
    find: '...(newEscalation && { escalation: newEscalation }),',
    replace: '',
  },
  {
    name: 'what somebody else has changed since is changed all the same',
    room: core,
    find: "if (etag !== '' && etag !== queue.etag) {",
    replace: "if (etag === 'never') {",
  },
  {
    name: 'a change of policy is no new version',
    room: core,
    find: 'const policyVersion = queue.policyVersion + (changes.length > 0 ? 1 : 0)',
    replace: 'const { policyVersion } = queue',
  },
]
