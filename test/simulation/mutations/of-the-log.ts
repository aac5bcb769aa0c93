import type { Mutation } from './list.ts'

const protocol = 'chassis/protocol'
const replica = 'chassis/replica'

/** Of the log's own rules, of replicas, tables and snapshots. */
export const ofTheLog: readonly Mutation[] = [
  {
    name: 'a record that comes twice counts twice',
    room: protocol,
    find: "if (record.sequence <= replica.sequence) return 'duplicate'",
    replace: '',
  },
  {
    name: 'a command that comes too late is taken',
    room: protocol,
    find: 'if (record.notAfterMs > 0 && at.time > record.notAfterMs) {',
    replace: 'if (record.notAfterMs < 0) {',
  },
  {
    name: 'a fact that a stream repeats is taken twice',
    room: protocol,
    find: "command !== undefined && arrival === 'next'",
    replace: 'command !== undefined',
  },
  {
    name: 'the outbox trims one event too many',
    room: protocol,
    find: 'const end = Math.min(through + 1, first + TRIM_MAX)',
    replace: 'const end = Math.min(through + 2, this.range().next, first + TRIM_MAX)',
  },
  {
    name: 'one clock alone can push time',
    room: protocol,
    find: 'Math.max(clocks.time, Math.min(logClockMs, carriedClockMs))',
    replace: 'Math.max(clocks.time, logClockMs, carriedClockMs)',
  },
  {
    name: 'after an outage all machine deadlines fire',
    room: protocol,
    find: 'gap > TICK_GAP_MS_MAX ? clocks.uptime : clocks.uptime + gap',
    replace: 'clocks.uptime + gap',
  },
  {
    name: 'the publisher skips an event',
    room: replica,
    find: 'this.#through = from + events.length - 1',
    replace: 'this.#through = from + events.length',
  },
  {
    name: 'a batch of unknown fate is given up for lost',
    room: replica,
    find: 'if (error instanceof LogRefused && !ambiguous) {',
    replace: 'if (error instanceof Error) {',
  },
  {
    name: 'undo forgets the first write',
    room: 'chassis/table',
    find: 'for (let at = journal.length - 1; at >= 0; at--) {',
    replace: 'for (let at = journal.length - 1; at > 0; at--) {',
  },
  {
    name: 'undo leaves the indices as they were',
    room: 'chassis/table',
    find: 'this.#tables[touched[at]!]!.syncAll(touched[at + 1]!)',
    replace: 'void touched',
  },
  {
    name: 'what a failed command wrote stays',
    room: protocol,
    find: 'this.db.undo()\n      this.#emitted = []',
    replace: 'this.#emitted = []',
  },
  {
    name: 'the work list is left lying',
    room: protocol,
    find: 'return this.#meta.expiring || this.#workList.size > 0',
    replace: 'return this.#meta.expiring',
  },
  {
    name: 'the first record is jumped over',
    room: replica,
    find: 'core.offset + 1,\n      (entries)',
    replace: 'core.offset + 2,\n      (entries)',
  },
  {
    name: 'an older run of a replica counts on',
    room: protocol,
    find: "if (record.epoch !== replica.epoch) return 'fenced'",
    replace: '',
  },
  {
    name: 'a record counts although one before it is missing',
    room: protocol,
    find: "if (record.sequence > replica.sequence + 1) return 'out_of_sequence'",
    replace: '',
  },
  {
    name: 'nobody compares the chain',
    room: protocol,
    find: 'if (own === undefined || own === tick.chain) return undefined',
    replace: 'if (own !== tick.incarnation) return undefined',
  },
  {
    name: 'a new leader does not publish what the former one left',
    room: replica,
    find: 'const from = Math.max(this.#through + 1, first)',
    replace: 'const from = this.#through < 0 ? next - 1 : Math.max(this.#through + 1, first)',
  },
  {
    name: 'the snapshot of another log is taken for one of this',
    room: 'chassis/snapshot',
    find: 'incarnations?.has(about.incarnation) === false',
    replace: 'incarnations?.has(service) === true',
  },
  {
    name: 'a snapshot forgets where it was taken',
    room: 'chassis/table',
    find: 'into.word(this.#size)',
    replace: 'into.word(this.#size + 1)',
  },
  {
    name: 'a logic is activated although somebody does not know it',
    room: protocol,
    find: 'return this.list().find((member) => !member.silent && member.logic < logic)',
    replace: 'return undefined',
  },
  {
    name: 'a reader is not kept until the replica is there',
    room: replica,
    find: 'if (Number(offset) <= applied) return Promise.resolve()',
    replace: 'return Promise.resolve()',
  },
  {
    name: 'nobody notices that a replica is silent',
    room: protocol,
    find: 'if (slot === NONE || uptime < bySeen.firstAt() + SILENT_MS) return undefined',
    replace: 'if (slot !== uptime) return undefined',
  },
  {
    name: 'whoever has led goes on leading',
    room: replica,
    find: 'else void this.#leader.stop()',
    replace: '',
  },
  {
    name: 'an event that was skipped comes again',
    room: protocol,
    find: 'if (passage) this.#cursors.pass(passage)',
    replace: '',
  },
  {
    name: 'nobody can say where a bridge goes on',
    room: protocol,
    find: 'return this.#cursors.begin(body)',
    replace: 'return applied()',
  },
  {
    name: 'one vote is enough to skip a record',
    room: replica,
    find: 'return this.#skip.size * 2 > this.#living.size',
    replace: 'return this.#skip.size > 0',
  },
]
