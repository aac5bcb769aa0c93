import { type Database, deadline, flag, int, ref, text, value } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

/** What the days of queues need, as it was computed last. */
export function createStaffing<Queues extends string>(db: Database, queues: Queues) {
  const staffings = db.table(
    'staffings',
    {
      /** "<pool>/<queue id>/<date>". */
      key: text(2 * limits.idBytes + 12),
      queue: ref(queues),
      /** yyyy-mm-dd, in the pool's zone. */
      date: text(10),
      from: int(),
      intervalMs: int(),
      /** These have an entry for each interval; -1: not with any number of agents. */
      required: value<readonly number[]>(),
      scheduled: value<readonly number[]>(),
      /** Empty: `rosteredKnown` is false. */
      rosteredMilli: value<readonly number[]>(),
      rosteredKnown: flag(),
      handleMs: int(),
      atOnceMilli: int(),
      /** By intervals, as far as the day has come: who was signed in then; -1: not looked at. */
      signedInMilli: value<readonly number[]>(),
      forgetAt: deadline(),
      seq: int(),
    },
    { cap: limits.staffingsPerPartition, key: 'key' },
  )
  return {
    staffings,
    staffingsOfQueue: staffings.ordered({ set: (r) => r.queue, key: (r) => r.from, tie: () => 0 }),
    staffingsByTime: staffings.heap({ at: (r) => r.forgetAt, tie: (r) => r.seq }),
  }
}
