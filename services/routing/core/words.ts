/** The words that commands, state and events share. Order is part of the stored form: append only. */
export const channels = [
  'voice',
  'chat',
  'email',
  'messaging',
  'social',
  'post',
  'fax',
  'task',
] as const
export type Channel = (typeof channels)[number]

/** Channels on which the customer is there only once media is up; on the others work begins at acceptance. */
export function isLive(channel: Channel): boolean {
  return channel === 'voice' || channel === 'chat'
}

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
] as const
export type EndCause = (typeof endCauses)[number]

export const presences = ['signedOut', 'ready', 'paused', 'draining'] as const
export type Presence = (typeof presences)[number]

export const offerStatuses = ['open', 'accepted', 'declined', 'expired', 'withdrawn'] as const

export const offerRules = [
  'preferred',
  'tightestFit',
  'longestIdle',
  'onlyOne',
  'nextContact',
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

export const attemptStates = ['none', 'requested', 'claimed', 'closed'] as const

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

export type MediaStatus = 'ringing' | 'answered' | 'ended' | 'failed'
export type MediaCause = 'none' | 'customer' | 'agent' | 'network'

export interface Requirement {
  readonly skillId: string
  readonly minimumLevel: number
}

/** A level that an agent has now. */
export interface SkillLevel {
  readonly skillId: string
  readonly level: number
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
  readonly initialHandleTimeMs: number
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
}
