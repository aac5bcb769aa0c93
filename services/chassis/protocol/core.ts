import type { Database } from '../table/index.ts'
import type { ErrorTable } from './errors.ts'

/** Where and when, in the log, a core decides. All times are whole milliseconds. */
export interface Moment {
  /**
   * Customers' clock: ms since 1970, never goes back (architecture: Time). For TTLs, promises,
   * waiting.
   */
  readonly time: number
  /**
   * Machines' clock: ms since the log began, stands still while nobody ticks. For offers, grace,
   * leases.
   */
  readonly uptime: number
  /** Offset of the record being applied: the source of every new id. */
  readonly offset: number
  /**
   * Version of the logic to decide by (architecture: Evolution). A core that understands several
   * decides as that version did, for as long as a log or a snapshot may hold its records.
   */
  readonly logic: number
}

/**
 * What became of a command. A rejected command has changed nothing: the protocol undoes whatever
 * it wrote.
 */
export type Outcome<Event> =
  | {
      readonly ok: true
      readonly events: readonly Event[]
      /** What the reply is about (a contact id, an etag...); part of the chain. */
      readonly ref: string
      /** Work that is too long for this command; goes on the work list. */
      readonly work?: readonly WorkItem[]
    }
  | { readonly ok: false; readonly rejection: Rejection }

/**
 * A coded refusal. `fields` name the field, the limit and the value; they are shown to the caller.
 * `retry_after_ms` among them is when a retry makes sense, of what may be retried.
 */
export interface Rejection {
  readonly code: string
  readonly fields: Readonly<Record<string, string | number>>
}

/**
 * A piece of work too long for one command, kept in the state and taken up again slice by slice.
 */
export interface WorkItem {
  /** Names what is to be done; the core switches on it. */
  readonly kind: string
  /** Whom it is about, by id. */
  readonly subject: string
  /** How far it has come; the core's own, '' at first. */
  readonly cursor: string
}

/**
 * A service's decisions. Synchronous, deterministic, no I/O, clock or randomness (fenced by
 * services' core tsconfig).
 * All state lives in tables of `db`; nothing else may be kept between calls, save what an index
 * derives.
 */
export interface Core<State, Command, Event> {
  /** Makes the tables and indices. Called once per partition. */
  create(db: Database): State
  apply(state: State, command: Command, at: Moment): Outcome<Event>
  /**
   * Fires deadlines that have passed, at most `budget` of them; told again (Continue) if it
   * returns more: true.
   */
  expire(state: State, at: Moment, budget: number): { events: readonly Event[]; more: boolean }
  /**
   * Earliest deadline by each clock, Infinity if none. Lets the leader tick when something is due.
   */
  nextDeadline(state: State): { time: number; uptime: number }
  /**
   * A replica began a new run, or has said nothing for ten seconds of uptime: what it held open
   * before this record is nobody's. Returns work for the list.
   */
  orphaned(state: State, replica: string, at: Moment): readonly WorkItem[]
  /** One slice of an item: at most 256 entities touched. `next` undefined: the item is done. */
  work(state: State, item: WorkItem, at: Moment): { events: readonly Event[]; next?: WorkItem }
  /** The pool of an event, for its envelope. */
  poolOf(event: Event): string
  /**
   * Commands that bring new contacts: refused while the outbox is full, so that what is open can
   * still be ended.
   */
  admits?(command: Command): boolean
  /**
   * Broken invariants, as sentences; empty when all is well. `full`: every row, else those of
   * `db.touched`.
   */
  invariants(state: State, at: Moment, full: boolean): readonly string[]
}

/**
 * Bytes <-> domain, for commands and events; the only place beside rpc.ts where wire types are
 * known.
 */
export interface Codec<Command, Event> {
  /** Throws RejectedInput when the bytes do not mean a valid command. */
  decodeCommand(bytes: Uint8Array): Command
  /** The same event gives the same bytes, always. */
  encodeEvent(event: Event): Uint8Array
}

/** How one source's events become this service's commands. */
export interface BridgeRule<Command> {
  /** Producing service; its partition p feeds this service's partition p. */
  readonly source: string
  /**
   * The event's body (evenkeel.log.v1.Event.body); undefined: not for us, the cursor moves all the
   * same.
   */
  decode(body: Uint8Array): Command | undefined
  /** Whether this version has heard of that kind of event; what it has not is told to operators. */
  knows(body: Uint8Array): boolean
}

/** A service as a value: the chassis can run any such value on any log. */
export interface ServiceCore<State, Command, Event> {
  readonly name: string
  readonly core: Core<State, Command, Event>
  /** Highest version of its logic that this code understands; 1 is the first. */
  readonly logic: number
  readonly codec: Codec<Command, Event>
  readonly bridges: readonly BridgeRule<Command>[]
  /** Every code that `core` rejects with. */
  readonly errors: ErrorTable
}
