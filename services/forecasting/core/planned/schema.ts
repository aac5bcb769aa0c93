import { type Database, deadline, int, ref, type RowOf, text, value } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

/** What planners know to come. */
export function createPlanned<Pools extends string>(db: Database, pools: Pools) {
  const planned = db.table(
    'planned',
    {
      /** "<pool>/<event id>". */
      key: text(2 * limits.idBytes + 1),
      eventId: text(limits.idBytes),
      pool: ref(pools),
      displayName: text(limits.displayNameBytes),
      /** Ids of queues of the pool; none: all of them. */
      queueIds: value<readonly string[]>(),
      from: int(),
      /** Later than `from`. */
      until: int(),
      /** To each of the queues, beside what comes anyway; 0: `factorMilli` says it. */
      extraContacts: int(),
      /** What comes anyway is multiplied by it; 0: `extraContacts` says it. */
      factorMilli: int(),
      /** Four of five such events bring no more and no less than by this part of it. */
      uncertaintyBp: int(),
      /** With the history that it is kept out of. */
      forgetAt: deadline(),
      /** Offset of the last change; the etag. */
      changed: int(),
      seq: int(),
    },
    { cap: limits.plannedPerPartition, key: 'key' },
  )
  return {
    planned,
    plannedOfPool: planned.ordered({
      set: (one) => one.pool,
      key: (one) => one.from,
      tie: (one) => one.seq,
    }),
    plannedByTime: planned.heap({ at: (one) => one.forgetAt, tie: (one) => one.seq }),
  }
}

export type PlannedRow = RowOf<ReturnType<typeof createPlanned>['planned']>
