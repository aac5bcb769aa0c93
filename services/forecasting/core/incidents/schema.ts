import {
  type Database,
  deadline,
  flag,
  int,
  oneOf,
  ref,
  type RowOf,
  text,
  value,
} from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'

/** What may befall a pool. */
export const incidentKinds = ['recall', 'outage', 'weather', 'dataGap', 'other'] as const

export type IncidentKind = (typeof incidentKinds)[number]

export function createIncidents(db: Database) {
  const incidents = db.table(
    'incidents',
    {
      /** "<pool>/<incident id>". */
      key: text(2 * limits.idBytes + 1),
      incidentId: text(limits.idBytes),
      pool: ref('pools'),
      kind: oneOf(...incidentKinds),
      displayName: text(limits.displayNameBytes),
      /** Ids of queues of the pool; none: all of them. */
      queueIds: value<readonly string[]>(),
      /** Since when. */
      from: int(),
      /** Later than `from`: it ends by itself then, or has ended then. */
      until: int(),
      ended: flag(),
      /** When it ends, or, ended, when it is forgotten. */
      dueAt: deadline(),
      /** Offset of the last change; the etag. */
      changed: int(),
      seq: int(),
    },
    { cap: limits.incidentsPerPartition, key: 'key' },
  )
  return {
    incidents,
    incidentsOfPool: incidents.ordered({
      set: (one) => one.pool,
      key: (one) => one.from,
      tie: (one) => one.seq,
    }),
    incidentsByTime: incidents.heap({ at: (one) => one.dueAt, tie: (one) => one.seq }),
  }
}

export type IncidentRow = RowOf<ReturnType<typeof createIncidents>['incidents']>
