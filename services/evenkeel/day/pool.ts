import type { CallbackPlan, ChannelName, QueuePlan, SkillPlan } from './day.ts'
import { HOUR, MINUTE, SECOND } from './day.ts'

/**
 * A queue with the habits of its customers. Voice figures are those published for an Israeli bank,
 * 1999.
 */
export interface QueueHabits {
  readonly plan: QueuePlan
  /** Contacts of an ordinary day. */
  readonly perDay: number
  readonly handleScv: number
  /** Infinity: does not hang up. */
  readonly patienceMeanMs: number
  readonly wrapUpMeanMs: number
  /** Share of customers with the raised priority and the higher floor. */
  readonly preferredShare: number
  readonly preferredLevel: number
  readonly topics: readonly [string, ...string[]]
}

export const DEMO_POOL = 'demo'

export const DEMO_SKILLS: readonly SkillPlan[] = [
  { skillId: 'service', displayName: 'Accounts and cards', maxLevel: 5 },
  { skillId: 'sales', displayName: 'New customers', maxLevel: 5 },
  { skillId: 'trading', displayName: 'Stock trading', maxLevel: 5 },
  { skillId: 'internet', displayName: 'Internet support', maxLevel: 5 },
  { skillId: 'writing', displayName: 'Writing', maxLevel: 5 },
  { skillId: 'french', displayName: 'French', maxLevel: 5 },
  { skillId: 'german', displayName: 'German', maxLevel: 5 },
]

/** What customers' languages ask for, beside the queue's own skill. */
export const LANGUAGES: readonly (readonly [string | undefined, number])[] = [
  [undefined, 0.84],
  ['french', 0.1],
  ['german', 0.06],
]

/** Whose matter needs no haste is called within an hour: whoever waits on the line goes first. */
const WITHIN_AN_HOUR: CallbackPlan = {
  offerAboveMs: 2 * MINUTE,
  offerCadenceMs: MINUTE,
  retryAfterMs: 10 * MINUTE,
  maxAttempts: 3,
  withinMs: HOUR,
}

const PLACE_KEPT: CallbackPlan = { ...WITHIN_AN_HOUR, withinMs: undefined }

function voice(
  queueId: string,
  displayName: string,
  skillId: string,
  level: number,
  handleMs: number,
  callback = WITHIN_AN_HOUR,
): QueuePlan {
  return {
    queueId,
    displayName,
    channel: 'voice',
    requirements: [{ skillId, level }],
    targetMs: 60 * SECOND,
    timeToLiveMs: 2 * HOUR,
    wrapUpMs: 2 * MINUTE,
    handleMs,
    callback,
  }
}

function written(
  queueId: string,
  displayName: string,
  channel: ChannelName,
  targetMs: number,
  handleMs: number,
): QueuePlan {
  return {
    queueId,
    displayName,
    channel,
    requirements: [
      { skillId: 'service', level: 2 },
      { skillId: 'writing', level: 2 },
    ],
    targetMs,
    timeToLiveMs: 4 * HOUR,
    wrapUpMs: MINUTE,
    handleMs,
    callback: undefined,
  }
}

export const DEMO_QUEUES: readonly QueueHabits[] = [
  {
    plan: voice('service', 'Service', 'service', 2, 178 * SECOND),
    perDay: 1900,
    handleScv: 1.36,
    patienceMeanMs: 8.1 * MINUTE,
    wrapUpMeanMs: 15 * SECOND,
    preferredShare: 0.25,
    preferredLevel: 3,
    topics: ['balance', 'card', 'transfer', 'statement', 'limit'],
  },
  {
    plan: voice('welcome', 'New customers', 'sales', 2, 102 * SECOND),
    perDay: 900,
    handleScv: 1.8,
    patienceMeanMs: 3.8 * MINUTE,
    wrapUpMeanMs: 15 * SECOND,
    preferredShare: 0,
    preferredLevel: 2,
    topics: ['open an account', 'offer', 'mortgage'],
  },
  {
    plan: voice('trading', 'Stock trading', 'trading', 3, 274 * SECOND, PLACE_KEPT),
    perDay: 300,
    handleScv: 1.45,
    patienceMeanMs: 15.1 * MINUTE,
    wrapUpMeanMs: 30 * SECOND,
    preferredShare: 0.3,
    preferredLevel: 4,
    topics: ['order', 'dividend', 'custody'],
  },
  {
    plan: voice('internet', 'Internet support', 'internet', 2, 419 * SECOND),
    perDay: 210,
    handleScv: 1.74,
    patienceMeanMs: 7.8 * MINUTE,
    wrapUpMeanMs: 20 * SECOND,
    preferredShare: 0,
    preferredLevel: 2,
    topics: ['login', 'phone app', 'certificate'],
  },
  {
    plan: written('chat', 'Chat', 'chat', 60 * SECOND, 9 * MINUTE),
    perDay: 420,
    handleScv: 1.2,
    patienceMeanMs: 6 * MINUTE,
    wrapUpMeanMs: 10 * SECOND,
    preferredShare: 0,
    preferredLevel: 2,
    topics: ['card', 'address', 'fees'],
  },
  {
    plan: written('email', 'Email', 'email', 2 * HOUR, 4 * MINUTE),
    perDay: 300,
    handleScv: 1,
    patienceMeanMs: Number.POSITIVE_INFINITY,
    wrapUpMeanMs: 0,
    preferredShare: 0,
    preferredLevel: 2,
    topics: ['complaint', 'form', 'fees'],
  },
]

/** First names, as many as a pool has agents; the live view calls them by these. */
export const NAMES: readonly string[] = [
  'Dana Bo Ana Ivo Mia Jan Eva Tom Lea Max Ida Ben Zoe Ole Amy Kai Una Sam Noa Leo Pia Rui Tea Gil',
  'Fay Hal Joy Lev Meg Nik Ora Pol Rae Sol Tia Uri Val Wim Xia Yan Ada Cy Abe Bea Dov Eli Flo Gus',
  'Hana Ike Jo Kit Lou Mo Ned Oz Peg Roy Sue Ted Ulf Viv Wes Yul Zac Ari Bob Cam Dee Ed Fin Gwen',
].flatMap((names) => names.split(' '))
