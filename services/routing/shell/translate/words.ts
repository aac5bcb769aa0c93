import {
  AlternativeKind as WireAlternativeKind,
  AlternativesStatus as WireAlternativesStatus,
  CallbackProduct as WireCallbackProduct,
  CallbackStatus as WireCallbackStatus,
  ContactState as WireContactState,
  DialOutcome as WireDialOutcome,
  DivertCause as WireDivertCause,
  EndCause as WireEndCause,
  LegKind as WireLegKind,
  SpanOutcome as WireSpanOutcome,
  Staffing as WireStaffing,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause as WireMediaCause,
  MediaStatus as WireMediaStatus,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Presence as WirePresence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { ConstraintKind as WireConstraintKind } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import {
  HoldEnd as WireHoldEnd,
  LegEnd as WireLegEnd,
  OfferEnd as WireOfferEnd,
} from '@evenkeel/proto/evenkeel/routing/v1/events'
import {
  AgentRule as WireAgentRule,
  ClosingRule as WireClosingRule,
  EntryAction as WireEntryAction,
  WhenClosed as WireWhenClosed,
  ContactRule as WireContactRule,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { OfferStatus as WireOfferStatus } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import {
  type AgentRule,
  agentRules,
  type AlternativeKind,
  alternativeKinds,
  type AlternativesStatus,
  type CallbackProduct,
  callbackProducts,
  type CallbackStatus,
  type Channel,
  channels,
  type ConstraintKind,
  type ContactRule,
  contactRules,
  type ContactState,
  type ClosingRule,
  closingRules,
  contactStates,
  type WhenClosed,
  whenClosedWays,
  type DialOutcome,
  dialOutcomes,
  type DivertCause,
  type EndCause,
  type HoldEnd,
  type LegEnd,
  type LegKind,
  type EntryAction,
  entryActions,
  type MediaCause,
  type MediaStatus,
  type Presence,
  type RetriedOutcome,
  presences,
  type SpanOutcome,
  type StaffingState,
} from '../../core/index.ts'

/** The core's words as numbers of the wire; a word without a number does not compile. */

export const channelNumbers: Record<Channel, WireChannel> = {
  voice: WireChannel.CHANNEL_VOICE,
  chat: WireChannel.CHANNEL_CHAT,
  email: WireChannel.CHANNEL_EMAIL,
  messaging: WireChannel.CHANNEL_MESSAGING,
  social: WireChannel.CHANNEL_SOCIAL,
  post: WireChannel.CHANNEL_POST,
  fax: WireChannel.CHANNEL_FAX,
  task: WireChannel.CHANNEL_TASK,
}

export const stateNumbers: Record<ContactState, WireContactState> = {
  waiting: WireContactState.CONTACT_STATE_WAITING,
  offered: WireContactState.CONTACT_STATE_OFFERED,
  connecting: WireContactState.CONTACT_STATE_CONNECTING,
  connected: WireContactState.CONTACT_STATE_CONNECTED,
  held: WireContactState.CONTACT_STATE_HELD,
  wrapUp: WireContactState.CONTACT_STATE_WRAP_UP,
  callbackWaiting: WireContactState.CONTACT_STATE_CALLBACK_WAITING,
  dialable: WireContactState.CONTACT_STATE_DIALABLE,
  dialling: WireContactState.CONTACT_STATE_DIALLING,
  completed: WireContactState.CONTACT_STATE_COMPLETED,
  abandoned: WireContactState.CONTACT_STATE_ABANDONED,
  expired: WireContactState.CONTACT_STATE_EXPIRED,
  cancelled: WireContactState.CONTACT_STATE_CANCELLED,
  merged: WireContactState.CONTACT_STATE_MERGED,
  customerHeld: WireContactState.CONTACT_STATE_CUSTOMER_HELD,
  interrupted: WireContactState.CONTACT_STATE_INTERRUPTED,
}

export const endCauseNumbers: Record<EndCause, WireEndCause> = {
  none: WireEndCause.END_CAUSE_UNSPECIFIED,
  completed: WireEndCause.END_CAUSE_COMPLETED,
  customerLeft: WireEndCause.END_CAUSE_CUSTOMER_LEFT,
  cancelled: WireEndCause.END_CAUSE_CANCELLED,
  timeToLive: WireEndCause.END_CAUSE_TIME_TO_LIVE,
  callbackGivenUp: WireEndCause.END_CAUSE_CALLBACK_GIVEN_UP,
  holdLimit: WireEndCause.END_CAUSE_HOLD_LIMIT,
  handleLimit: WireEndCause.END_CAUSE_HANDLE_LIMIT,
  wrapUpOver: WireEndCause.END_CAUSE_WRAP_UP_OVER,
  queueClosed: WireEndCause.END_CAUSE_QUEUE_CLOSED,
  legLost: WireEndCause.END_CAUSE_LEG_LOST,
  parentLeft: WireEndCause.END_CAUSE_PARENT_LEFT,
  notReached: WireEndCause.END_CAUSE_NOT_REACHED,
  nobodyStaffed: WireEndCause.END_CAUSE_NOBODY_STAFFED,
}

export const spanOutcomeNumbers: Record<SpanOutcome, WireSpanOutcome> = {
  transferred: WireSpanOutcome.SPAN_OUTCOME_TRANSFERRED,
  requeued: WireSpanOutcome.SPAN_OUTCOME_REQUEUED,
  connectFailed: WireSpanOutcome.SPAN_OUTCOME_CONNECT_FAILED,
  resumed: WireSpanOutcome.SPAN_OUTCOME_RESUMED,
  agentLeft: WireSpanOutcome.SPAN_OUTCOME_AGENT_LEFT,
  escalated: WireSpanOutcome.SPAN_OUTCOME_ESCALATED,
  handedOver: WireSpanOutcome.SPAN_OUTCOME_HANDED_OVER,
  consulting: WireSpanOutcome.SPAN_OUTCOME_CONSULTING,
  channelSwitched: WireSpanOutcome.SPAN_OUTCOME_CHANNEL_SWITCHED,
  alternativeChosen: WireSpanOutcome.SPAN_OUTCOME_ALTERNATIVE_CHOSEN,
  interrupted: WireSpanOutcome.SPAN_OUTCOME_INTERRUPTED,
}

export const alternativeKindNumbers: Record<AlternativeKind, WireAlternativeKind> = {
  callback: WireAlternativeKind.ALTERNATIVE_KIND_CALLBACK,
  ticket: WireAlternativeKind.ALTERNATIVE_KIND_TICKET,
  later: WireAlternativeKind.ALTERNATIVE_KIND_LATER,
  requirements: WireAlternativeKind.ALTERNATIVE_KIND_REQUIREMENTS,
}

export const alternativesStatusNumbers: Record<AlternativesStatus, WireAlternativesStatus> = {
  none: WireAlternativesStatus.ALTERNATIVES_STATUS_UNSPECIFIED,
  offered: WireAlternativesStatus.ALTERNATIVES_STATUS_OFFERED,
  lapsed: WireAlternativesStatus.ALTERNATIVES_STATUS_LAPSED,
  declined: WireAlternativesStatus.ALTERNATIVES_STATUS_DECLINED,
  chosen: WireAlternativesStatus.ALTERNATIVES_STATUS_CHOSEN,
}

export const legNumbers: Record<LegKind, WireLegKind> = {
  none: WireLegKind.LEG_KIND_UNSPECIFIED,
  consult: WireLegKind.LEG_KIND_CONSULT,
  channelSwitch: WireLegKind.LEG_KIND_CHANNEL_SWITCH,
}

export const legEndNumbers: Record<LegEnd, WireLegEnd> = {
  over: WireLegEnd.LEG_END_OVER,
  parentLeft: WireLegEnd.LEG_END_PARENT_LEFT,
  handedOver: WireLegEnd.LEG_END_HANDED_OVER,
}

export const callbackStatusNumbers: Record<CallbackStatus, WireCallbackStatus> = {
  offered: WireCallbackStatus.CALLBACK_STATUS_OFFERED,
  accepted: WireCallbackStatus.CALLBACK_STATUS_ACCEPTED,
  declined: WireCallbackStatus.CALLBACK_STATUS_DECLINED,
  lapsed: WireCallbackStatus.CALLBACK_STATUS_LAPSED,
  reached: WireCallbackStatus.CALLBACK_STATUS_REACHED,
  givenUp: WireCallbackStatus.CALLBACK_STATUS_GIVEN_UP,
  calledIn: WireCallbackStatus.CALLBACK_STATUS_CALLED_IN,
}

export const callbackProductNumbers: Record<CallbackProduct, WireCallbackProduct> = {
  keepPlace: WireCallbackProduct.CALLBACK_PRODUCT_KEEP_MY_PLACE,
  within: WireCallbackProduct.CALLBACK_PRODUCT_WITHIN,
}

export const dialOutcomeNumbers: Record<DialOutcome, WireDialOutcome> = {
  none: WireDialOutcome.DIAL_OUTCOME_UNSPECIFIED,
  human: WireDialOutcome.DIAL_OUTCOME_HUMAN,
  machine: WireDialOutcome.DIAL_OUTCOME_MACHINE,
  messageLeft: WireDialOutcome.DIAL_OUTCOME_MESSAGE_LEFT,
  busy: WireDialOutcome.DIAL_OUTCOME_BUSY,
  noAnswer: WireDialOutcome.DIAL_OUTCOME_NO_ANSWER,
  rejected: WireDialOutcome.DIAL_OUTCOME_REJECTED,
  invalid: WireDialOutcome.DIAL_OUTCOME_INVALID,
  congestion: WireDialOutcome.DIAL_OUTCOME_CONGESTION,
  barred: WireDialOutcome.DIAL_OUTCOME_BARRED,
  agentGone: WireDialOutcome.DIAL_OUTCOME_AGENT_GONE,
  calledIn: WireDialOutcome.DIAL_OUTCOME_CALLED_IN,
  unknown: WireDialOutcome.DIAL_OUTCOME_UNKNOWN,
  cancelled: WireDialOutcome.DIAL_OUTCOME_CANCELLED,
  unclaimed: WireDialOutcome.DIAL_OUTCOME_UNCLAIMED,
}

export const agentRuleNumbers: Record<AgentRule, WireAgentRule> = {
  tightestFit: WireAgentRule.AGENT_RULE_TIGHTEST_FIT,
  longestIdle: WireAgentRule.AGENT_RULE_LONGEST_IDLE,
  leastFlexible: WireAgentRule.AGENT_RULE_LEAST_FLEXIBLE,
  bestSkilled: WireAgentRule.AGENT_RULE_BEST_SKILLED,
}

export const contactRuleNumbers: Record<ContactRule, WireContactRule> = {
  serviceLevel: WireContactRule.CONTACT_RULE_SERVICE_LEVEL,
  aging: WireContactRule.CONTACT_RULE_AGING,
}

export const presenceNumbers: Record<Presence, WirePresence> = {
  signedOut: WirePresence.PRESENCE_SIGNED_OUT,
  ready: WirePresence.PRESENCE_READY,
  paused: WirePresence.PRESENCE_PAUSED,
  draining: WirePresence.PRESENCE_DRAINING,
}

export const holdEndNumbers: Record<HoldEnd, WireHoldEnd> = {
  customerLeft: WireHoldEnd.HOLD_END_CUSTOMER_LEFT,
  timeLimit: WireHoldEnd.HOLD_END_TIME_LIMIT,
}

/** After which outcomes it is tried again by a schedule of their own. */
export const retriedWords: Readonly<Record<number, RetriedOutcome>> = {
  [WireDialOutcome.DIAL_OUTCOME_MACHINE]: 'machine',
  [WireDialOutcome.DIAL_OUTCOME_MESSAGE_LEFT]: 'messageLeft',
  [WireDialOutcome.DIAL_OUTCOME_BUSY]: 'busy',
  [WireDialOutcome.DIAL_OUTCOME_NO_ANSWER]: 'noAnswer',
}

export const offerEndNumbers: Record<'declined' | 'expired' | 'withdrawn', WireOfferEnd> = {
  declined: WireOfferEnd.OFFER_END_DECLINED,
  expired: WireOfferEnd.OFFER_END_EXPIRED,
  withdrawn: WireOfferEnd.OFFER_END_WITHDRAWN,
}

export const offerStatusNumbers = {
  accepted: WireOfferStatus.OFFER_STATUS_ACCEPTED,
  declined: WireOfferStatus.OFFER_STATUS_DECLINED,
  expired: WireOfferStatus.OFFER_STATUS_EXPIRED,
  withdrawn: WireOfferStatus.OFFER_STATUS_WITHDRAWN,
} as const

export const constraintNumbers: Record<ConstraintKind, WireConstraintKind> = {
  channel: WireConstraintKind.CONSTRAINT_KIND_CHANNEL,
  skillMissing: WireConstraintKind.CONSTRAINT_KIND_SKILL_MISSING,
  levelTooLow: WireConstraintKind.CONSTRAINT_KIND_LEVEL_TOO_LOW,
  provisional: WireConstraintKind.CONSTRAINT_KIND_PROVISIONAL,
  excluded: WireConstraintKind.CONSTRAINT_KIND_EXCLUDED,
  notReady: WireConstraintKind.CONSTRAINT_KIND_NOT_READY,
  busy: WireConstraintKind.CONSTRAINT_KIND_BUSY,
  holdOut: WireConstraintKind.CONSTRAINT_KIND_HOLD_OUT,
  unreachable: WireConstraintKind.CONSTRAINT_KIND_UNREACHABLE,
  leaving: WireConstraintKind.CONSTRAINT_KIND_LEAVING,
}

export const closingRuleNumbers: Record<ClosingRule, WireClosingRule> = {
  serveOut: WireClosingRule.CLOSING_RULE_SERVE_OUT,
  nextOpening: WireClosingRule.CLOSING_RULE_NEXT_OPENING,
  cancel: WireClosingRule.CLOSING_RULE_CANCEL,
}

export const whenClosedNumbers: Record<WhenClosed, WireWhenClosed> = {
  refuse: WireWhenClosed.WHEN_CLOSED_REFUSE,
  wait: WireWhenClosed.WHEN_CLOSED_WAIT,
  callback: WireWhenClosed.WHEN_CLOSED_CALLBACK,
  afterHours: WireWhenClosed.WHEN_CLOSED_AFTER_HOURS,
}

export const staffingNumbers: Record<StaffingState, WireStaffing> = {
  staffed: WireStaffing.STAFFING_SIGNED_IN,
  nobodySignedIn: WireStaffing.STAFFING_NOBODY_SIGNED_IN,
  nobodyKnown: WireStaffing.STAFFING_NOBODY_KNOWN,
}

export const divertCauseNumbers: Record<DivertCause, WireDivertCause> = {
  none: WireDivertCause.DIVERT_CAUSE_UNSPECIFIED,
  closed: WireDivertCause.DIVERT_CAUSE_CLOSED,
  limit: WireDivertCause.DIVERT_CAUSE_LIMIT,
  unstaffed: WireDivertCause.DIVERT_CAUSE_UNSTAFFED,
}

export const entryActionNumbers: Record<EntryAction, WireEntryAction> = {
  take: WireEntryAction.ENTRY_ACTION_TAKE,
  refuse: WireEntryAction.ENTRY_ACTION_REFUSE,
  callback: WireEntryAction.ENTRY_ACTION_CALLBACK,
  overflow: WireEntryAction.ENTRY_ACTION_OVERFLOW,
}

/** What a caller may send: the numbers back to words, without those that only the system says. */
function wordsOf<W extends string>(
  numbers: Readonly<Record<W, number>>,
  words: readonly W[],
): Readonly<Record<number, W>> {
  return Object.fromEntries(words.map((word) => [numbers[word], word]))
}

export const alternativeKindWords = wordsOf(alternativeKindNumbers, alternativeKinds)
export const contactRuleWords = wordsOf(contactRuleNumbers, contactRules)
export const agentRuleWords = wordsOf(agentRuleNumbers, agentRules)
export const closingRuleWords = wordsOf(closingRuleNumbers, closingRules)
export const whenClosedWords = wordsOf(whenClosedNumbers, whenClosedWays)
export const entryActionWords = wordsOf(entryActionNumbers, entryActions)
export const channelWords = wordsOf(channelNumbers, channels)
export const callbackProductWords = wordsOf(callbackProductNumbers, callbackProducts)
export const presenceWords = wordsOf(presenceNumbers, presences)
export const stateWords = wordsOf(stateNumbers, contactStates)
/** No caller reports these: they are the end of a contact, or of an attempt that nobody dialled. */
const setBySystem: ReadonlySet<DialOutcome> = new Set([
  'none',
  'calledIn',
  'cancelled',
  'unclaimed',
])
export const reportableOutcomeWords = wordsOf(
  dialOutcomeNumbers,
  dialOutcomes.filter((outcome) => !setBySystem.has(outcome)),
)
export const mediaStatusWords: Readonly<Record<number, MediaStatus>> = {
  [WireMediaStatus.MEDIA_STATUS_RINGING]: 'ringing',
  [WireMediaStatus.MEDIA_STATUS_ANSWERED]: 'answered',
  [WireMediaStatus.MEDIA_STATUS_ENDED]: 'ended',
  [WireMediaStatus.MEDIA_STATUS_FAILED]: 'failed',
}
export const mediaCauseWords: Readonly<Record<number, MediaCause>> = {
  [WireMediaCause.MEDIA_CAUSE_UNSPECIFIED]: 'none',
  [WireMediaCause.MEDIA_CAUSE_CUSTOMER]: 'customer',
  [WireMediaCause.MEDIA_CAUSE_AGENT]: 'agent',
  [WireMediaCause.MEDIA_CAUSE_NETWORK]: 'network',
}
