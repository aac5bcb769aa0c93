import type { Entry } from '../log/port.ts'
import { CoreFault, Database } from '../table/index.ts'
import { chainText } from './chain.ts'
import { type Clocks, advance, isOutage } from './clocks.ts'
import type { Moment, Outcome, Rejection, ServiceCore } from './core.ts'
import { Cursors } from './cursors.ts'
import { EXPIRE_BUDGET, OUTBOX_ADMIT_MAX, TOUCHED_MAX, WORK_ADMIT_MAX } from './limits.ts'
import type { Halt } from './halts.ts'
import { type Held, Lease } from './lease.ts'
import { Links } from './links.ts'
import { type Member, Members, type Standing } from './members.ts'
import { Outbox } from './outbox.ts'
import { disputed, foreign, outOfPlace, tooOld } from './place.ts'
import type { Bridged, Genesis, LogRecord, Passage, Tick, Verdict } from './record.ts'
import { type MetaRow, metaAtFirst, type ProtocolTables, protocolTables } from './tables.ts'
import { applied, halted, ignored, rejected } from './verdicts.ts'
import { WorkList } from './work-list.ts'

/** Bytes of an event with its id, pool and time around it; the same input gives the same bytes. */
export type Envelope = (id: string, pool: string, timeMs: number, body: Uint8Array) => Uint8Array

export interface PartitionOptions<State, Command, Event> {
  readonly service: ServiceCore<State, Command, Event>
  readonly partition: number
  /** What the log says; a Genesis that says otherwise halts. */
  readonly partitions: number
  readonly envelope: Envelope
}

/**
 * The log's own rules around a service's core: which records count, what time it is, what is
 * undone, what is remembered.
 * Deterministic: the same entries give the same tables and the same chain, on every replica and in
 * every replay.
 */
export class Partition<State, Command, Event> {
  readonly db = new Database()
  readonly state: State
  readonly #service: ServiceCore<State, Command, Event>
  readonly #partition: number
  readonly #partitions: number
  readonly #envelope: Envelope
  readonly #tables: ProtocolTables
  readonly #meta: MetaRow
  readonly #cursors: Cursors
  readonly #outbox: Outbox
  readonly #workList: WorkList
  readonly #lease: Lease
  readonly #members: Members
  readonly #links = new Links()
  /** Events of the record being applied, for the chain. */
  #emitted: Uint8Array[] = []
  #halted: Halt | undefined

  constructor(options: PartitionOptions<State, Command, Event>) {
    this.#service = options.service
    this.#partition = options.partition
    this.#partitions = options.partitions
    this.#envelope = options.envelope
    this.#tables = protocolTables(this.db)
    this.#meta = this.#tables.meta.insert(metaAtFirst)
    const fed = options.service.bridges.map(({ source }) => `${source}/${options.partition}`)
    this.#cursors = new Cursors(this.#tables, fed)
    this.#outbox = new Outbox(this.#tables, this.#meta)
    this.#workList = new WorkList(this.#tables, this.#meta)
    this.#lease = new Lease(this.#tables, this.#meta)
    this.#members = new Members(this.#tables)
    this.state = options.service.core.create(this.db)
    this.db.commit()
  }

