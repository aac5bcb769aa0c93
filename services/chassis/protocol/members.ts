import { NONE } from '../table/index.ts'
import type { Moment } from './core.ts'
import { REPLICAS_CAP, SILENT_MS } from './limits.ts'
import type { IgnoredReason, LogRecord } from './record.ts'
import type { ProtocolTables } from './tables.ts'

/** How a replica stands in the log. */
export interface Standing {
  readonly epoch: number
  readonly sequence: number
  readonly nonce: string
}

/** A replica as the log knows it. */
export interface Member {
  readonly id: string
  readonly epoch: number
  /** Uptime of its last record that counted. */
  readonly seen: number
  readonly silent: boolean
  /** Highest logic that its present run understands. */
  readonly logic: number
}

/** The replicas that have joined, and which of their records count. */
export class Members {
  readonly #tables: ProtocolTables

  constructor(tables: ProtocolTables) {
    this.#tables = tables
  }

  standing(replica: string): Standing | undefined {
    return this.#tables.replicas.get(replica)
  }

  /** Why a record doesn't count, by the rules of (replica, epoch, sequence). */
  discounts(record: LogRecord<unknown>, logic: number): IgnoredReason | undefined {
    const { body } = record
    if (body.kind === 'genesis') return undefined
    if (body.kind === 'skip') return 'skip_vote'
    const { replicas } = this.#tables
    const replica = replicas.get(record.replica)
    if (body.kind === 'join') {
      if (replica?.nonce === body.bootNonce) return 'repeated_join'
      if (body.supportedLogic < logic) return 'logic_too_old'
      return !replica && replicas.size === REPLICAS_CAP ? 'replicas_full' : undefined
    }
    if (!replica) return 'stranger'
    if (record.epoch !== replica.epoch) return 'fenced'
    if (record.sequence <= replica.sequence) return 'duplicate'
    if (record.sequence > replica.sequence + 1) return 'out_of_sequence'
    return undefined
  }

  /** The sequence is spent even by a refused record: its sender goes on with the next one. */
  remember(record: LogRecord<unknown>, at: Moment): void {
    const { replicas } = this.#tables
    const { body } = record
    const replica = replicas.get(record.replica)
    if (body.kind !== 'join') {
      const { sequence } = record
      if (replica) replicas.update(replica, { sequence, seen: at.uptime, silent: false })
      return
    }
    const { bootNonce: nonce, supportedLogic: logic } = body
    const run = { epoch: at.offset, sequence: 0, nonce, logic, seen: at.uptime, silent: false }
    if (replica) replicas.update(replica, run)
    else replicas.insert({ id: record.replica, ...run })
  }

  /** Says that it is there. */
  heard(replica: string, uptime: number): void {
    const { replicas } = this.#tables
    replicas.update(replicas.must(replica), { seen: uptime, silent: false })
  }

  /** Of those that have said nothing for too long, the one that has for the longest. */
  overdue(uptime: number): string | undefined {
    const { replicas, bySeen } = this.#tables
    const slot = bySeen.first()
    if (slot === NONE || uptime < bySeen.firstAt() + SILENT_MS) return undefined
    return replicas.at(slot).id
  }

  silence(replica: string): void {
    const { replicas } = this.#tables
    replicas.update(replicas.must(replica), { silent: true })
  }

  /** A replica that is not silent and does not understand a version, if there is one. */
  holdout(logic: number): Member | undefined {
    return this.list().find((member) => !member.silent && member.logic < logic)
  }

  list(): Member[] {
    return this.#tables.replicas
      .inKeyOrder()
      .map(({ id, epoch, seen, silent, logic }) => ({ id, epoch, seen, silent, logic }))
  }

  /** Place of a replica, from 0, among those that could lead instead of `leader`. */
  rank(replica: string, leader: string): number {
    const { replicas } = this.#tables
    let rank = 0
    for (const slot of replicas.slots()) {
      const { id, silent } = replicas.at(slot)
      if (id < replica && id !== leader && !silent) rank += 1
    }
    return rank
  }
}
