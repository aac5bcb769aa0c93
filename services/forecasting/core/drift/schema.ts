import { type Database, deadline, int, oneOf, ref, type RowOf, text } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

export type Direction = 'above' | 'below'

/** How far the day of each queue is assessed, and whether it drifts. */
export function createDrifts(db: Database) {
  const drifts = db.table(
    'drifts',
    {
      /** "<pool>/<queue id>". */
      key: text(2 * limits.idBytes + 1),
      queue: ref('queues'),
      date: text(limits.dateBytes),
      /** End of the last interval decided; 0: none yet. */
      assessedUntil: int(),
      /** 'none': what follows says nothing. */
      direction: oneOf('none', 'above', 'below'),
      probabilityBp: int(),
      factorMilli: int(),
      since: int(),
      detectedAt: int(),
      falseAlarmBp: int(),
      /** In a row, fewer than clear it. */
      quietIntervals: int(),
      /** End of its day. */
      overAt: deadline(),
      seq: int(),
    },
    { cap: limits.queuesPerPartition, key: 'key' },
  )
  return { drifts, driftsByTime: drifts.heap({ at: (d) => d.overAt, tie: (d) => d.seq }) }
}

export type DriftRow = RowOf<ReturnType<typeof createDrifts>['drifts']>