  /**
   * Takes in the next record. What it wrote is in the journal when it returns: the caller closes
   * it by db.commit().
   * A throw is never a refusal: state and journal are then worth nothing and the process must end.
   */
  apply(record: LogRecord<Command>, entry: Entry): Verdict {
    if (this.#halted !== undefined) return halted(this.#halted)
    this.#emitted = []
    const clocks = this.#clocksAt(record, entry)
    const { logic } = this.#meta
    const at: Moment = { time: clocks.time, uptime: clocks.uptime, offset: entry.offset, logic }
    const refused = this.#outOfPlace(record, entry) ?? this.#discounted(record)
    if (!refused && isOutage(this.#meta, clocks)) this.#lease.lapse(at.uptime)
    const verdict = refused ?? this.#take(record, at)
    if (verdict.kind === 'halted') return this.halt(verdict)
    if (!refused) this.#remember(record, at)
    const { chainHigh, chainLow } = this.#links.add(this.#meta, entry, verdict, this.#emitted)
    const { time, uptime } = refused ? this.#meta : clocks
    this.#tables.meta.update(this.#meta, { offset: at.offset, time, uptime, chainHigh, chainLow })
    return verdict
  }

  /**
   * Passes over a record that nobody can decode, when a majority has said so. What halted at it
   * goes on with the next one. `passage`: it would have been this step of a bridge, which is taken
   * without its event; else the next leader would append the event again, and halt all again.
   */
  skip(entry: Entry, passage?: Passage): Verdict {
    const verdict = ignored('skipped')
    this.#halted = undefined
    if (passage) this.#cursors.pass(passage)
    const link = this.#links.add(this.#meta, entry, verdict, [])
    this.#tables.meta.update(this.#meta, { offset: entry.offset, ...link })
    return verdict
  }

  /** From now on nothing is applied: this replica or its log is not what it should be. */
  halt({ code, reason }: Halt): Verdict {
    this.#halted ??= { code, reason }
    return halted(this.#halted)
  }

  /**
   * Time moves before the service decides, so that it decides by the time that the record brings.
   */
  #clocksAt(record: LogRecord<Command>, entry: Entry): Clocks {
    const kind = record.body.kind
    if (kind !== 'tick' && kind !== 'claim' && kind !== 'join') return this.#meta
    return advance(this.#meta, entry.timestampMs, record.clockMs)
  }

  #outOfPlace(record: LogRecord<Command>, entry: Entry): Verdict | undefined {
    const { logic } = this.#service
    const halt = outOfPlace(this.#meta, entry.offset, record.body.kind, logic)
    return halt && halted(halt)
  }

  #discounted(record: LogRecord<Command>): Verdict | undefined {
    const reason = this.#members.discounts(record, this.#meta.logic)
    return reason && ignored(reason)
  }

  #take(record: LogRecord<Command>, at: Moment): Verdict {
    const { body } = record
    switch (body.kind) {
      case 'genesis':
        return this.#begin(body, at)
      case 'join':
        return this.#guard(at, () => {
          const work = this.#service.core.orphaned(this.state, record.replica, at)
          return this.#accept({ ok: true, events: [], ref: '', work }, at)
        })
      case 'tick':
        return this.#tick(record.replica, body, at)
      case 'published':
        return this.#outbox.trim(body.through) ? applied() : ignored('beyond_outbox')
      case 'bridge':
        return this.#bridge(body, at)
      case 'continue':
        return this.#meta.expiring ? this.#expire(at) : this.#work(at)
      case 'skip':
        return ignored('skip_vote')
      case 'claim':
        return this.#lease.claim(record.replica, record.epoch, at)
          ? applied()
          : ignored('lease_held')
      case 'release':
        return this.#lease.release(record.replica) ? applied() : ignored('not_leading')
      case 'alive':
        return applied()
      case 'moveBridge':
        return this.#cursors.begin(body)
      case 'activateLogic':
        return this.#activate(body.logic)
      case 'command':
        return this.#refusal(record, body.command, at) ?? this.#command(body.command, at)
      default:
        return body satisfies never
    }
  }

  #begin(genesis: Genesis, at: Moment): Verdict {
    if (at.offset > 0) return ignored('later_genesis')
    const halt = foreign(genesis, this.#service.name, this.#partitions)
    if (halt !== undefined) return halted(halt)
    this.#tables.meta.update(this.#meta, { incarnation: genesis.incarnation })
    return applied()
  }

