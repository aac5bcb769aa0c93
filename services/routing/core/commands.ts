import type { ZoneOffset } from './callback/words.ts'
import type { Fact } from './classification/words.ts'
import type {
  AcceptOffer,
  AssignContact,
  ChangeProfile,
  CutSession,
  DeclineOffer,
  ExtendWrapUp,
  EndMove,
  ForceAgentState,
  OpenSession,
  OrderMove,
  RemoveProfile,
  ChangeRoster,
  SetActiveChannels,
  SetEndpointState,
  SetExternalLoad,
  SetPresence,
  SignIn,
} from './agent/commands.ts'
import type { PutClassification, PutPolicy, SetContactPriority } from './agent/supervision.ts'
import type {
  RequestCallback,
  RescheduleCallback,
  RespondToCallbackOffer,
} from './callback/commands.ts'
import type {
  BreakerPolicy,
  CalendarRule,
  CallbackPolicy,
  Channel,
  ClosingRule,
  DialOutcome,
  DialPacing,
  MediaCause,
  MediaStatus,
  Opening,
  QueuePolicy,
  QueueState,
  ReconcileCause,
  Requirement,
  WhenClosed,
} from './words.ts'

export type * from './callback/commands.ts'
export type { PutClassification, PutPolicy, SetContactPriority }

export type * from './agent/commands.ts'

/** Everything that can happen to routing, beside the passing of time. Fields are valid by themselves; what depends on the state is `apply`'s to judge. */
export type Command =
  | PutPool
  | PutQueue
  | SetQueueState
  | PutPolicy
  | PutClassification
  | SetContactPriority
  | PutCalendar
  | ExtendHorizon
  | TellProfilesAge
  | TellOutlook
  | ResolveZone
  | SubmitContact
  | CancelContact
  | AbandonContact
  | TransferContact
  | RequeueContact
  | HoldContact
  | ResumeContact
  | ReportMedia
  | CompleteContact
  | CloseContact
  | StartConsult
  | SwitchChannel
  | RespondToCallbackOffer
  | RequestCallback
  | RescheduleCallback
  | ClaimDial
  | ReportDial
  | SignIn
  | SetPresence
  | AcceptOffer
  | DeclineOffer
  | ExtendWrapUp
  | AssignContact
  | SetActiveChannels
  | ForceAgentState
  | SetEndpointState
  | SetExternalLoad
  | OpenSession
  | CutSession
  | ChangeProfile
  | RemoveProfile
  | ChangeRoster
  | OrderMove
  | EndMove
  | ReconcilePage
  | CarryOutReconciliation
  | SetPoolSwitches
  | PutEndpointBreaker

export interface PutPool {
  readonly kind: 'putPool'
  readonly pool: string
  readonly displayName: string
  /** Absent: as plainPacing has it. */
  readonly dialPacing?: DialPacing
  /** Absent: whatever is known of the agents will do. */
  readonly profilesMaxAgeMs?: number
  readonly etag: string
}

/** How long not all has been heard that the skills service had decided. */
export interface TellProfilesAge {
  readonly kind: 'tellProfilesAge'
  readonly pool: string
  readonly ageMs: number
}

/** What the forecasting service has said of a queue's day: it takes the place of what it had said. */
export interface TellOutlook {
  readonly kind: 'tellOutlook'
  readonly pool: string
  readonly queueId: string
  /** Contacts that are expected, or places of those on shift. */
  readonly of: 'expected' | 'places'
  /** When the first interval begins. */
  readonly from: number
  readonly intervalMs: number
  /** By intervals, in thousandths, 0 or above; empty: it is not known any more. */
  readonly milli: readonly number[]
}

export interface PutQueue {
  readonly kind: 'putQueue'
  readonly pool: string
  readonly queueId: string
  readonly displayName: string
  readonly channel: Channel
  readonly policy: QueuePolicy
  readonly callback: CallbackPolicy | undefined
  readonly etag: string
}

/** Undefined: as the queue's hours say, or what is usual. */
export interface SetQueueState {
  readonly kind: 'setQueueState'
  readonly pool: string
  readonly queueId: string
  readonly state: QueueState
  readonly reason: string
  readonly actor: string
  readonly until: number | undefined
  readonly rule: ClosingRule | undefined
  readonly whenClosed: WhenClosed | undefined
  /** '' unless whenClosed is afterHours. */
  readonly destination: string
}

/** The rule as people put it, and what it means in instants until `knownUntil`. */
export interface PutCalendar {
  readonly kind: 'putCalendar'
  readonly pool: string
  readonly calendarId: string
  readonly displayName: string
  readonly rule: CalendarRule
  readonly openings: readonly Opening[]
  readonly knownUntil: number
  readonly etag: string
}

/** The same rule, resolved further. */
export interface ExtendHorizon {
  readonly kind: 'extendHorizon'
  readonly pool: string
  readonly calendarId: string
  readonly etag: string
  readonly openings: readonly Opening[]
  readonly knownUntil: number
}

