import { PutQueueRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { PutAgentRequest, PutSkillRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import type { AgentPlan, Day, QueuePlan } from '../day/day.ts'
import type { Connection } from './connection.ts'
import { persistently } from './connection.ts'
import { Refusal } from './refusal.ts'
import { CHANNELS, duration } from './wire.ts'

/**
 * What is already there keeps its etag, and a put without one is refused: a day that goes on has
 * its pool.
 */
async function unlessThere(put: Promise<unknown>): Promise<void> {
  try {
    await put
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ETAG_MISMATCH') throw error
  }
}

/** Profiles put at once: enough to fill the log's group commits. */
const AT_ONCE = 16

/** Creates the day's pool, skills, agents and queues where they are not there yet. */
export async function setUp(connection: Connection, day: Day): Promise<void> {
  const { queues, skills } = connection
  const pool = day.pool
  await unlessThere(
    persistently(queues.putPool.bind(queues), {
      pool: { pool, displayName: day.displayName, etag: '', dialPacing: undefined },
      validateOnly: false,
    }),
  )
  for (const { skillId, displayName, maxLevel } of day.skills) {
    const request = PutSkillRequest.fromPartial({ skill: { pool, skillId, displayName, maxLevel } })
    await unlessThere(persistently(skills.putSkill.bind(skills), request))
  }
  for (let first = 0; first < day.agents.length; first += AT_ONCE) {
    await Promise.all(
      day.agents
        .slice(first, first + AT_ONCE)
        .map((agent) =>
          unlessThere(persistently(skills.putAgent.bind(skills), profile(pool, agent))),
        ),
    )
  }
  for (const queue of day.queues) {
    await unlessThere(persistently(queues.putQueue.bind(queues), queueRequest(pool, queue)))
  }
}

function profile(pool: string, agent: AgentPlan) {
  return PutAgentRequest.fromPartial({
    profile: {
      pool,
      agentId: agent.agentId,
      displayName: agent.displayName,
      team: agent.team,
      skills: agent.skills.map(({ skillId, level }) => ({ skillId, level })),
      channels: agent.channels.map(({ channel, weight }) => ({
        channel: CHANNELS[channel],
        weight,
      })),
    },
  })
}

/**
 * Offers and connections may take this long; a day at some hundred times its speed has only
 * milliseconds for them.
 */
const OFFER_MS = 60_000

function queueRequest(pool: string, plan: QueuePlan) {
  const callback = plan.callback
  return PutQueueRequest.fromPartial({
    queue: {
      pool,
      queueId: plan.queueId,
      displayName: plan.displayName,
      channel: CHANNELS[plan.channel],
      requirements: plan.requirements.map(({ skillId, level }) => ({
        skillId,
        minimumLevel: level,
      })),
      serviceLevelTarget: duration(plan.targetMs),
      serviceLevelGoalBp: 8000,
      agingPerPoint: undefined,
      timeToLive: duration(plan.timeToLiveMs),
      maxWaiting: 0,
      offerTimeout: duration(OFFER_MS),
      connectTimeout: duration(OFFER_MS),
      handleLimit: undefined,
      holdLimit: undefined,
      wrapUp: duration(plan.wrapUpMs),
      callback:
        callback === undefined
          ? undefined
          : {
              offerAbove: duration(callback.offerAboveMs),
              offerCadence: duration(callback.offerCadenceMs),
              offerTimeout: duration(OFFER_MS),
              ringTimeout: undefined,
              maxAttempts: callback.maxAttempts,
              retryAfter: duration(callback.retryAfterMs),
              promiseTolerance: undefined,
              giveUpAfter: undefined,
              offerLevelBp: 0,
              within: withinPolicy(callback.withinMs),
              recoverAfter: undefined,
            },
      initialHandleTime: duration(plan.handleMs),
    },
  })
}

/** Windows beside it, so that nobody is promised a time after all have gone home. */
const WINDOWS = 2

const withinPolicy = (withinMs: number | undefined) =>
  withinMs === undefined
    ? undefined
    : { within: duration(withinMs), windows: WINDOWS, only: true, capacityShareBp: 0 }
