import { bytes, type Database, deadline, int, ref, type RowOf, text } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

/** What bots and menus settled before it came to a queue, as platforms report it. */
export function createSelfService<Queues extends string>(db: Database, queues: Queues) {
  const selfService = db.table(
    'selfService',
    {
      /** "<pool>/<queue id>/<topic>/<day>". */
      key: text(3 * limits.idBytes + 8),
      queue: ref(queues),
      /** '': whatever it was. */
      topic: text(limits.idBytes),
      /** Days since 1970, UTC. */
      day: int(),
      /** Packed: SelfServiceDay. */
      intervals: bytes(limits.selfServiceDayBytes),
      /** Sums of `intervals`. */
      sessions: int(),
      contained: int(),
      handedOver: int(),
      /** When it is forgotten. */
      forgetAt: deadline(),
      /** By the command that made it, and its place in there: a total order. */
      seq: int(),
    },
    { cap: limits.selfServiceDaysPerPartition, key: 'key' },
  )
  return {
    selfService,
    selfServiceOfQueue: selfService.ordered({
      set: (one) => one.queue,
      key: (one) => one.day,
      tie: (one) => one.seq,
    }),
    selfServiceByTime: selfService.heap({ at: (one) => one.forgetAt, tie: (one) => one.seq }),
  }
}

export type SelfServiceRow = RowOf<ReturnType<typeof createSelfService>['selfService']>
