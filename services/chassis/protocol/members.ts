import { REPLICAS_CAP } from './limits.ts'
import type { IgnoredReason, LogRecord } from './record.ts'
import type { ProtocolTables } from './tables.ts'

/** How a replica stands in the log. */
export interface Standing {
  readonly epoch: number
  readonly sequence: number
  readonly nonce: string
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
  discounts(record: LogRecord<unknown>): IgnoredReason | undefined {
    const { body } = record
    if (body.kind === 'genesis') return undefined
    const { replicas } = this.#tables
    const replica = replicas.get(record.replica)
    if (body.kind === 'join') {
      if (replica?.nonce === body.bootNonce) return 'repeated_join'
      return !replica && replicas.size === REPLICAS_CAP ? 'replicas_full' : undefined
    }
    if (!replica) return 'stranger'
    if (record.epoch !== replica.epoch) return 'fenced'
    if (record.sequence <= replica.sequence) return 'duplicate'
    if (record.sequence > replica.sequence + 1) return 'out_of_sequence'
    return undefined
  }

  /** The sequence is spent even by a refused record: its sender goes on with the next one. */
  remember(record: LogRecord<unknown>, offset: number): void {
    const { replicas } = this.#tables
    const { body } = record
    const replica = replicas.get(record.replica)
    if (body.kind !== 'join') {
      if (replica) replicas.update(replica, { sequence: record.sequence })
      return
    }
    const run = { epoch: offset, sequence: 0, nonce: body.bootNonce, logic: body.supportedLogic }
    if (replica) replicas.update(replica, run)
    else replicas.insert({ id: record.replica, ...run })
  }

  /** Place of a replica, from 0, among those that could lead instead of `leader`. */
  rank(replica: string, leader: string): number {
    const { replicas } = this.#tables
    let rank = 0
    for (const slot of replicas.slots()) {
      const { id } = replicas.at(slot)
      if (id < replica && id !== leader) rank += 1
    }
    return rank
  }
}
