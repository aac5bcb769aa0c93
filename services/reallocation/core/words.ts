import { channels } from '@evenkeel/chassis/words'

/** Words of commands, state and events. Order is part of the stored form: append only. */
export const modes = ['observe', 'approve', 'automatic'] as const
export type Mode = (typeof modes)[number]

/** 'policy': as the pool's policy says. */
export const consents = ['policy', 'automatic', 'notify', 'ask'] as const
export type Consent = (typeof consents)[number]

export const moveStates = [
  'proposed',
  'approved',
  'ordered',
  'draining',
  'active',
  'returning',
  'ended',
  'rejected',
  'declined',
  'expired',
  'cancelled',
  'observed',
] as const
export type MoveState = (typeof moveStates)[number]

/** Nothing has begun: it can be called off without anybody's doing. */
export const isPending = (state: MoveState): boolean => state === 'proposed' || state === 'approved'

/** Routing was asked for it, and has not said that it is over. */
export const isInForce = (state: MoveState): boolean =>
  state === 'ordered' || state === 'draining' || state === 'active' || state === 'returning'

/** An agent has at most one of these. */
export const isLiveMove = (state: MoveState): boolean => isPending(state) || isInForce(state)

export const presences = ['signedOut', 'ready', 'paused', 'draining'] as const
export type Presence = (typeof presences)[number]

/** Where a move leads: to another channel, or to training. */
export const destinations = [...channels, 'training'] as const
export type Destination = (typeof destinations)[number]

/** Why an agent is to be moved. */
export interface Reason {
  readonly sentence: string
  readonly forecastMilli: number
  readonly expectedMilli: number
  readonly probabilityBp: number
}

/** Contacts lost or late in thousandths, over a move's time. */
export interface Effect {
  readonly lostWithoutMilli: number
  readonly lostWithMilli: number
  readonly savedLowMilli: number
  readonly savedHighMilli: number
  readonly levelWithoutBp: number
  readonly levelWithBp: number
}

export const savedMilli = (e: Effect): number => e.lostWithoutMilli - e.lostWithMilli

/** Contacts that are open and due then. */
export interface OpenWork {
  readonly due: number
  readonly open: number
}

/** One queue of a move as it was when the move began: what came of it is reckoned from there. */
export interface SideThen {
  readonly queueId: string
  /** Agents at home there who were ready, the moved one among them. */
  readonly ready: number
  /** Ascending; empty where customers wait on the line. */
  readonly work: readonly OpenWork[]
}
