import type { Database } from '../table/index.ts'
import { bytes, flag, int, type RowOf, text, value } from '../table/index.ts'
import type { WorkItem } from './core.ts'
import {
  EVENT_BYTES_MAX,
  NAME_BYTES_MAX,
  OUTBOX_CAP,
  REPLICAS_CAP,
  SOURCES_CAP,
  WORK_CAP,
} from './limits.ts'

/**
 * The protocol's own state. It lives beside the service's tables: one journal, one dump, one
 * snapshot.
 */
export function protocolTables(db: Database) {
  const tables = {
    /** One row. */
    meta: db.table(
      'protocol.meta',
      {
        id: text(8),
        /** Names this log; part of every event's id. 16 hexadecimal digits, '' before Genesis. */
        incarnation: text(16),
        /** Of the last record that was taken in, whatever became of it; -1 before Genesis. */
        offset: int(),
        /** Log time, ms since 1970. Never goes back. */
        time: int(),
        /** ms for which somebody ticked. Never goes back. */
        uptime: int(),
        /** The chain's link at `offset`, in two halves of 32 bits. */
        chainHigh: int(),
        chainLow: int(),
        /**
         * Number of the next event. The outbox holds the `outbox.size` numbers before it, without
         * a gap.
         */
        outboxNext: int(),
        /**
         * Number of the next work item. The list holds the `work.size` numbers before it, without
         * a gap.
         */
        workNext: int(),
        /**
         * Deadlines were due that the last slice had no budget for; the next Continue goes on with
         * them.
         */
        expiring: flag(),
        /** Commands that broke an assertion of ours, ever. */
        failed: int(),
        /** Work items dropped after WORK_FAULTS_MAX faults, ever. */
        workGivenUp: int(),
        /** Version of the service's logic that decisions are made by. */
        logic: int(),
        /** Who ticks, publishes and bridges for all; '' while nobody does. */
        leader: text(NAME_BYTES_MAX),
        /** Of the leader's run: another run of it doesn't lead. */
        leaderEpoch: int(),
        /** Uptime until which a Claim of another doesn't count. */
        leaseUntil: int(),
        /** Offset of the leader's last Claim or Tick. */
        leaseRenewed: int(),
        /** Claims of others since then. */
        challenges: int(),
      },
      { cap: 1, key: 'id' },
    ),
    replicas: db.table(
      'protocol.replicas',
      {
        id: text(NAME_BYTES_MAX),
        /** Offset of the Join that counts; records of any other epoch are ignored. */
        epoch: int(),
        /** Of its last record that was not ignored. */
        sequence: int(),
        nonce: text(NAME_BYTES_MAX),
        logic: int(),
        /** Uptime of its last record that counted. */
        seen: int(),
        /** Nothing has counted for SILENT_MS of uptime; what it held open is cut. */
        silent: flag(),
      },
      { cap: REPLICAS_CAP, key: 'id' },
    ),
    cursors: db.table(
      'protocol.cursors',
      {
        source: text(NAME_BYTES_MAX),
        /** Of the last event of this stream that was taken in. */
        position: int(),
        /**
         * That event's id. A stream may hold an event twice; what is not after this one is a
         * repeat.
         */
        incarnation: text(16),
        eventOffset: int(),
        eventIndex: int(),
      },
      { cap: SOURCES_CAP, key: 'source' },
    ),
    outbox: db.table(
      'protocol.outbox',
      { number: text(16), event: bytes(EVENT_BYTES_MAX) },
      { cap: OUTBOX_CAP, key: 'number' },
    ),
    work: db.table(
      'protocol.work',
      {
        number: text(16),
        item: value<WorkItem>(),
        /** Uptime at which it was put on the list. */
        since: int(),
        /** Slices of it that broke an assertion. */
        faults: int(),
      },
      { cap: WORK_CAP, key: 'number' },
    ),
  }
  const bySeen = tables.replicas.heap({
    at: ({ silent, seen }) => (silent ? Infinity : seen),
    tie: ({ epoch }) => epoch,
  })
  return { ...tables, bySeen }
}

export type ProtocolTables = ReturnType<typeof protocolTables>
export type MetaRow = RowOf<ProtocolTables['meta']>

/** Before Genesis. */
export const metaAtFirst = {
  id: 'meta',
  incarnation: '',
  offset: -1,
  time: 0,
  uptime: 0,
  chainHigh: 0,
  chainLow: 0,
  outboxNext: 0,
  workNext: 0,
  expiring: false,
  failed: 0,
  workGivenUp: 0,
  logic: 1,
  leader: '',
  leaderEpoch: 0,
  leaseUntil: 0,
  leaseRenewed: -1,
  challenges: 0,
}
