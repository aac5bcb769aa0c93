import type { Interruptible } from './contact/interruption-words.ts'
import type { AlternativesPolicy } from './alternatives/words.ts'

export * from './alternatives/words.ts'
export type * from './callback/words.ts'
import type { CallingHours, WithinPolicy } from './callback/words.ts'

/** The words that commands, state and events share. Order is part of the stored form: append only. */
export { type Channel, channels, isLive } from '@evenkeel/chassis/words'

export const contactStates = [
  'waiting',
  'offered',
  'connecting',
  'connected',
  'held',
  'wrapUp',
  'callbackWaiting',
  'dialable',
  'dialling',
  'completed',
  'abandoned',
  'expired',
  'cancelled',
  'merged',
  'customerHeld',
  'interrupted',
] as const
export type ContactState = (typeof contactStates)[number]

export const endCauses = [
  'none',
  'completed',
  'customerLeft',
  'cancelled',
  'timeToLive',
  'callbackGivenUp',
  'holdLimit',
  'handleLimit',
  'wrapUpOver',
  'legLost',
  'queueClosed',
  'parentLeft',
  'notReached',
  'nobodyStaffed',
] as const
export type EndCause = (typeof endCauses)[number]

/** How customers in the line end whose leg is gone after a crash. */
export const reconcileCauses = ['switchLost', 'customersLeft'] as const
export type ReconcileCause = (typeof reconcileCauses)[number]

export const reconciliationStates = ['collecting', 'counting', 'counted', 'ending', 'done'] as const
export type ReconciliationState = (typeof reconciliationStates)[number]

export const breakerStates = ['watching', 'open'] as const

/** When the endpoints of a pool count as out of reach, and how often one is tried then. */
export interface BreakerPolicy {
  readonly windowMs: number
  readonly minFailures: number
  readonly probeEveryMs: number
  /** Share of the agents at work who may be paused for not answering, basis points. */
  readonly pausedShareBp: number
  /** So many offers missed in a row pause an agent; absent: one. */
  readonly pauseAfter?: number
  /** How long an endpoint that failed gets no offers of its channel; absent: only the contact goes elsewhere. */
  readonly restMs?: number
}

/** How fast a pool dials. */
export interface DialPacing {
  readonly perSecond: number
  /** Attempts requested and not yet over. */
  readonly inFlightMax: number
}

export const presences = ['signedOut', 'ready', 'paused', 'draining'] as const
export type Presence = (typeof presences)[number]

/** How a span of a contact's life ended: contact/history.ts. */
export const spanOutcomes = [
  'transferred',
  'requeued',
  'connectFailed',
  'resumed',
  'agentLeft',
  'escalated',
  'handedOver',
  'consulting',
  'channelSwitched',
  'alternativeChosen',
  'interrupted',
] as const
export type SpanOutcome = (typeof spanOutcomes)[number]

/** What a contact is to another of the same customer. */
export const legKinds = ['none', 'consult', 'channelSwitch'] as const
export type LegKind = (typeof legKinds)[number]

/** Why a leg is one no longer. */
export type LegEnd = 'over' | 'parentLeft' | 'handedOver'

export const offerStatuses = ['open', 'accepted', 'declined', 'expired', 'withdrawn'] as const

export const offerRules = [
  'preferred',
  'tightestFit',
  'longestIdle',
  'onlyOne',
  'nextContact',
  'leastFlexible',
  'bestSkilled',
  'loadFairness',
  'variety',
  'assigned',
  'consulted',
  'channelSwitch',
  'interruption',
] as const
export type OfferRule = (typeof offerRules)[number]

export const callbackStatuses = [
  'offered',
  'accepted',
  'declined',
  'lapsed',
  'reached',
  'givenUp',
  'calledIn',
] as const
export type CallbackStatus = (typeof callbackStatuses)[number]

export const callbackProducts = ['keepPlace', 'within'] as const
export type CallbackProduct = (typeof callbackProducts)[number]

/** Scheduled: its turn in the pool's pace has not come, and nobody has heard of it. */
export const attemptStates = ['none', 'requested', 'claimed', 'closed', 'scheduled'] as const

