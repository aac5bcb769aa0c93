import { Admission, type AdmissionLimits } from '../admission/index.ts'
import { common } from '../errors/index.ts'
import type { Halt } from '../protocol/halts.ts'
import { partitionOf } from '../protocol/placement.ts'
import { haltedError } from './halted.ts'
import type { Replica, RunningReplica } from './replica.ts'

/** The partitions of a service that this process keeps, as its API sees them. */
export interface Hosted<State> {
  /** Where a pool is, kept here or not; for any text. */
  partitionOf(pool: string): number
  /** Whether it is for this process to answer for a partition. */
  keeps(partition: number): boolean
  /**
   * The replica that answers for a pool; `pool` has been checked to be an id. Throws NOT_HOSTED
   * with the address of the cell that has it, REPLICA_NOT_READY while it reads its log,
   * PARTITION_HALTED when it could not.
   */
  of(pool: string): Replica<State>
  /**
   * Every partition kept here, in their order, for an answer that is about all of them. Throws as
   * `of` does while one is missing: half a list must not pass for a whole one.
   */
  every(): readonly Replica<State>[]
  /** Those that run at this moment; for figures. */
  readonly running: Iterable<Replica<State>>
  /** Whether this process takes new work. */
  readonly admission: Admission
}

/** Where the partitions are that a process does not keep: host:port of gRPC, by partition. */
export type Cells = ReadonlyMap<number, string>

export interface HostingOptions {
  /** Of the whole log. */
  readonly partitions: number
  /** Kept here, ascending. */
  readonly hosted: readonly number[]
  readonly cells: Cells
  /** undefined: what the settings say where nobody sets them. */
  readonly admission?: AdmissionLimits | undefined
}

/** Fills while replicas come up; each partition has a replica, or a reason why it has none. */
export class Hosting<State> implements Hosted<State> {
  readonly admission: Admission
  readonly #options: HostingOptions
  readonly #replicas = new Map<number, RunningReplica<State>>()
  readonly #failed = new Map<number, Halt>()

  constructor(options: HostingOptions) {
    this.#options = options
    this.admission = new Admission(options.admission)
  }

  /** This partition is answered from now on. */
  up(replica: RunningReplica<State>): void {
    this.#replicas.set(replica.partition, replica)
  }

  /** This partition will not come up, and why. */
  failed(partition: number, halt: Halt): void {
    this.#failed.set(partition, halt)
  }

  partitionOf(pool: string): number {
    return partitionOf(pool, this.#options.partitions)
  }

  keeps(partition: number): boolean {
    return this.#options.hosted.includes(partition)
  }

  of(pool: string): Replica<State> {
    const partition = this.partitionOf(pool)
    if (this.keeps(partition)) return this.#at(partition)
    const address = this.#options.cells.get(partition) ?? ''
    throw common('NOT_HOSTED', { pool, partition, address })
  }

  every(): readonly Replica<State>[] {
    return this.#options.hosted.map((partition) => this.#at(partition))
  }

  get running(): Iterable<RunningReplica<State>> {
    return this.#replicas.values()
  }

  /** Those that did not come up. */
  get down(): ReadonlyMap<number, Halt> {
    return this.#failed
  }

  #at(partition: number): Replica<State> {
    const replica = this.#replicas.get(partition)
    if (replica !== undefined) return replica
    const halt = this.#failed.get(partition)
    if (halt !== undefined) throw haltedError(partition, halt)
    throw common('REPLICA_NOT_READY', {})
  }
}

/** One replica that keeps a whole log of one partition. */
export function hostedAlone<State>(
  replica: RunningReplica<State>,
  admission?: AdmissionLimits,
): Hosted<State> {
  const alone = { partitions: 1, hosted: [0], cells: new Map() }
  const hosting = new Hosting<State>({ ...alone, admission })
  hosting.up(replica)
  return hosting
}