  #activate(logic: number): Verdict {
    const expected = this.#meta.logic + 1
    if (logic !== expected) return rejected('LOGIC_NOT_NEXT', { value: logic, limit: expected })
    const holdout = this.#members.holdout(logic)
    if (holdout) {
      const { id, logic: limit } = holdout
      return rejected('LOGIC_NOT_UNDERSTOOD', { replica: id, limit, value: logic })
    }
    if (logic > this.#service.logic) return halted(tooOld(logic, this.#service.logic))
    this.#tables.meta.update(this.#meta, { logic })
    return applied()
  }

  /** Either a replica falls silent, or deadlines fire: each has the record for itself. */
  #tick(sender: string, tick: Tick, at: Moment): Verdict {
    const halt = disputed(tick, this.#meta, this.#links)
    if (halt !== undefined) return halted(halt)
    this.#members.heard(sender, at.uptime)
    const silent = this.#members.overdue(at.uptime)
    if (silent === undefined) return this.#expire(at)
    const verdict = this.#guard(at, () => {
      const work = this.#service.core.orphaned(this.state, silent, at)
      return this.#accept({ ok: true, events: [], ref: '', work }, at)
    })
    this.#members.silence(silent)
    this.#tables.meta.update(this.#meta, { expiring: true })
    return verdict
  }

  #expire(at: Moment): Verdict {
    const verdict = this.#guard(at, () => {
      const { events, more } = this.#service.core.expire(this.state, at, EXPIRE_BUDGET)
      if (more !== this.#meta.expiring) this.#tables.meta.update(this.#meta, { expiring: more })
      return this.#accept({ ok: true, events, ref: '' }, at)
    })
    // A deadline that faults would be continued forever; the next Tick is soon enough.
    if (verdict.kind === 'failed') this.#tables.meta.update(this.#meta, { expiring: false })
    return verdict
  }

  #bridge(bridged: Bridged<Command>, at: Moment): Verdict {
    const { command } = bridged
    const arrival = this.#cursors.arrival(bridged)
    if (arrival === 'elsewhere') return ignored('cursor')
    if (arrival === 'other_log') return ignored('other_log')
    const means = command !== undefined && arrival === 'next'
    const verdict = means ? this.#command(command, at) : applied()
    // An event is not the caller's to send again: the cursor stays, and the bridge comes back.
    if (verdict.kind === 'rejected' && verdict.rejection.code === 'WORK_LIST_FULL') {
      return ignored('work_list_full')
    }
    this.#cursors.move(bridged, arrival === 'repeat')
    return verdict
  }

  /** What is refused before the service sees it. */
  #refusal(record: LogRecord<Command>, command: Command, at: Moment): Verdict | undefined {
    if (record.notAfterMs > 0 && at.time > record.notAfterMs) {
      return rejected('COMMAND_TOO_LATE', { value: at.time, limit: record.notAfterMs })
    }
    if (this.#outbox.full && this.#service.core.admits?.(command)) {
      return rejected('OUTBOX_FULL', { value: this.#outbox.size, limit: OUTBOX_ADMIT_MAX })
    }
    return undefined
  }

  #command(command: Command, at: Moment): Verdict {
    return this.#guard(at, () => {
      const outcome = this.#service.core.apply(this.state, command, at)
      if (!outcome.ok) {
        this.db.undo()
        return { kind: 'rejected', rejection: outcome.rejection }
      }
      if (outcome.work && !this.#workList.hasRoomFor(outcome.work.length)) {
        this.db.undo()
        return rejected('WORK_LIST_FULL', { value: this.#workList.size, limit: WORK_ADMIT_MAX })
      }
      return this.#accept(outcome, at)
    })
  }

  #work(at: Moment): Verdict {
    const listed = this.#workList.first()
    if (listed === undefined) return applied()
    const verdict = this.#guard(at, () => {
      const { events, next } = this.#service.core.work(this.state, listed.item, at)
      this.#workList.sliced(listed, next)
      return this.#accept({ ok: true, events, ref: '' }, at)
    })
    if (verdict.kind === 'failed') this.#workList.faulted(listed)
    return verdict
  }

  /**
   * A broken assertion undoes the command, not the partition. Whatever else is thrown goes
   * through.
   */
  #guard(at: Moment, decide: () => Verdict): Verdict {
    try {
      return decide()
    } catch (fault) {
      if (!(fault instanceof CoreFault)) throw fault
      this.db.undo()
      this.#emitted = []
      this.#tables.meta.update(this.#meta, { failed: this.#meta.failed + 1 })
      const position = `${this.#partition}/${at.offset}`
      const rejection: Rejection = { code: 'COMMAND_FAILED', fields: { position } }
      return { kind: 'failed', rejection, fault }
    }
  }

  /**
   * What the service decided becomes part of the state: its events in the outbox, its work on the
   * list.
   */
  #accept(outcome: Extract<Outcome<Event>, { ok: true }>, at: Moment): Verdict {
    this.db.derive()
    const touched = this.db.touched()
    if (touched > TOUCHED_MAX) throw new CoreFault(`a command touched ${touched} rows`)
    for (const item of outcome.work ?? []) this.#workList.put(item, at.uptime)
    const { events } = outcome
    if (events.length > 0) this.#emit(events, at)
    return applied(outcome.ref, events.length)
  }

  #emit(events: readonly Event[], at: Moment): void {
    const { core, codec } = this.#service
    const prefix = `${this.#meta.incarnation}/${this.#partition}/${at.offset}/`
    this.#emitted = events.map((event, index) =>
      this.#envelope(prefix + index, core.poolOf(event), at.time, codec.encodeEvent(event)),
    )
    this.#outbox.put(this.#emitted)
  }

  /** What a record that counts leaves behind, whatever the service made of it. */
  #remember(record: LogRecord<Command>, at: Moment): void {
    const { kind } = record.body
    if (kind === 'genesis') return
    if (kind === 'tick') this.#lease.renew(record.replica, at)
    // The former run may have led; the new one has to claim like anybody else.
    if (kind === 'join') this.#lease.release(record.replica)
    this.#members.remember(record, at)
  }

  // What a replica may read between records.

  now(): Moment {
    const { time, uptime, offset, logic } = this.#meta
    return { time, uptime, offset, logic }
  }

  get offset(): number {
    return this.#meta.offset
  }

  get incarnation(): string {
    return this.#meta.incarnation
  }

  chain(): string {
    return chainText(this.#meta.chainHigh, this.#meta.chainLow)
  }

  halted(): Halt | undefined {
    return this.#halted
  }

  /** Epoch of a replica's present run and its last sequence. */
  standing(replica: string): Standing | undefined {
    return this.#members.standing(replica)
  }

  /** Who leads. */
  lease(): Held {
    return this.#lease.held()
  }

  /** Everybody who ever joined, by name. */
  members(): Member[] {
    return this.#members.list()
  }

  /** Place of a replica, from 0, among those that could lead in the present leader's stead. */
  rank(replica: string): number {
    return this.#members.rank(replica, this.#meta.leader)
  }

  /** Where bridges stand. */
  get cursors(): Pick<Cursors, 'position' | 'incarnation'> {
    return this.#cursors
  }

  get outbox(): Pick<Outbox, 'range' | 'events'> {
    return this.#outbox
  }

  /** There is something for a Continue to do. */
  unfinished(): boolean {
    return this.#meta.expiring || this.#workList.size > 0
  }

  health(): ProtocolHealth {
    return {
      work: this.#workList.size,
      workAgeMs: this.#workList.ageMs(),
      workGivenUp: this.#meta.workGivenUp,
      commandsFailed: this.#meta.failed,
    }
  }
}

export interface ProtocolHealth {
  readonly work: number
  readonly workAgeMs: number
  readonly workGivenUp: number
  readonly commandsFailed: number
}
