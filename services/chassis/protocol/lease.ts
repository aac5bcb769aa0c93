import { CHALLENGES_MAX, LEASE_MS } from './limits.ts'
import type { Moment } from './core.ts'
import type { MetaRow, ProtocolTables } from './tables.ts'

/** Who leads a partition, as every replica reads it from the log. */
export interface Held {
  /** '' while nobody leads. */
  readonly leader: string
  readonly epoch: number
  /** Uptime until which nobody else can lead. */
  readonly until: number
  /** Offset of the leader's last Claim or Tick. */
  readonly renewed: number
}

/**
 * Leadership as a part of the state: the log says who leads, and everybody finds it at the same
 * record. A matter of economy, never of safety: two that think they lead do the same work twice.
 */
export class Lease {
  readonly #tables: ProtocolTables
  readonly #meta: MetaRow

  constructor(tables: ProtocolTables, meta: MetaRow) {
    this.#tables = tables
    this.#meta = meta
  }

  held(): Held {
    const { leader, leaderEpoch: epoch, leaseUntil: until, leaseRenewed: renewed } = this.#meta
    return { leader, epoch, until, renewed }
  }

  /** False: another leads, and its lease is not over. */
  claim(replica: string, epoch: number, at: Moment): boolean {
    const { leader, leaseUntil, challenges } = this.#meta
    const free = leader === '' || leader === replica || at.uptime >= leaseUntil
    if (!free && challenges + 1 < CHALLENGES_MAX) {
      this.#tables.meta.update(this.#meta, { challenges: challenges + 1 })
      return false
    }
    this.#hold(replica, epoch, at)
    return true
  }

  /** The leader has ticked. */
  renew(replica: string, at: Moment): void {
    const { leader, leaderEpoch } = this.#meta
    if (leader === replica) this.#hold(leader, leaderEpoch, at)
  }

  #hold(leader: string, leaderEpoch: number, at: Moment): void {
    this.#tables.meta.update(this.#meta, {
      leader,
      leaderEpoch,
      leaseUntil: at.uptime + LEASE_MS,
      leaseRenewed: at.offset,
      challenges: 0,
    })
  }

  /** False: it did not lead. */
  release(replica: string): boolean {
    if (this.#meta.leader !== replica) return false
    this.#tables.meta.update(this.#meta, { leader: '', leaderEpoch: 0, challenges: 0 })
    return true
  }

  /** Time has leapt: nobody can have led, so whoever claims first leads. */
  lapse(uptime: number): void {
    this.#tables.meta.update(this.#meta, { leaseUntil: uptime })
  }
}
