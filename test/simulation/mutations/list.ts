import { ofAgents } from './of-agents.ts'
import { ofDialling } from './of-dialling.ts'
import { ofInterruption } from './of-interruption.ts'
import { ofFigures } from './of-figures.ts'
import { ofLegs } from './of-legs.ts'
import { ofMoves } from './of-moves.ts'
import { ofTheLog } from './of-the-log.ts'
import { ofRosters } from './of-rosters.ts'
import { ofTraining } from './of-training.ts'
import { ofPolicies } from './of-policies.ts'
import { ofQueues } from './of-queues.ts'
import { callbackMutations } from './callbacks.ts'

/** A bug that is planted on purpose, by replacing one text of the code as it is loaded. */
export interface Mutation {
  readonly name: string
  /** A folder of services/. */
  readonly room: string
  /** Occurs exactly once in the room; a run fails loudly when it does not. */
  readonly find: string
  readonly replace: string
}

const core = 'routing/core'

/** Each breaks one thing that the product promises. */
export const mutations: readonly Mutation[] = [
  ...ofAgents,
  ...ofDialling,
  ...ofInterruption,
  ...ofFigures,
  ...ofLegs,
  ...ofMoves,
  ...ofTheLog,
  ...ofPolicies,
  ...ofQueues,
  ...ofRosters,
  ...ofTraining,
  ...callbackMutations,
  {
    name: 'offers that are switched off are made all the same',
    room: core,
    find: '=> pool.offersOff || pool.profilesTooOldSince > 0',
    replace: '=> pool.profilesTooOldSince > 0',
  },
  {
    name: 'while no endpoint answers, everybody is tried at once',
    room: core,
    find: 'isStopped(pool) || hasChannel(pool.brokenChannels, channel)',
    replace: 'isStopped(pool)',
  },
  {
    name: 'after a crash, who is listed as live is ended too',
    room: core,
    find: "if (contact.reconciled === row.seq) return 'live'",
    replace: '',
  },
  {
    name: 'an offer reserves no capacity',
    room: core,
    find: '{ load: agent.load + weight, openOffer: offer.slot }',
    replace: '{ load: agent.load, openOffer: offer.slot }',
  },
  {
    name: 'who goes to another queue keeps the former one’s skill floor',
    room: core,
    find: 'requestClass,\n    policyVersion: queue.policyVersion,\n  })\n  touchRequestClass',
    replace: 'policyVersion: queue.policyVersion,\n  })\n  touchRequestClass',
  },
  {
    name: 'whose time is over goes on from desk to desk',
    room: core,
    find: 'if (contact.dueTime <= turn.at.time) {',
    replace: 'if (contact.dueTime <= 0) {',
  },
  {
    name: 'a revoked skill leaves the offer standing',
    room: core,
    find: 'if (!isEligible(s, agent, contact)) withdrawOffer(s, agent, turn)',
    replace: '',
  },
  {
    name: 'a second claimant wins as well',
    room: core,
    find: 'if (claimant === c.claimant) return accept(turn, c.contactId)',
    replace: 'if (claimant !== "") return accept(turn, c.contactId)',
  },
  {
    name: 'an attempt of unknown outcome is dialled again at once',
    room: core,
    find: 'parkUntil(s, contact, turn.at.time + delayMs, turn)',
    replace: 'parkUntil(s, contact, turn.at.time + 1, turn)',
  },
  {
    name: 'who is over before coming is served all the same',
    room: core,
    find: 'if (ended) endAs(s, contact, ended, turn)',
    replace: 'if (ended && contact.test) endAs(s, contact, ended, turn)',
  },
  {
    name: 'whoever accepts a callback loses the place',
    room: core,
    find: 'placeKey: contact.key,\n    addressRef: accepted.addressRef,',
    replace:
      '...(changeContact(s, contact, { key: contact.key + 60_000 }), {}),\n    placeKey: contact.key,\n    addressRef: accepted.addressRef,',
  },
  {
    name: 'the end of a hold-out is nobody’s deadline',
    room: core,
    find: 'Math.min(c.dueTime, c.reviewAt, c.holdOutUntil, c.servedUntil)',
    replace: 'Math.min(c.dueTime, c.reviewAt, c.servedUntil)',
  },
  {
    name: 'resuming counts the load twice',
    room: core,
    find: 's.agents.update(owner, { load: owner.load + weight })',
    replace: 's.agents.update(owner, { load: owner.load + 2 * weight })',
  },
  {
    name: 'the newest contact comes first',
    room: core,
    find: 'return one.key < two.key || (one.key === two.key && one.seq < two.seq)',
    replace: 'return one.key > two.key',
  },
  {
    name: 'whoever waits for a preferred agent is in everybody’s queue',
    room: core,
    find: 'isQueued(c.state) && !c.heldOut ? c.requestClass',
    replace: 'isQueued(c.state) ? c.requestClass',
  },
  {
    name: 'the order of free agents is not kept up',
    room: core,
    find: 'if (wanted === held && members.keyOf(slot) === key) continue',
    replace: 'if (wanted === held) continue',
  },
  {
    name: 'the most flexible agent goes first',
    room: core,
    find: 'return s.eligibility.requestsOf(supply).length',
    replace: 'return -s.eligibility.requestsOf(supply).length',
  },
  {
    name: 'whoever has had the most goes on having it',
    room: core,
    find: 'if (a.capped !== b.capped) return b.capped',
    replace: 'if (a.capped !== b.capped) return a.capped',
  },
  {
    name: 'an escalated contact gains nothing',
    room: core,
    find: 'Math.min(priorityMax, contact.priority + escalation.priorityBump)',
    replace: 'contact.priority',
  },
  {
    name: 'a contact is escalated again and again',
    room: core,
    find: 'if (escalation === undefined || contact.escalatedAt > 0) return',
    replace: 'if (escalation === undefined) return',
  },
  {
    name: 'a supervisor may give a contact to anybody',
    room: core,
    find: "if (kept !== undefined && kept.kind !== 'holdOut') {",
    replace: "if (kept?.kind === 'channel' || kept?.kind === 'busy') {",
  },
  {
    name: 'an agent who is freed is not matched',
    room: core,
    find: 'if (!leavesWork(s, agent, turn)) matchAgent(s, agent, turn)',
    replace: 'leavesWork(s, agent, turn)',
  },
  {
    name: 'a promise is settled at every dial',
    room: core,
    find: 'if (callback.promiseSettled || callback.promisedAt === 0) return',
    replace: 'if (callback.promisedAt === 0) return',
  },
  {
    name: 'what has ended is forgotten too soon',
    room: core,
    find: 'forgetAt: at.time + durations.retainTombstone',
    replace: 'forgetAt: at.time + 1',
  },
  {
    name: 'replicas of one log begin with different numbers',
    room: core,
    find: "tables.numbers.insert({ id: 'last', seq: 0 })",
    replace: "tables.numbers.insert({ id: 'last', seq: Math.trunc(performance.now()) })",
  },
  {
    name: 'the same id with other content is taken for the same',
    room: core,
    find: 'return known.fingerprint === c.fingerprint',
    replace: 'return known.fingerprint.length > 0',
  },
]
