import { bytes, type Database, deadline, int, ref, type RowOf, text } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

/** What files brought, beside what was counted: neither overwrites the other. */
export function createHistory(db: Database) {
  const imported = db.table(
    'imported',
    {
      /** "<pool>/<queue id>/<day>". */
      key: text(2 * limits.idBytes + 7),
      queue: ref('queues'),
      /** Days since 1970, UTC, in which its intervals begin. */
      day: int(),
      /** Packed: ImportedDay. */
      intervals: bytes(limits.dayBytes),
      /** When it is forgotten. */
      forgetAt: deadline(),
      seq: int(),
    },
    { cap: limits.importedPerPartition, key: 'key' },
  )
  return {
    imported,
    importedOfQueue: imported.ordered({ set: (d) => d.queue, key: (d) => d.day, tie: () => 0 }),
    importedByTime: imported.heap({ at: (d) => d.forgetAt, tie: (d) => d.seq }),
  }
}

export type ImportedRow = RowOf<ReturnType<typeof createHistory>['imported']>
