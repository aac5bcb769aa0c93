import { fromRejection } from '../errors/index.ts'
import type { Held } from '../protocol/lease.ts'
import type { Member as Listed } from '../protocol/members.ts'
import type { Partition } from '../protocol/partition.ts'
import type { Verdict } from '../protocol/record.ts'
import { protocolErrors } from '../protocol/refusals.ts'
import type { DraftBody } from './record.ts'

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
  readonly halted: string | undefined
  readonly replicas: readonly Listed[]
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
}

interface Parts {
  readonly service: string
  readonly understood: number
  readonly partition: number
  readonly replica: string
  readonly core: Pick<
    Partition<unknown, unknown, unknown>,
    'lease' | 'now' | 'halted' | 'members' | 'incarnation'
  >
  readonly leads: () => boolean
  readonly rest: () => void
  readonly own: (body: DraftBody) => Promise<Verdict>
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
      const where = { service, partition, replica, leading, lease, incarnation }
      return { ...where, ...clocks, halted, replicas }
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
  }
}
