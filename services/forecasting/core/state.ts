import {
  bytes,
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
import { channels } from '@evenkeel/chassis/words'
import { createCalendars } from './calendar/schema.ts'
import { createHistory } from './history/schema.ts'
import { createIncidents } from './incidents/schema.ts'
import { createDrifts } from './drift/schema.ts'
import { createForecasts } from './forecast/schema.ts'
import { limits } from './limits.ts'
import { createPlanned } from './planned/schema.ts'
import type { Requirement } from './staff/eligible.ts'
import { createSelfService } from './self-service/schema.ts'
import { createStaff } from './staff/schema.ts'
import { createStaffing } from './staffing/schema.ts'

/** The tables of one partition, and what is derived from them. */
export function create(db: Database) {
  const pools = db.table(
    'pools',
    {
      id: text(limits.idBytes),
      /** As an IANA name that the edge has checked; cores know no zones. */
      timeZone: text(limits.timeZoneBytes),
      /** One of forecastIntervalsMs. */
      intervalMs: int(),
      shrinkageBp: int(),
      patienceMs: int(),
      /** Days of the month, ascending. */
      paydays: value<readonly number[]>(),
      /** Offset of the last change of the settings; the etag. */
      changed: int(),
    },
    { cap: limits.pools, key: 'id' },
  )

  const queues = db.table(
    'queues',
    {
      /** "<pool>/<queue id>". */
      key: text(2 * limits.idBytes + 1),
      queueId: text(limits.idBytes),
      pool: ref('pools'),
      channel: oneOf(...channels),
      /** Answer within this, */
      targetMs: int(),
      /** this share of them. */
      goalBp: int(),
      /** Until enough contacts are counted. */
      usualHandleMs: int(),
      /** Of the pool; '': it is always open. */
      calendarId: text(limits.idBytes),
      takesWhileClosed: flag(),
      /** Of every contact of it. */
      requirements: value<readonly Requirement[]>(),
      /** Contacts that ended, and those of them that were called back; halved now and then. */
      finished: int(),
      calledBack: int(),
      /** Since when every contact of it is counted. */
      since: int(),
      /** Offset of the command that made it: a total order. */
      seq: int(),
    },
    { cap: limits.queuesPerPartition, key: 'key' },
  )

  const days = db.table(
    'days',
    {
      /** "<pool>/<queue id>/<day>". */
      key: text(2 * limits.idBytes + 7),
      queue: ref('queues'),
      /** Days since 1970, UTC. */
      day: int(),
      /** Packed: DayCounts. */
      counts: bytes(limits.dayBytes),
      /** When it is forgotten. */
      forgetAt: deadline(),
      seq: int(),
    },
    { cap: limits.daysPerPartition, key: 'key' },
  )

  /** Intervals of which something is to be told. */
  const untold = db.table(
    'untold',
    {
      /** "<pool>/<queue id>/<from>". */
      key: text(2 * limits.idBytes + 18),
      queue: ref('queues'),
      from: int(),
      /** It was told before. */
      revised: flag(),
      tellAt: deadline(),
      seq: int(),
    },
    { cap: limits.revisions, key: 'key' },
  )

  return {
    ...{ db, pools, queues, days, untold },
    ...createCalendars(db, 'pools'),
    ...createPlanned(db, 'pools'),
    ...createHistory(db),
    ...createIncidents(db),
    ...createStaff(db, 'pools'),
    ...createForecasts(db),
    ...createDrifts(db),
    ...createStaffing(db, 'queues'),
    ...createSelfService(db, 'queues'),
    queuesOfPool: queues.ordered({ set: (q) => q.pool, key: (q) => q.seq, tie: () => 0 }),
    daysOfQueue: days.ordered({ set: (d) => d.queue, key: (d) => d.day, tie: () => 0 }),
    daysByTime: days.heap({ at: (d) => d.forgetAt, tie: (d) => d.seq }),
    untoldByTime: untold.heap({ at: (u) => u.tellAt, tie: (u) => u.seq }),
  }
}

export type ForecastingState = ReturnType<typeof create>
export type PoolRow = RowOf<ForecastingState['pools']>
export type QueueRow = RowOf<ForecastingState['queues']>
export type AgentRow = RowOf<ForecastingState['agents']>
export type StaffingRow = RowOf<ForecastingState['staffings']>