export const dialOutcomes = [
  'none',
  'human',
  'machine',
  'messageLeft',
  'busy',
  'noAnswer',
  'rejected',
  'invalid',
  'congestion',
  'barred',
  'agentGone',
  'calledIn',
  'unknown',
  'cancelled',
  'unclaimed',
] as const
export type DialOutcome = (typeof dialOutcomes)[number]

/** Outcomes after which another attempt may follow, each by its own schedule. */
export type RetriedOutcome = 'machine' | 'messageLeft' | 'busy' | 'noAnswer'

export type MediaStatus = 'ringing' | 'answered' | 'ended' | 'failed'
export type MediaCause = 'none' | 'customer' | 'agent' | 'network'

export interface Requirement {
  readonly skillId: string
  readonly minimumLevel: number
  readonly fullyQualified?: true
}

/** A level that an agent has now; provisional: for a trial. */
export interface SkillLevel {
  readonly skillId: string
  readonly level: number
  readonly provisional?: true
}

export const agentRules = ['tightestFit', 'longestIdle', 'leastFlexible', 'bestSkilled'] as const
export type AgentRule = (typeof agentRules)[number]

/** Which agent a queue chooses. */
export interface AgentChoice {
  readonly rule: AgentRule
  /** Contacts accepted in an hour beyond which others of equal claim come first; 0: no cap. */
  readonly perHourMax: number
  /** The same for contacts of the queue in a row. */
  readonly inRowMax: number
}

/** What becomes of those who wait when a queue closes. */
export const closingRules = ['serveOut', 'nextOpening', 'cancel'] as const
export type ClosingRule = (typeof closingRules)[number]

/** What a closed queue does with who comes. */
export const whenClosedWays = ['refuse', 'wait', 'callback', 'afterHours'] as const
export type WhenClosed = (typeof whenClosedWays)[number]

export const queueStates = ['open', 'closed', 'draining'] as const
export type QueueState = (typeof queueStates)[number]

/** What a supervisor has made of a queue. */
export interface QueueStatus {
  readonly state: QueueState
  readonly reason: string
  readonly actor: string
  readonly since: number
  /** NEVER: until it is set again. */
  readonly until: number
  readonly rule: ClosingRule
  readonly whenClosed: WhenClosed
  /** '' unless whenClosed is afterHours. */
  readonly destination: string
}

/** opensAt <= time < closesAt, ms since 1970. */
export interface Opening {
  readonly opensAt: number
  readonly closesAt: number
}

/** The hours of a queue by a calendar of its pool. Durations in ms. */
export interface QueueHours {
  readonly calendarId: string
  /** Nobody comes in this long before closing. */
  readonly lastEntryBeforeMs: number
  /** No later time is promised than this long before closing; at most lastEntryBeforeMs. */
  readonly lastPromiseBeforeMs: number
  /** Who is in is served this long after closing. */
  readonly serveOutAfterMs: number
  readonly closingRule: ClosingRule
  readonly whenClosed: WhenClosed
  /** '' unless whenClosed is afterHours. */
  readonly afterHoursQueueId: string
}

/** How a calendar is kept for people: its zone is resolved outside. Minutes of the local day. */
export interface CalendarRule {
  readonly timeZone: string
  /** Weekday 1 (Monday) to 7. */
  readonly weekly: readonly { readonly day: number; readonly from: number; readonly to: number }[]
  /** Instead of the weekly hours of that date, yyyy-mm-dd; no hours: closed. */
  readonly special: readonly {
    readonly date: string
    readonly name: string
    readonly hours: readonly { readonly from: number; readonly to: number }[]
  }[]
}

/** What a queue does with who would have to wait in it beyond its limits, or for nobody at all. */
export const entryActions = ['take', 'refuse', 'callback', 'overflow'] as const
export type EntryAction = (typeof entryActions)[number]

/** Limits for who would have to wait; 0: no such limit. */
export interface EntryLimit {
  /** Customers on the line who wait. */
  readonly waitingMax: number
  /** What four of five would wait no longer than, if that is known. */
  readonly waitP80MaxMs: number
  readonly action: EntryAction
  /** '' unless the action is overflow. */
  readonly queueId: string
}

/** What becomes of who waits for nobody: none who has signed in could ever serve it. */
export interface UnstaffedPolicy {
  readonly action: EntryAction
  /** So long it may be so before anything is done. */
  readonly graceMs: number
  readonly queueId: string
}

