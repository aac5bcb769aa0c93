import { noOdds, type Odds } from '@evenkeel/chassis/log/memory'
import {
  AgentChoice,
  AgentRule,
  CallbackPolicy,
  ContactOrder,
  ContactRule,
  type DialPacing,
  Escalation,
  Queue,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Chance } from '../chance.ts'
import { type BehaviourName, behaviourNames, indispensable } from './behaviour.ts'
import { withAlternatives } from './choosing.ts'
import { pacingOf, withDialling } from './dialling.ts'
import { withExpiry } from './expiry.ts'
import { withGuard } from './guarding.ts'
import { withTrials } from './qualified.ts'
import { withYielding } from './yielding.ts'

export const pool = 'p'
export const skillIds = ['s0', 's1', 's2', 's3'] as const
export const simulatedChannels = [
  Channel.CHANNEL_VOICE,
  Channel.CHANNEL_CHAT,
  Channel.CHANNEL_EMAIL,
] as const

/** What befalls processes, clocks and the log as a whole: probabilities per step. */
export interface MachineTroubles {
  readonly crash: number
  readonly leaderCrash: number
  readonly allCrash: number
  readonly skillsCrash: number
  readonly twin: number
  readonly leave: number
  readonly handOver: number
  readonly pause: number
  readonly block: number
  readonly stall: number
  readonly clockStep: number
  readonly echo: number
  readonly stranger: number
  readonly logDown: number
  readonly streamsDown: number
  /** Of the newest snapshot: that it is found to be worth nothing. */
  readonly damage: number
  /** That a snapshot of another log comes to lie among the log's own. */
  readonly mistake: number
  /** That the log drops what snapshots make up for. */
  readonly drop: number
}

/** What can go wrong; each seed has some of it. */
export interface Troubles {
  readonly odds: Odds
  readonly machines: MachineTroubles
}

/** What becomes of the log in the end, after which nobody may go on. */
export const endings = [
  'log_truncated',
  'log_recreated',
  'start_cut',
  'replica_gone',
  'older_version',
  'mixed_versions',
  'strayed',
  'foreign_bytes',
] as const

export type Ending = (typeof endings)[number]

/** A seed's world before its first step. */
export interface Plan {
  readonly seed: number
  readonly steps: number
  /** Troubles end at last, and everything that is open must come to its end. */
  readonly drains: boolean
  readonly troubles: Troubles
  /** Replicas of routing. */
  readonly replicas: number
  /** Records between two snapshots; undefined: none are kept. */
  readonly snapshotRecords: number | undefined
  readonly ending: Ending | undefined
  readonly behaviours: readonly { readonly name: BehaviourName; readonly weight: number }[]
  /** How fast the pool dials; undefined: as the API has it. */
  readonly pacing: DialPacing | undefined
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
  const [queue, ...others] = Array.from({ length: chance.int(1, 4) }, (_, n) =>
    queueOf(`q${n}`, chance, ''),
  )
  return {
    seed,
    steps: chance.int(40, chance.happens(0.03) ? stepsMax : 240),
    drains: chance.happens(0.5),
    troubles: chance.happens(0.15) ? calm : troublesOf(chance),
    replicas: chance.pick([1, 1, 1, 2, 2, 3]),
    snapshotRecords: chance.pick([undefined, 25, 100, 400]),
    ending: chance.happens(0.25) ? chance.pick(endings) : undefined,
    behaviours: behaviourNames
      .filter((name) => indispensable.has(name) || chance.happens(0.6))
      .map((name) => ({ name, weight: chance.pick([1, 1, 2, 4]) })),
    queues: (queue === undefined ? [] : [standingAlone(queue), ...others])
      .map((one) => withExpiry(withDialling(one, seed), seed))
      .map((one, _, all) => withAlternatives(one, seed, all))
      .map((one) => withGuard(withYielding(one, seed), seed))
      .map((one) => ({ ...one, requirements: withTrials(one.requirements, seed) })),
    pacing: pacingOf(seed),
    agentIds: Array.from({ length: agents }, (_, n) => `a${n}`),
    customers: chance.int(1, 12),
    diligence: chance.pick([0.2, 0.6, 1]),
    paceMs: chance.pick([200, 1_000, 3_000]),
  }
}

