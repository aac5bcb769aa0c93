import { bytes, type Database, deadline, int, ref, text } from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'
import { activitiesBytesMax } from './shift.ts'

/** The roster's tables of one partition, and what is derived from them. */
export function createRoster(db: Database) {
  const shifts = db.table(
    'shifts',
    {
      /** "<agent id>/<shift id>". */
      key: text(2 * limits.idBytes + 1),
      shiftId: text(limits.idBytes),
      agent: ref('agents'),
      pool: ref('pools'),
      /** Offset of the command that made it and its number there: a total order. */
      seq: int(),
      from: int(),
      /** Later than `from`; no two shifts of an agent overlap. */
      until: int(),
      /** Packed, in their order. */
      activities: bytes(activitiesBytesMax),
      /** Offset of the last change; the etag. */
      changed: int(),
      /** When it is forgotten. */
      forgetAt: deadline(),
    },
    { cap: limits.shiftsPerPartition, key: 'key' },
  )

  /** One of each agent of whom a shift is known. */
  const rosters = db.table(
    'rosters',
    {
      id: text(limits.idBytes),
      agent: ref('agents'),
      seq: int(),
      /** Of shifts that begin before this the world has been told. */
      toldUntil: int(),
      /** When it is to be told more; NEVER: there is no more. */
      tellAt: deadline(),
    },
    { cap: limits.agentsPerPartition, key: 'id' },
  )

  return {
    shifts,
    rosters,
    shiftsOfAgent: shifts.ordered({ set: (r) => r.agent, key: (r) => r.from, tie: (r) => r.seq }),
    shiftsOfPool: shifts.ordered({ set: (r) => r.pool, key: (r) => r.from, tie: (r) => r.seq }),
    shiftsByTime: shifts.heap({ at: (r) => r.forgetAt, tie: (r) => r.seq }),
    rostersByTime: rosters.heap({ at: (r) => r.tellAt, tie: (r) => r.seq }),
  }
}