/** Who could serve a combination of queue and requirements. */
export const staffings = ['staffed', 'nobodySignedIn', 'nobodyKnown'] as const
export type StaffingState = (typeof staffings)[number]

/** Why a contact is in another queue than it was sent to. */
export const divertCauses = ['none', 'closed', 'limit', 'unstaffed'] as const
export type DivertCause = (typeof divertCauses)[number]

/** Who waits for nobody is treated as its queue says, or returns to where it was sent on from. */
export const watches = ['no', 'byPolicy', 'returns'] as const

export const contactRules = ['serviceLevel', 'aging'] as const
export type ContactRule = (typeof contactRules)[number]

/** Which contact of a queue comes first. */
export interface ContactOrder {
  readonly rule: ContactRule
  /** Most that a contact may overtake by its priority as it enters; 0: any number. */
  readonly overtakingMax: number
}

/** What happens, once, to a contact of which offers were in vain. */
export interface Escalation {
  readonly afterOffers: number
  readonly priorityBump: number
  /** '': it stays. */
  readonly queueId: string
}

/** What a queue promises and allows. Durations in ms. */
export interface QueuePolicy {
  readonly requirements: readonly Requirement[]
  readonly serviceLevelTargetMs: number
  readonly serviceLevelGoalBp: number
  readonly agingPerPointMs: number
  readonly timeToLiveMs: number
  readonly maxWaiting: number
  readonly offerTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly handleLimitMs: number
  readonly holdLimitMs: number
  readonly wrapUpMs: number
  /** With all extensions; absent: durations.wrapUpTotal. */
  readonly wrapUpMaxMs?: number
  /** So long before a break or the end of a shift nothing new is offered; absent: durations.rosterGuard. */
  readonly rosterGuardMs?: number
  readonly initialHandleTimeMs: number
  /** Absent: always open. */
  readonly hours?: QueueHours
  /** Absent: the tightest fit. */
  readonly choice?: AgentChoice
  /** Absent: the service-level deadline. */
  readonly order?: ContactOrder
  /** Absent: nothing happens. */
  readonly escalation?: Escalation
  /** Who comes again within this of an end is known for it; absent: nobody is. */
  readonly redialWithinMs?: number
  /** That a wait is given up is told so long before; absent: it is not. */
  readonly warnBeforeExpiryMs?: number
  /** Absent: maxWaiting alone. */
  readonly entryLimit?: EntryLimit
  /** Absent: it is taken, and waits. */
  readonly unstaffed?: UnstaffedPolicy
  /** Absent: nothing is offered but a callback, if that is. */
  readonly alternatives?: AlternativesPolicy
  /** Absent: it is not. */
  readonly interruptible?: Interruptible
}

export interface CallbackPolicy {
  /** The limit of the wait, and the chance of a longer one, basis points, above which one is offered. */
  readonly offerAboveMs: number
  readonly offerLevelBp: number
  readonly offerCadenceMs: number
  readonly offerTimeoutMs: number
  readonly ringTimeoutMs: number
  readonly maxAttempts: number
  readonly retryAfterMs: number
  readonly promiseToleranceMs: number
  readonly giveUpAfterMs: number
  /** Callbacks within a time are offered too. */
  readonly within?: WithinPolicy
  /** Who hangs up after this is called back at the place that was left; absent: nobody. */
  readonly recoverAfterMs?: number
  /** Outcomes that do not go by retryAfterMs, each once. */
  readonly retries?: readonly RetryRule[]
  /** Absent: an agent is reserved before a customer is dialled. */
  readonly customerFirst?: CustomerFirst
  /** Absent: customers may be called at any time. */
  readonly callingHours?: CallingHours
}

/** When it is tried again after one outcome. */
export interface RetryRule {
  readonly outcome: RetriedOutcome
  /** After the first, the second... attempt that ended so; the last one holds for all that follow. */
  readonly delaysMs: readonly number[]
  /** Attempts that ended so after which the callback is given up; 0: the queue's maximum alone. */
  readonly attemptsMax: number
}

/** Customers are dialled before an agent is free; callback/customer-first.ts. */
export interface CustomerFirst {
  readonly agentWithinMs: number
  readonly holdMaxMs: number
  /** Of those who answer, the share who may be without an agent in time; what the lead is led by. */
  readonly nuisanceShareBp: number
}