const calm: Troubles = {
  odds: noOdds,
  machines: {
    crash: 0,
    leaderCrash: 0,
    allCrash: 0,
    skillsCrash: 0,
    twin: 0,
    leave: 0,
    handOver: 0,
    pause: 0,
    block: 0,
    stall: 0,
    clockStep: 0,
    echo: 0,
    stranger: 0,
    logDown: 0,
    streamsDown: 0,
    damage: 0,
    mistake: 0,
    drop: 0,
  },
}

function troublesOf(chance: Chance): Troubles {
  // Few troubles at a time: where everything fails at once, nothing much happens any more.
  const share = chance.pick([0.15, 0.3, 0.5])
  const at = (probability: number) => (chance.happens(share) ? probability : 0)
  return {
    odds: {
      refused: at(0.05),
      ackLost: at(0.08),
      lost: at(0.05),
      late: at(0.05),
      delayed: at(0.3),
      repeated: chance.pick([0, 0.3, 1]),
      deliveryDelayed: at(0.2),
      deliverySplit: at(0.3),
      broken: at(0.02),
      landsAfterCrash: chance.pick([0, 0.5, 1]),
      clockStepped: at(0.02),
      delayMsMax: chance.pick([5, 200, 3_000]),
      clockOffMsMax: chance.pick([500, 60_000, 3_600_000]),
    },
    machines: {
      crash: at(0.01),
      leaderCrash: at(0.01),
      allCrash: at(0.003),
      skillsCrash: at(0.005),
      twin: at(0.004),
      leave: at(0.01),
      handOver: at(0.02),
      pause: at(0.015),
      block: at(0.01),
      stall: at(0.005),
      clockStep: at(0.01),
      echo: at(0.03),
      stranger: at(0.02),
      logDown: at(0.006),
      streamsDown: at(0.006),
      damage: at(0.02),
      mistake: at(0.02),
      drop: at(0.02),
    },
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
    ...(chance.happens(0.5) ? { agentChoice: agentChoiceOf(chance) } : {}),
    ...(chance.happens(0.3) ? { contactOrder: contactOrderOf(chance) } : {}),
    ...(chance.happens(0.4) ? { escalation: escalationOf(chance) } : {}),
  })
}

const agentRules = [
  AgentRule.AGENT_RULE_TIGHTEST_FIT,
  AgentRule.AGENT_RULE_LONGEST_IDLE,
  AgentRule.AGENT_RULE_LEAST_FLEXIBLE,
  AgentRule.AGENT_RULE_BEST_SKILLED,
] as const

const agentChoiceOf = (chance: Chance) =>
  AgentChoice.fromPartial({
    rule: chance.pick(agentRules),
    contactsPerHour: chance.pick([0, 1, 3]),
    contactsInRow: chance.pick([0, 1, 2]),
  })

const contactOrderOf = (chance: Chance) =>
  ContactOrder.fromPartial({
    rule: chance.pick([ContactRule.CONTACT_RULE_SERVICE_LEVEL, ContactRule.CONTACT_RULE_AGING]),
    overtakingMax: chance.pick([0, 1, 2]),
  })

/** A queue that is not there yet is escalated to by nobody, not even itself: it would be refused. */
const standingAlone = (queue: Queue): Queue =>
  queue.escalation === undefined
    ? queue
    : { ...queue, escalation: { ...queue.escalation, queueId: '' } }

/** To the first queue, which may be the same or of another channel. */
const escalationOf = (chance: Chance) =>
  Escalation.fromPartial({
    afterOffers: chance.int(1, 3),
    priorityBump: chance.pick([0, 1, 5]),
    queueId: chance.pick(['', '', 'q0']),
  })

const withinOf = (chance: Chance) => ({
  within: duration(chance.pick([60, 120]) * second),
  slack: duration(chance.pick([0, 10, 60]) * second),
  window: duration(300 * second),
  windows: chance.int(1, 3),
  capacityShareBp: chance.pick([5_000, 10_000]),
  only: chance.happens(0.3),
})

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
    ...(chance.happens(0.5) ? { within: withinOf(chance) } : {}),
    ...(chance.happens(0.3) ? { recoverAfter: duration(chance.pick([0, 5]) * second) } : {}),
  })
