import type { Rejection } from './core.ts'
import type { Halt } from './halts.ts'

/**
 * A record of the log, as the protocol understands it. Decoding bytes into it is the shell's
 * (replica/record.ts).
 */
export interface LogRecord<Command> {
  /** Who appended it; '' in Genesis. */
  readonly replica: string
  /** Offset of the Join that began this run of the replica; 0 in Genesis and Join. */
  readonly epoch: number
  /** 1, 2, 3... within (replica, epoch); 0 in Genesis and Join. */
  readonly sequence: number
  /** Log time after which a command is refused; 0: never. */
  readonly notAfterMs: number
  /** The appender's clock, in Tick, Claim and Join. */
  readonly clockMs: number
  readonly body: Body<Command>
}

export type Body<Command> =
  | Genesis
  | Join
  | Tick
  | { readonly kind: 'published'; readonly through: number }
  | Bridged<Command>
  | { readonly kind: 'command'; readonly command: Command }
  | ActivateLogic
  | Skip
  | MoveBridge
  | Bare

/** An operator wants a record that can't be decoded to be passed over, by this replica's voice. */
export interface Skip {
  readonly kind: 'skip'
  readonly offset: number
  /** SHA-256 of the record's bytes, 64 hexadecimal digits. */
  readonly digest: string
  readonly reason: string
}

/**
 * An operator says where a bridge goes on that can't by itself: its source's log is another one, or
 * has dropped what was to be read next.
 */
export interface MoveBridge {
  readonly kind: 'moveBridge'
  /** "<service>/<partition>" */
  readonly source: string
  /** Where the cursor must stand. */
  readonly prev: number
  /** Where it stands from now on: the event after it is the next one taken in. */
  readonly position: number
  /** The source's log from now on; '': the same as before. */
  readonly incarnation: string
  readonly reason: string
}

/** The core decides by this version of its logic from here on. */
export interface ActivateLogic {
  readonly kind: 'activateLogic'
  readonly logic: number
}

/** Bodies that say nothing but what they are. */
export interface Bare {
  readonly kind: 'continue' | 'claim' | 'release' | 'alive'
}

export interface Genesis {
  readonly kind: 'genesis'
  /** 16 hexadecimal digits that name this log. */
  readonly incarnation: string
  readonly partitions: number
  readonly service: string
}

export interface Join {
  readonly kind: 'join'
  /** Tells two processes with one identity apart. */
  readonly bootNonce: string
  readonly supportedLogic: number
}

export interface Tick {
  readonly kind: 'tick'
  readonly incarnation: string
  /** Offset whose chain value is stated. */
  readonly offset: number
  /** 16 hexadecimal digits. */
  readonly chain: string
}

/** A step of a bridge, whatever its event says. */
export interface Passage {
  /** "<service>/<partition>" */
  readonly source: string
  /** Where the cursor must stand, -1 before the first. */
  readonly prev: number
  readonly position: number
  readonly event: EventId
}

export interface Bridged<Command> extends Passage {
  readonly kind: 'bridge'
  /** What the event means here; undefined: nothing, the cursor moves all the same. */
  readonly command: Command | undefined
}

/** Where an event was decided: grows along a stream, so that a repeat is known by it. */
export interface EventId {
  /** The log of the service that emitted it. */
  readonly incarnation: string
  readonly offset: number
  readonly index: number
}

/**
 * Why a record changed nothing but the offset. All of these are ordinary in a log that is written
 * at least once.
 */
export type IgnoredReason =
  | 'stranger' // the replica never joined
  | 'fenced' // a later run of the same replica has joined
  | 'duplicate' // its sequence has been applied
  | 'out_of_sequence' // one before it is missing, so it was never acknowledged
  | 'repeated_join'
  | 'later_genesis' // two replicas found the log empty; the first one counts
  | 'cursor' // the bridge stands elsewhere
  | 'other_log' // the bridge is fed by another log than before, and nobody has accepted that
  | 'work_list_full' // the bridged event stays where it is until there is room
  | 'beyond_outbox' // published what was never emitted
  | 'replicas_full'
  | 'skip_vote' // counted by those that have halted, and by nobody else
  | 'skipped' // can't be decoded, and a majority has said that it is to be passed over
  | 'logic_too_old' // a Join of a replica that does not understand what the log decides by
  | 'lease_held' // claimed while another leads; time has moved all the same
  | 'not_leading' // released by one that did not lead

/** What became of a record. */
export type Verdict =
  | { readonly kind: 'applied'; readonly ref: string; readonly events: number }
  /** Refused: nothing has changed but the sequence of its replica. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Broke an assertion of ours: undone and counted; the partition lives on. */
  | {
      readonly kind: 'failed'
      readonly rejection: Rejection
      readonly fault: Error
    }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason }
  /** The log or this replica is not what it should be. Nothing was changed and nothing will be. */
  | ({ readonly kind: 'halted' } & Halt)
