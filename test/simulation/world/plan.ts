import { noOdds, type Odds } from '@evenkeel/chassis/log/memory'
import { CallbackPolicy, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Chance } from '../chance.ts'
import { type BehaviourName, behaviourNames, indispensable } from './behaviour.ts'

export const pool = 'p'
export const skillIds = ['s0', 's1', 's2', 's3'] as const
export const simulatedChannels = [
  Channel.CHANNEL_VOICE,
  Channel.CHANNEL_CHAT,
  Channel.CHANNEL_EMAIL,
] as const

/** What can befall the machines; each seed has some of it. */
export interface Troubles {
  readonly odds: Odds
  /** Probabilities per step. */
  readonly crash: number
  readonly twin: number
  readonly stall: number
  readonly clockStep: number
  readonly skillsCrash: number
  /** A second replica takes calls as well; it may also lead. */
  readonly second: 'none' | 'follows' | 'leads'
}

/** A seed's world before its first step. */
export interface Plan {
  readonly seed: number
  readonly steps: number
  /** Troubles end at last, and everything that is open must come to its end. */
  readonly drains: boolean
  readonly troubles: Troubles
  readonly behaviours: readonly { readonly name: BehaviourName; readonly weight: number }[]
  readonly queues: readonly Queue[]
  readonly agentIds: readonly string[]
  /** Who redials is known by these. */
  readonly customers: number
  /** How often, besides, somebody does what a contact is waiting for. */
  readonly diligence: number
  /** ms between two steps, mostly up to this. */
  readonly paceMs: number
}

export const stepsMax = 2_000

export function planOf(seed: number, chance: Chance): Plan {
  const agents = chance.int(1, chance.pick([3, 6, 12]))
  const queues = Array.from({ length: chance.int(1, 4) }, (_, n) => queueOf(`q${n}`, chance, ''))
  return {
    seed,
    steps: chance.int(60, chance.happens(0.05) ? stepsMax : 500),
    drains: chance.happens(0.5),
    troubles: chance.happens(0.2) ? calm : troublesOf(chance),
    behaviours: behaviourNames
      .filter((name) => indispensable.has(name) || chance.happens(0.6))
      .map((name) => ({ name, weight: chance.pick([1, 1, 2, 4]) })),
    queues,
    agentIds: Array.from({ length: agents }, (_, n) => `a${n}`),
    customers: chance.int(1, 12),
    diligence: chance.pick([0.2, 0.6, 1]),
    paceMs: chance.pick([200, 1_000, 3_000]),
  }
}

const calm: Troubles = {
  odds: noOdds,
  crash: 0,
  twin: 0,
  stall: 0,
  clockStep: 0,
  skillsCrash: 0,
  second: 'none',
}

function troublesOf(chance: Chance): Troubles {
  const at = (probability: number) => (chance.happens(0.4) ? probability : 0)
  return {
    odds: {
      refused: at(0.05),
      ackLost: at(0.08),
      lost: at(0.05),
      late: at(0.05),
      delayed: at(0.3),
      repeated: at(0.2),
      deliveryDelayed: at(0.2),
      deliverySplit: at(0.3),
      landsAfterCrash: chance.pick([0, 0.5, 1]),
      clockStepped: at(0.02),
      delayMsMax: chance.pick([5, 200, 3_000]),
      clockOffMsMax: chance.pick([500, 60_000, 3_600_000]),
    },
    crash: at(0.01),
    twin: at(0.004),
    stall: at(0.005),
    clockStep: at(0.01),
    skillsCrash: at(0.005),
    second: chance.pick(['none', 'follows', 'leads']),
  }
}

const second = 1_000

export const duration = (ms: number) => ({
  seconds: Math.trunc(ms / second),
  nanos: (ms % second) * 1_000_000,
})

export const stamp = (ms: number) => ({
  seconds: Math.trunc(ms / second),
  nanos: (ms % second) * 1_000_000,
})

export function requirementsOf(chance: Chance, most: number) {
  return chance
    .some(skillIds, 0.3)
    .slice(0, most)
    .map((skillId) => ({ skillId, minimumLevel: chance.int(1, 4) }))
}

/** Short limits, so that a few hundred steps see every one of them pass. */
export function queueOf(queueId: string, chance: Chance, etag: string, channel?: Channel): Queue {
  const own = channel ?? chance.pick(simulatedChannels)
  return Queue.fromPartial({
    pool,
    queueId,
    displayName: `${queueId} ${etag}`,
    channel: own,
    etag,
    requirements: requirementsOf(chance, 2),
    serviceLevelTarget: duration(chance.pick([1, 20, 60]) * second),
    agingPerPoint: duration(chance.pick([0, 1, 30]) * second),
    timeToLive: duration(chance.pick([20, 120, 1_200]) * second),
    maxWaiting: chance.pick([0, 0, 0, 3]),
    offerTimeout: duration(chance.pick([1, 5, 20]) * second),
    connectTimeout: duration(chance.pick([1, 5, 30]) * second),
    handleLimit: duration(chance.pick([60, 600]) * second),
    holdLimit: duration(chance.pick([60, 600]) * second),
    wrapUp: duration(chance.pick([0, 2, 10]) * second),
    initialHandleTime: duration(chance.pick([5, 60]) * second),
    ...(chance.happens(0.7) ? { callback: callbackOf(chance) } : {}),
  })
}

const callbackOf = (chance: Chance) =>
  CallbackPolicy.fromPartial({
    offerAbove: duration(chance.pick([0, 5, 60]) * second),
    offerCadence: duration(chance.pick([5, 60]) * second),
    offerTimeout: duration(chance.pick([2, 30]) * second),
    ringTimeout: duration(chance.pick([5, 25]) * second),
    maxAttempts: chance.int(1, 4),
    retryAfter: duration(chance.pick([10, 60]) * second),
    promiseTolerance: duration(chance.pick([0, 60]) * second),
    giveUpAfter: duration(chance.pick([60, 600, 3_600]) * second),
  })