/** What a time zone is, as far as it is known. */
export interface ResolveZone {
  readonly kind: 'resolveZone'
  readonly zone: string
  readonly offsets: readonly ZoneOffset[]
  readonly knownUntil: number
}

export interface SubmitContact {
  readonly kind: 'submitContact'
  readonly pool: string
  readonly contactId: string
  /** '' with `need`. */
  readonly queueId: string
  readonly requirements: readonly Requirement[]
  readonly preferredAgentIds: readonly string[]
  readonly holdOutMs: number
  readonly excludedAgentIds: readonly string[]
  readonly priority: number
  readonly customerKey: string
  readonly addressKey: string
  readonly conversationId: string
  readonly attributes: Uint8Array
  readonly references: readonly string[]
  /** undefined: now. */
  readonly enteredAt: number | undefined
  /** undefined: the queue's. */
  readonly timeToLiveMs: number | undefined
  readonly test: boolean
  /** The switch that carries it; absent: none in particular. */
  readonly source?: string
  /** Where the customer is; absent: nobody has said. */
  readonly timeZone?: string
  /** Instead of a queue; see classification/classification.ts. */
  readonly need?: string
  /** In the order of their names. */
  readonly facts?: readonly Fact[]
  /** Hash of everything above, so that a repeat is told from another contact under the same id. */
  readonly fingerprint: string
}

export interface OfContact {
  readonly pool: string
  readonly contactId: string
}

export interface CancelContact extends OfContact {
  readonly kind: 'cancelContact'
  readonly reason: string
  /** The contact may not have come yet; see contact/early-end.ts. */
  readonly mayPrecede?: boolean
}

export interface AbandonContact extends OfContact {
  readonly kind: 'abandonContact'
  /** The contact may not have come yet; see contact/early-end.ts. */
  readonly mayPrecede?: boolean
}

export interface TransferContact extends OfContact {
  readonly kind: 'transferContact'
  readonly queueId: string
  readonly requirements: readonly Requirement[]
  readonly requestId: string
  /** Warm, to the expert of this consult instead of a queue. */
  readonly consultContactId?: string
}

interface NewLeg extends OfContact {
  /** Who has the parent. */
  readonly agentId: string
  readonly legContactId: string
  readonly queueId: string
  readonly requirements: readonly Requirement[]
  /** Hash of everything above, so that a repeat is told from another leg under the same id. */
  readonly fingerprint: string
}

/** An expert is asked. */
export interface StartConsult extends NewLeg {
  readonly kind: 'startConsult'
  readonly expertMayTakeOver: boolean
}

/** The same agent goes on with the customer elsewhere. */
export interface SwitchChannel extends NewLeg {
  readonly kind: 'switchChannel'
}

export interface RequeueContact extends OfContact {
  readonly kind: 'requeueContact'
  readonly requestId: string
}

export interface HoldContact extends OfContact {
  readonly kind: 'holdContact'
}

export interface ResumeContact extends OfContact {
  readonly kind: 'resumeContact'
}

export interface ReportMedia extends OfContact {
  readonly kind: 'reportMedia'
  readonly status: MediaStatus
  readonly cause: MediaCause
}

export interface CompleteContact extends OfContact {
  readonly kind: 'completeContact'
  readonly agentId: string
}

/** What came of it. */
export interface CloseContact extends OfContact {
  readonly kind: 'closeContact'
  readonly agentId: string
  readonly reason: string
  readonly resolved: boolean
  readonly topic: string
}

export interface ClaimDial extends OfContact {
  readonly kind: 'claimDial'
  readonly attemptId: string
  readonly claimant: string
}

export interface ReportDial extends OfContact {
  readonly kind: 'reportDial'
  readonly attemptId: string
  readonly claimant: string
  readonly outcome: DialOutcome
}

interface OfReconciliation {
  readonly pool: string
  readonly source: string
  readonly requestId: string
}

export interface ReconcilePage extends OfReconciliation {
  readonly kind: 'reconcilePage'
  readonly cause: ReconcileCause
  readonly asOf: number
  /** 1, 2, 3... */
  readonly page: number
  readonly liveContactIds: readonly string[]
  readonly last: boolean
}

export interface CarryOutReconciliation extends OfReconciliation {
  readonly kind: 'carryOutReconciliation'
}

export interface SetPoolSwitches {
  readonly kind: 'setPoolSwitches'
  readonly pool: string
  /** undefined: as it is. */
  readonly offersOff: boolean | undefined
  readonly dialsOff: boolean | undefined
  readonly learningOff: boolean | undefined
  readonly reason: string
  readonly actor: string
}

export interface PutEndpointBreaker {
  readonly kind: 'putEndpointBreaker'
  readonly pool: string
  readonly policy: BreakerPolicy | 'none'
}
