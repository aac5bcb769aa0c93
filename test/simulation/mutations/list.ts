import { ofAgents } from './of-agents.ts'
import { ofDialling } from './of-dialling.ts'
import { ofFigures } from './of-figures.ts'
import { ofLegs } from './of-legs.ts'
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
  /**
   * Found within so many seeds, from seed 1 on: four times what it took when last looked at, since
   * any change of the world deals the seeds anew.
   */
  readonly seeds: number
}

const core = 'routing/core'
const protocol = 'chassis/protocol'
const replica = 'chassis/replica'

/** Each breaks one thing that the product promises. */
export const mutations: readonly Mutation[] = [
  ...ofAgents,
  ...ofDialling,
  ...ofFigures,
  ...ofLegs,
  ...ofQueues,
  ...callbackMutations,
  {
    name: 'offers that are switched off are made all the same',
    room: core,
    find: 'pool.offersOff || hasChannel(pool.brokenChannels, channel)',
    replace: 'hasChannel(pool.brokenChannels, channel)',
    seeds: 100,
  },
  {
    name: 'while no endpoint answers, everybody is tried at once',
    room: core,
    find: 'pool.offersOff || hasChannel(pool.brokenChannels, channel)',
    replace: 'pool.offersOff',
    seeds: 300,
  },
  {
    name: 'after a crash, who is listed as live is ended too',
    room: core,
    find: "if (contact.reconciled === row.seq) return 'live'",
    replace: '',
    seeds: 200,
  },
  {
    name: 'an offer reserves no capacity',
    room: core,
    find: '{ load: agent.load + weight, openOffer: offer.slot }',
    replace: '{ load: agent.load, openOffer: offer.slot }',
    seeds: 30,
  },
  {
    name: 'who goes to another queue keeps the former one’s skill floor',
    room: core,
    find: 'requestClass,\n    policyVersion: queue.policyVersion,\n  })\n  touchRequestClass',
    replace: 'policyVersion: queue.policyVersion,\n  })\n  touchRequestClass',
    seeds: 60,
  },
  {
    name: 'whose time is over goes on from desk to desk',
    room: core,
    find: 'if (contact.dueTime <= turn.at.time) {',
    replace: 'if (contact.dueTime <= 0) {',
    seeds: 440,
  },
  {
    name: 'a revoked skill leaves the offer standing',
    room: core,
    find: 'if (!isEligible(s, agent, contact)) withdrawOffer(s, agent, turn)',
    replace: '',
    seeds: 60,
  },
  {
    name: 'a second claimant wins as well',
    room: core,
    find: 'if (claimant === c.claimant) return accept(turn, c.contactId)',
    replace: 'if (claimant !== "") return accept(turn, c.contactId)',
    seeds: 250,
  },
  {
    name: 'an attempt of unknown outcome is dialled again at once',
    room: core,
    find: 'parkUntil(s, contact, turn.at.time + delayMs, turn)',
    replace: 'parkUntil(s, contact, turn.at.time + 1, turn)',
    seeds: 300,
  },
  {
    name: 'who is over before coming is served all the same',
    room: core,
    find: 'if (ended) endAs(s, contact, ended, turn)',
    replace: 'if (ended && contact.test) endAs(s, contact, ended, turn)',
    seeds: 84,
  },
  {
    name: 'whoever accepts a callback loses the place',
    room: core,
    find: 'placeKey: contact.key,\n    addressRef: accepted.addressRef,',
    replace:
      '...(changeContact(s, contact, { key: contact.key + 60_000 }), {}),\n    placeKey: contact.key,\n    addressRef: accepted.addressRef,',
    seeds: 40,
  },
  {
    name: 'the end of a hold-out is nobody’s deadline',
    room: core,
    find: 'Math.min(c.dueTime, c.reviewAt, c.holdOutUntil, c.servedUntil)',
    replace: 'Math.min(c.dueTime, c.reviewAt, c.servedUntil)',
    seeds: 200,
  },
  {
    name: 'resuming counts the load twice',
    room: core,
    find: 's.agents.update(owner, { load: owner.load + weight })',
    replace: 's.agents.update(owner, { load: owner.load + 2 * weight })',
    seeds: 150,
  },
  {
    name: 'the newest contact comes first',
    room: core,
    find: 'return one.key < two.key || (one.key === two.key && one.seq < two.seq)',
    replace: 'return one.key > two.key',
    seeds: 400,
  },
  {
    name: 'whoever waits for a preferred agent is in everybody’s queue',
    room: core,
    find: 'isQueued(c.state) && !c.heldOut ? c.requestClass',
    replace: 'isQueued(c.state) ? c.requestClass',
    seeds: 600,
  },
  {
    name: 'the order of free agents is not kept up',
    room: core,
    find: 'if (wanted === held && members.keyOf(slot) === key) continue',
    replace: 'if (wanted === held) continue',
    seeds: 330,
  },
  {
    name: 'the most flexible agent goes first',
    room: core,
    find: 'return s.eligibility.requestsOf(supply).length',
    replace: 'return -s.eligibility.requestsOf(supply).length',
    seeds: 400,
  },
  {
    name: 'whoever has had the most goes on having it',
    room: core,
    find: 'if (a.capped !== b.capped) return b.capped',
    replace: 'if (a.capped !== b.capped) return a.capped',
    seeds: 400,
  },
  {
    name: 'an escalated contact gains nothing',
    room: core,
    find: 'Math.min(priorityMax, contact.priority + escalation.priorityBump)',
    replace: 'contact.priority',
    seeds: 120,
  },
  {
    name: 'a contact is escalated again and again',
    room: core,
    find: 'if (escalation === undefined || contact.escalatedAt > 0) return',
    replace: 'if (escalation === undefined) return',
    seeds: 120,
  },
  {
    name: 'a supervisor may give a contact to anybody',
    room: core,
    find: "if (kept !== undefined && kept.kind !== 'holdOut') {",
    replace: "if (kept?.kind === 'channel' || kept?.kind === 'busy') {",
    seeds: 120,
  },
  {
    name: 'an agent who is freed is not matched',
    room: core,
    find: 'if (!leavesWork(s, agent, turn)) matchAgent(s, agent, turn)',
    replace: 'leavesWork(s, agent, turn)',
    seeds: 30,
  },
  {
    name: 'a promise is settled at every dial',
    room: core,
    find: 'if (callback.promiseSettled || callback.promisedAt === 0) return',
    replace: 'if (callback.promisedAt === 0) return',
    seeds: 360,
  },
  {
    name: 'what has ended is forgotten too soon',
    room: core,
    find: 'forgetAt: at.time + durations.retainTombstone',
    replace: 'forgetAt: at.time + 1',
    seeds: 60,
  },
  {
    name: 'a record that comes twice counts twice',
    room: protocol,
    find: "if (record.sequence <= replica.sequence) return 'duplicate'",
    replace: '',
    seeds: 60,
  },
  {
    name: 'a command that comes too late is taken',
    room: protocol,
    find: 'if (record.notAfterMs > 0 && at.time > record.notAfterMs) {',
    replace: 'if (record.notAfterMs < 0) {',
    seeds: 30,
  },
  {
    name: 'a fact that a stream repeats is taken twice',
    room: protocol,
    find: "command !== undefined && arrival === 'next'",
    replace: 'command !== undefined',
    seeds: 200,
  },
  {
    name: 'the outbox trims one event too many',
    room: protocol,
    find: 'const end = Math.min(through + 1, first + TRIM_MAX)',
    replace: 'const end = Math.min(through + 2, this.range().next, first + TRIM_MAX)',
    seeds: 120,
  },
  {
    name: 'one clock alone can push time',
    room: protocol,
    find: 'Math.max(clocks.time, Math.min(logClockMs, carriedClockMs))',
    replace: 'Math.max(clocks.time, logClockMs, carriedClockMs)',
    seeds: 60,
  },
  {
    name: 'after an outage all machine deadlines fire',
    room: protocol,
    find: 'gap > TICK_GAP_MS_MAX ? clocks.uptime : clocks.uptime + gap',
    replace: 'clocks.uptime + gap',
    seeds: 30,
  },
  {
    name: 'the publisher skips an event',
    room: replica,
    find: 'this.#through = from + events.length - 1',
    replace: 'this.#through = from + events.length',
    seeds: 30,
  },
  {
    name: 'a batch of unknown fate is given up for lost',
    room: replica,
    find: 'if (error instanceof LogRefused && !ambiguous) {',
    replace: 'if (error instanceof Error) {',
    seeds: 30,
  },
  {
    name: 'undo forgets the first write',
    room: 'chassis/table',
    find: 'for (let at = journal.length - 1; at >= 0; at--) {',
    replace: 'for (let at = journal.length - 1; at > 0; at--) {',
    seeds: 30,
  },
  {
    name: 'replicas of one log begin with different numbers',
    room: core,
    find: "tables.numbers.insert({ id: 'last', seq: 0 })",
    replace: "tables.numbers.insert({ id: 'last', seq: Math.trunc(performance.now()) })",
    seeds: 20,
  },
  {
    name: 'undo leaves the indices as they were',
    room: 'chassis/table',
    find: 'this.#tables[touched[at]!]!.syncAll(touched[at + 1]!)',
    replace: 'void touched',
    seeds: 20,
  },
  {
    name: 'what a failed command wrote stays',
    room: protocol,
    find: 'this.db.undo()\n      this.#emitted = []',
    replace: 'this.#emitted = []',
    seeds: 40,
  },
  {
    name: 'the work list is left lying',
    room: protocol,
    find: 'return this.#meta.expiring || this.#workList.size > 0',
    replace: 'return this.#meta.expiring',
    seeds: 40,
  },
  {
    name: 'the first record is jumped over',
    room: replica,
    find: 'core.offset + 1,\n      (entries)',
    replace: 'core.offset + 2,\n      (entries)',
    seeds: 4,
  },
  {
    name: 'an older run of a replica counts on',
    room: protocol,
    find: "if (record.epoch !== replica.epoch) return 'fenced'",
    replace: '',
    seeds: 200,
  },
  {
    name: 'a record counts although one before it is missing',
    room: protocol,
    find: "if (record.sequence > replica.sequence + 1) return 'out_of_sequence'",
    replace: '',
    seeds: 40,
  },
  {
    name: 'the same id with other content is taken for the same',
    room: core,
    find: 'return known.fingerprint === c.fingerprint',
    replace: 'return known.fingerprint.length > 0',
    seeds: 60,
  },
  {
    name: 'nobody compares the chain',
    room: protocol,
    find: 'if (own === undefined || own === tick.chain) return undefined',
    replace: 'if (own !== tick.incarnation) return undefined',
    seeds: 220,
  },
  {
    name: 'a new leader does not publish what the former one left',
    room: replica,
    find: 'const from = Math.max(this.#through + 1, first)',
    replace: 'const from = this.#through < 0 ? next - 1 : Math.max(this.#through + 1, first)',
    seeds: 40,
  },
  {
    name: 'the snapshot of another log is taken for one of this',
    room: 'chassis/snapshot',
    find: 'incarnations?.has(about.incarnation) === false',
    replace: 'incarnations?.has(service) === true',
    seeds: 80,
  },
  {
    name: 'a snapshot forgets where it was taken',
    room: 'chassis/table',
    find: 'into.word(this.#size)',
    replace: 'into.word(this.#size + 1)',
    seeds: 40,
  },
  {
    name: 'a logic is activated although somebody does not know it',
    room: protocol,
    find: 'return this.list().find((member) => !member.silent && member.logic < logic)',
    replace: 'return undefined',
    seeds: 100,
  },
  {
    name: 'a reader is not kept until the replica is there',
    room: replica,
    find: 'if (Number(offset) <= applied) return Promise.resolve()',
    replace: 'return Promise.resolve()',
    seeds: 240,
  },
  {
    name: 'nobody notices that a replica is silent',
    room: protocol,
    find: 'if (slot === NONE || uptime < bySeen.firstAt() + SILENT_MS) return undefined',
    replace: 'if (slot !== uptime) return undefined',
    seeds: 120,
  },
  {
    name: 'whoever has led goes on leading',
    room: replica,
    find: 'else void this.#leader.stop()',
    replace: '',
    seeds: 60,
  },
  {
    name: 'an event that was skipped comes again',
    room: protocol,
    find: 'if (passage) this.#cursors.pass(passage)',
    replace: '',
    seeds: 430,
  },
  {
    name: 'nobody can say where a bridge goes on',
    room: protocol,
    find: 'return this.#cursors.begin(body)',
    replace: 'return applied()',
    seeds: 80,
  },
  {
    name: 'one vote is enough to skip a record',
    room: replica,
    find: 'return this.#skip.size * 2 > this.#living.size',
    replace: 'return this.#skip.size > 0',
    seeds: 250,
  },
]
