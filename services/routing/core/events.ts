import type { PriorityChange } from './contact/priority.ts'
import type { ClassificationRule } from './classification/words.ts'
import type { Choices, Window } from './callback/promise-room.ts'
import type {
  Alternative,
  CalendarRule,
  CallbackPolicy,
  Channel,
  DialOutcome,
  DialPacing,
  LegEnd,
  LegKind,
  Presence,
  QueuePolicy,
  QueueStatus,
  Requirement,
  StaffingState,
} from './words.ts'
import type { MoveRefusal } from './agent/moves.ts'
import type { AvailabilityView } from './agent/view.ts'
import type { ContactView, DispositionView, ReconciliationView } from './view.ts'
import type { ExpectedWait } from './wait/model.ts'

/** Everything that routing decides and tells. Self-contained: an event is encoded after the state has moved on. */
export type RoutingEvent =
  | {
      readonly kind: 'poolChanged'
      readonly pool: string
      readonly displayName: string
      readonly dialPacing: DialPacing | 'plain'
      readonly profilesMaxAgeMs: number
      readonly etag: string
    }
  | {
      readonly kind: 'queueChanged'
      readonly pool: string
      readonly queueId: string
      readonly displayName: string
      readonly channel: Channel
      readonly policy: QueuePolicy
      readonly callback: CallbackPolicy | undefined
      readonly etag: string
      readonly status: QueueStatus | undefined
      readonly policyVersion: number
    }
  | {
      readonly kind: 'calendarChanged'
      readonly pool: string
      readonly calendarId: string
      readonly displayName: string
      readonly rule: CalendarRule
      readonly etag: string
    }
  | { readonly kind: 'contactAccepted'; readonly pool: string; readonly contact: ContactView }
  | {
      readonly kind: 'contactPrioritized'
      readonly pool: string
      readonly contactId: string
      readonly queueId: string
      readonly priority: number
      readonly change: PriorityChange
    }
  | {
      readonly kind: 'classificationChanged'
      readonly pool: string
      readonly rules: readonly ClassificationRule[]
      readonly etag: string
      readonly version: number
    }
  | {
      readonly kind: 'alternativesOffered'
      readonly pool: string
      readonly contactId: string
      readonly wait: ExpectedWait | undefined
      readonly choices: readonly Alternative[]
      readonly answerBefore: number
    }
  | {
      readonly kind: 'alternativeChosen'
      readonly pool: string
      readonly contactId: string
      readonly choice: Alternative
      readonly actor: string
      readonly fromQueueId: string
      readonly queueId: string
      readonly requirements: readonly Requirement[]
    }
  | {
      readonly kind: 'callbackOffered'
      readonly pool: string
      readonly contactId: string
      readonly wait: ExpectedWait | undefined
      /** Where the queue offers more than to keep the place. */
      readonly choices: Choices | undefined
    }
  | {
      readonly kind: 'callbackAccepted'
      readonly pool: string
      readonly contactId: string
      readonly promisedAt: number
      /** undefined: the place is kept. */
      readonly window: Window | undefined
      /** Nobody was asked. */
      readonly recovered: boolean
      /** The customer asked for it. */
      readonly requested: boolean
    }
  | {
      readonly kind: 'callbackRescheduled'
      readonly pool: string
      readonly contactId: string
      /** 0: nothing was promised, or it was settled. */
      readonly formerPromisedAt: number
      readonly promisedAt: number
      readonly window: Window | undefined
    }
  | {
      readonly kind: 'dialRequested'
      readonly pool: string
      readonly contactId: string
      readonly attempt: AttemptFacts
      readonly addressRef: string
    }
  | {
      readonly kind: 'dialClosed'
      readonly pool: string
      readonly contactId: string
      readonly attempt: AttemptFacts
    }
  | {
      readonly kind: 'contactExpiringSoon'
      readonly pool: string
      readonly contactId: string
      readonly queueId: string
      readonly expiresAt: number
    }
  | {
      readonly kind: 'holdMessageDue'
      readonly pool: string
      readonly contactId: string
      readonly heldSince: number
    }
  | {
      readonly kind: 'holdEnded'
      readonly pool: string
      readonly contactId: string
      readonly cause: HoldEnd
    }
  | {
      readonly kind: 'offerMade'
      readonly pool: string
      readonly offerId: string
      readonly contactId: string
      readonly agentId: string
    }
  | {
      readonly kind: 'offerAccepted'
      readonly pool: string
      readonly offerId: string
      readonly contactId: string
      readonly agentId: string
      /** Since it was accepted. */
      readonly waitedMs: number
      /** What it could have been told then; undefined: an agent was free, or nothing was known. */
      readonly toldWait: ExpectedWait | undefined
    }
  | {
      readonly kind: 'offerClosed'
      readonly pool: string
      readonly offerId: string
      readonly contactId: string
      readonly agentId: string
      readonly end: 'declined' | 'expired' | 'withdrawn'
    }
  | {
      readonly kind: 'contactConnected'
      readonly pool: string
      readonly contactId: string
      readonly agentId: string
    }
  | {
      readonly kind: 'contactRequeued'
      readonly pool: string
      readonly contactId: string
      readonly queueId: string
      readonly cause: RequeueCause
    }
  | {
      readonly kind: 'contactHeld'
      readonly pool: string
      readonly contactId: string
      readonly held: boolean
    }
  | {
      readonly kind: 'contactInterrupted'
      readonly pool: string
      readonly contactId: string
      readonly agentId: string
      readonly byContactId: string
      readonly resumeBefore: number
    }
  | {
      readonly kind: 'contactResumed'
      readonly pool: string
      readonly contactId: string
      readonly agentId: string
      readonly asideMs: number
    }
  | {
      readonly kind: 'contactMerged'
      readonly pool: string
      readonly contactId: string
      readonly mergedContactId: string
    }
  | { readonly kind: 'legStarted'; readonly pool: string; readonly contact: ContactView }
  | {
      readonly kind: 'legEnded'
      readonly pool: string
      readonly contactId: string
      readonly parentContactId: string
      readonly leg: LegKind
      readonly end: LegEnd
    }
  | {
      readonly kind: 'contactTransferred'
      readonly pool: string
      readonly contactId: string
      readonly queueId: string
      readonly fromAgentId: string
      readonly toAgentId: string
      readonly consultContactId: string
    }
  | {
      readonly kind: 'contactClosed'
      readonly pool: string
      readonly contactId: string
      readonly disposition: DispositionView
    }
  | {
      readonly kind: 'contactEnded'
      readonly pool: string
      readonly contact: ContactView
      readonly handleMs: number
      readonly waitMs: number
    }
  | {
      readonly kind: 'promiseSettled'
      readonly pool: string
      readonly contactId: string
      readonly promisedAt: number
      /** undefined: never. */
      readonly happenedAt: number | undefined
      readonly kept: boolean
    }
  | {
      readonly kind: 'contactEscalated'
      readonly pool: string
      readonly contactId: string
      readonly queueId: string
      readonly priority: number
      readonly offersMade: number
    }
  | {
      readonly kind: 'staffingChanged'
      readonly pool: string
      readonly queueId: string
      readonly requirements: readonly Requirement[]
      readonly staffing: StaffingState
      /** Contacts of the combination that wait. */
      readonly waiting: number
    }
  | {
      readonly kind: 'presenceChanged'
      readonly pool: string
      readonly agentId: string
      readonly presence: Presence
      readonly reason: string
      /** The supervisor who has forced it; '': nobody has. */
      readonly actor: string
      /** The agent can't undo it before; undefined: at once. */
      readonly heldUntil: number | undefined
    }
  | {
      readonly kind: 'availabilityChanged'
      readonly pool: string
      readonly availability: AvailabilityView
      /** Finishes work of channels that are inactive. */
      readonly draining: boolean
    }
  | {
      readonly kind: 'moveRefused'
      readonly pool: string
      readonly agentId: string
      readonly moveId: string
      readonly why: MoveRefusal
    }
  | {
      readonly kind: 'poolSwitched'
      readonly pool: string
      readonly offersOff: boolean
      readonly dialsOff: boolean
      readonly learningOff: boolean
      readonly reason: string
      readonly actor: string
      readonly switchedAt: number
    }
  | {
      readonly kind: 'profilesAged'
      readonly pool: string
      readonly tooOld: boolean
      /** Absent: there is no limit any more. */
      readonly ageMs: number | undefined
    }
  | {
      readonly kind: 'endpointsChanged'
      readonly pool: string
      readonly channel: Channel
      readonly reachable: boolean
      readonly failed: number
      readonly worked: number
    }
  | {
      readonly kind: 'contactsReconciled'
      readonly pool: string
      readonly reconciliation: ReconciliationView
    }

/** Why a held customer is no longer held, other than by an agent. */
export type HoldEnd = 'customerLeft' | 'timeLimit'

export type RequeueCause =
  | 'requeued'
  | 'transferred'
  | 'connectFailed'
  | 'resumed'
  | 'legLost'
  | 'released'
  | 'unstaffed'
  | 'dialPaced'
  | 'interrupted'
  | 'callingHours'

export interface AttemptFacts {
  readonly attemptId: string
  readonly agentId: string
  readonly claimant: string
  readonly ringTimeoutMs: number
  readonly claimBefore: number
  /** No agent is reserved. */
  readonly customerFirst: boolean
  readonly outcome: DialOutcome
}
