import type {
  CallbackPolicy,
  Channel,
  DialOutcome,
  MediaCause,
  MediaStatus,
  Presence,
  QueuePolicy,
  Requirement,
} from './words.ts'

/** Everything that can happen to routing, beside the passing of time. Fields are valid by themselves; what depends on the state is `apply`'s to judge. */
export type Command =
  | PutPool
  | PutQueue
  | SubmitContact
  | CancelContact
  | AbandonContact
  | TransferContact
  | RequeueContact
  | HoldContact
  | ResumeContact
  | ReportMedia
  | CompleteContact
  | RespondToCallbackOffer
  | ClaimDial
  | ReportDial
  | SignIn
  | SetPresence
  | AcceptOffer
  | DeclineOffer
  | ExtendWrapUp
  | OpenSession
  | CutSession
  | ChangeProfile
  | RemoveProfile

export interface PutPool {
  readonly kind: 'putPool'
  readonly pool: string
  readonly displayName: string
  readonly etag: string
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

export interface SubmitContact {
  readonly kind: 'submitContact'
  readonly pool: string
  readonly contactId: string
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
  /** Hash of everything above, so that a repeat is told from another contact under the same id. */
  readonly fingerprint: string
}

interface OfContact {
  readonly pool: string
  readonly contactId: string
}

export interface CancelContact extends OfContact {
  readonly kind: 'cancelContact'
  readonly reason: string
  /** The contact may not have come yet; see early-end.ts. */
  readonly mayPrecede?: boolean
}

export interface AbandonContact extends OfContact {
  readonly kind: 'abandonContact'
  /** The contact may not have come yet; see early-end.ts. */
  readonly mayPrecede?: boolean
}

export interface TransferContact extends OfContact {
  readonly kind: 'transferContact'
  readonly queueId: string
  readonly requirements: readonly Requirement[]
  readonly requestId: string
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

export interface RespondToCallbackOffer extends OfContact {
  readonly kind: 'respondToCallbackOffer'
  readonly accept: boolean
  readonly addressRef: string
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

interface OfAgent {
  readonly pool: string
  readonly agentId: string
}

export interface SignIn extends OfAgent {
  readonly kind: 'signIn'
  readonly ready: boolean
}

export interface SetPresence extends OfAgent {
  readonly kind: 'setPresence'
  readonly presence: Presence
  readonly reason: string
}

export interface AcceptOffer extends OfAgent {
  readonly kind: 'acceptOffer'
  readonly offerId: string
}

export interface DeclineOffer extends OfAgent {
  readonly kind: 'declineOffer'
  readonly offerId: string
  readonly retryAfterMs: number
}

export interface ExtendWrapUp extends OfAgent {
  readonly kind: 'extendWrapUp'
  readonly contactId: string
  readonly extensionMs: number
}

export interface OpenSession extends OfAgent {
  readonly kind: 'openSession'
  /** '': a new session. */
  readonly resumeToken: string
  readonly ready: boolean
  readonly replica: string
  readonly token: string
}

export interface CutSession extends OfAgent {
  readonly kind: 'cutSession'
  readonly token: string
  /** Where the stream was. */
  readonly replica: string
}

/** One skill of a profile; valid from <= time < until. */
export interface ProfileSkill {
  readonly skillId: string
  readonly level: number
  readonly from: number
  readonly until: number
}

export interface ChangeProfile extends OfAgent {
  readonly kind: 'changeProfile'
  readonly skills: readonly ProfileSkill[]
  readonly channels: readonly { readonly channel: Channel; readonly weight: number }[]
}

export interface RemoveProfile extends OfAgent {
  readonly kind: 'removeProfile'
}
