import { common, fromRejection, parse } from '../errors/index.ts'
import { LogAmbiguous, LogRefused } from '../log/port.ts'
import type { Halt } from '../protocol/halts.ts'
import type { Held } from '../protocol/lease.ts'
import { SKIP_REASON_BYTES_MAX } from '../protocol/limits.ts'
import type { Member as Listed } from '../protocol/members.ts'
import type { Partition } from '../protocol/partition.ts'
import type { Verdict } from '../protocol/record.ts'
import { protocolErrors } from '../protocol/refusals.ts'
import type { BridgeStats, Fed, Refusal } from './bridge.ts'
import { refusedError } from './failures.ts'
import type { Poison } from './poison.ts'
import { type DraftBody, encodeRecord } from './record.ts'

/** How a partition stands, as one replica of it sees it. */
export interface PartitionStatus {
  readonly service: string
  readonly partition: number
  readonly replica: string
  readonly leading: boolean
  readonly lease: Held
  readonly incarnation: string
  /** Of the last applied record. */
  readonly offset: number
  readonly time: number
  readonly uptime: number
  /** Version of the logic that decisions are made by, and the highest that this process understands. */
  readonly logic: number
  readonly understood: number
  /** undefined while all is well. */
  readonly halted: Halt | undefined
  /** The record that it has halted at, if it is one that can't be decoded. */
  readonly poison: PoisonStatus | undefined
  readonly replicas: readonly Listed[]
  readonly bridges: readonly BridgeStatus[]
}

/** How one source's events come in. */
export interface BridgeStatus extends Fed {
  /** "<service>/<partition>" */
  readonly source: string
  /** Why it doesn't go on by itself, as the leader finds it; others don't read the source. */
  readonly refusal: Refusal | undefined
}

export interface PoisonStatus {
  readonly offset: number
  /** SHA-256 of the record's bytes, in hexadecimal digits. */
  readonly digest: string
  /** Replicas that have said that it is to be skipped. */
  readonly given: readonly string[]
  readonly needed: number
}

/** What an operator may see and do; every deed is a record of the log. */
export interface Operations {
  status(): PartitionStatus
  /** Leads no longer and leaves it to others for a while; nothing if it doesn't lead. */
  handOver(): Promise<void>
  /**
   * The log is decided by this version of the logic from now on, on every replica. Rejects with
   * LOGIC_NOT_NEXT or LOGIC_NOT_UNDERSTOOD.
   */
  activateLogic(logic: number): Promise<void>
  /**
   * This replica says that the record at which it has halted is to be passed over; so it is once
   * more than half of those that lived have said so. Break-glass: what the record meant is lost,
   * and a version that understands it must not run any more. Rejects with SKIP_NOT_HALTED when the
   * replica stands elsewhere or the bytes are others. Saying it again does no harm.
   */
  skip(offset: number, digest: string, reason: string): Promise<void>
  /**
   * The bridge from `source` takes in the events from position `next` on, of the log `incarnation`
   * ('': the same as before); what it had not taken in before that is lost. Rejects with
   * BRIDGE_UNKNOWN, or BRIDGE_MOVED when it has gone on meanwhile.
   */
  moveBridge(source: string, next: number, incarnation: string, reason: string): Promise<void>
}

interface Parts {
  readonly service: string
  readonly understood: number
  readonly partition: number
  readonly replica: string
  readonly core: Pick<
    Partition<unknown, unknown, unknown>,
    'lease' | 'now' | 'halted' | 'members' | 'incarnation' | 'cursors'
  >
  readonly leads: () => boolean
  readonly rest: () => void
  readonly own: (body: DraftBody) => Promise<Verdict>
  readonly poison: () => Poison | undefined
  readonly bridges: () => readonly BridgeStats[]
  readonly append: (record: Uint8Array) => Promise<void>
}

export function operationsOf(parts: Parts): Operations {
  const { core, own } = parts
  return {
    status() {
      const { service, partition, replica, understood } = parts
      const { offset, time, uptime, logic } = core.now()
      const clocks = { offset, time, uptime, logic, understood }
      const { incarnation } = core
      const lease = core.lease()
      const halted = core.halted()
      const leading = parts.leads()
      const replicas = core.members()
      const bridges = parts.bridges().map((bridge) => bridgeStatus(bridge, core.cursors))
      const where = { service, partition, replica, leading, lease, incarnation }
      return {
        ...where,
        ...clocks,
        halted,
        poison: poisonStatus(parts.poison()),
        replicas,
        bridges,
      }
    },
    async handOver() {
      if (!parts.leads()) return
      parts.rest()
      await own({ kind: 'release' })
    },
    async activateLogic(logic) {
      const verdict = await own({ kind: 'activateLogic', logic })
      if (verdict.kind === 'rejected') throw fromRejection(verdict.rejection, protocolErrors)
    },
    async moveBridge(source, next, incarnation, reason) {
      parse.id('reason', reason, operatorsReason)
      const prev = core.cursors.position(source)
      const place = { source, prev, position: next - 1, incarnation }
      const verdict = await own({ kind: 'moveBridge', ...place, reason })
      if (verdict.kind === 'rejected') throw fromRejection(verdict.rejection, protocolErrors)
    },
    async skip(offset, digest, reason) {
      parse.id('reason', reason, operatorsReason)
      const poison = parts.poison()
      if (poison?.entry.offset !== offset || poison.digest !== digest) {
        const position = `${parts.partition}/${offset}`
        throw fromRejection({ code: 'SKIP_NOT_HALTED', fields: { position } }, protocolErrors)
      }
      const body = { kind: 'skip', offset, digest, reason } as const
      const outside = { epoch: 0, sequence: 0, notAfterMs: 0, clockMs: 0 }
      await appended(parts.append(encodeRecord({ replica: parts.replica, ...outside, body })))
    },
  }
}

const operatorsReason = {
  pattern: new RegExp(`^[ -~]{1,${SKIP_REASON_BYTES_MAX}}$`),
  says: `1-${SKIP_REASON_BYTES_MAX} printable ASCII characters`,
}

function poisonStatus(poison: Poison | undefined): PoisonStatus | undefined {
  return poison && { offset: poison.entry.offset, digest: poison.digest, ...poison.votes }
}

function bridgeStatus({ source, refusal }: BridgeStats, cursors: Parts['core']['cursors']) {
  const [position, incarnation] = [cursors.position(source), cursors.incarnation(source)]
  return { source, position, incarnation, refusal }
}

async function appended(append: Promise<void>): Promise<void> {
  try {
    await append
  } catch (error) {
    if (error instanceof LogRefused) throw refusedError(error.causeCode, error)
    if (error instanceof LogAmbiguous) throw common('OUTCOME_UNKNOWN', {}, { cause: error })
    throw error
  }
}
