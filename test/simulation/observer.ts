import type { Entry } from '@evenkeel/chassis/log'
import type { MemoryLog } from '@evenkeel/chassis/log/memory'
import { type Moment, Partition, type ServiceCore, type Verdict } from '@evenkeel/chassis/protocol'
import { decodeRecord, encodeEnvelope, type FeedListener } from '@evenkeel/chassis/replica'
import type { Database, Touched } from '@evenkeel/chassis/table'
import { Runs } from './checks/runs.ts'
import { reporting } from './checks/witness.ts'
import { must } from './failure.ts'
import { poison } from './poison.ts'

/** Chains remembered; a replica that is further behind is compared when it has come closer. */
const rememberedMax = 4_096

/** What was decided, by kind and reason: how a run shows that its faults had consequences. */
export type Verdicts = ReadonlyMap<string, number>

/**
 * Applies every record in the instant in which it lands. It is no part of the system: nothing
 * befalls it, it appends nothing, and nobody knows of it.
 */
export class Observer<State, Command, Event> {
  readonly db: Database
  readonly #service: ServiceCore<State, Command, Event>
  readonly #partition: Partition<State, Command, Event>
  readonly #listeners: FeedListener[] = []
  readonly #chains = new Map<number, string>()
  readonly #verdicts = new Map<string, number>()
  readonly #broken: (sentence: string) => void
  readonly #runs = new Runs()
  #over = false

  constructor(
    service: ServiceCore<State, Command, Event>,
    place: { readonly log: MemoryLog; readonly partition: number },
    broken: (sentence: string) => void,
  ) {
    const { log, partition } = place
    const { partitions } = log
    this.#service = service
    this.#broken = broken
    this.#partition = new Partition({ service, partition, partitions, envelope: encodeEnvelope })
    this.db = this.#partition.db
    log.landed(partition, (entry) => this.#take(entry))
  }

  /** What lands from now on is none of its business. */
  leave(): void {
    this.#over = true
  }

  #take(entry: Entry): void {
    if (this.#over) return
    const record = decodeRecord(entry.bytes, this.#service)
    const verdict = this.#partition.apply(record, entry)
    this.#count(record.body.kind, verdict)
    if (verdict.kind === 'halted') return this.#broken(`the log halts everybody: ${verdict.reason}`)
    reporting(this.#broken, () => this.#runs.took(record, entry.offset, verdict))
    const touched = this.db.commit()
    if (verdict.kind === 'failed') this.#failed(verdict.fault, touched)
    const at = this.now()
    this.#chains.set(at.offset, this.#partition.chain())
    this.#chains.delete(at.offset - rememberedMax)
    for (const listener of this.#listeners) listener(touched, at)
  }

  /** A fault of ours is undone; what is left of it is the protocol's word that it was there. */
  #failed(fault: Error, touched: readonly Touched[]): void {
    if (fault.message !== poison) this.#broken(`core fault: ${fault.message}`)
    const left = touched.find(({ table }) => !table.startsWith('protocol.'))
    if (left !== undefined) this.#broken(`a command that failed has changed ${left.table}`)
  }

  #count(kind: string, verdict: Verdict): void {
    const told =
      verdict.kind === 'ignored'
        ? verdict.reason
        : verdict.kind === 'rejected'
          ? verdict.rejection.code
          : verdict.kind
    const name = `${kind} ${told}`
    this.#verdicts.set(name, (this.#verdicts.get(name) ?? 0) + 1)
  }

  get verdicts(): Verdicts {
    return this.#verdicts
  }

  get state(): State {
    return this.#partition.state
  }

  now(): Moment {
    return this.#partition.now()
  }

  chain(): string {
    return this.#partition.chain()
  }

  lease(): ReturnType<Partition<State, Command, Event>['lease']> {
    return this.#partition.lease()
  }

  watch(listener: FeedListener): void {
    this.#listeners.push(listener)
  }

  /** Every replica has this history, link by link. */
  mustAgree(name: string, offset: number, chain: string): void {
    const expected = this.#chains.get(offset)
    const same = expected === undefined || chain === expected
    must(same, () => `${name} has another history than the log has at offset ${offset}`)
  }
}
