import { setTimeout as sleep } from 'node:timers/promises'
import { status as grpcStatus } from '@grpc/grpc-js'
import { ImportHistoryRequest } from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import { Consent, Mode } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { PutPolicyRequest } from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { PutQueueRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { PutShiftRequest } from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import { Activity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { PutAgentRequest, PutSkillRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { type AgentPlan, type Day, HOUR, type QueuePlan } from '../day/day.ts'
import type { Connection } from './connection.ts'
import { persistently } from './connection.ts'
import { BACKOFF_MOST_MS, Refusal } from './refusal.ts'
import { CHANNELS, duration, timestamp } from './wire.ts'

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

/** Put at once: enough to fill the log's group commits. */
const AT_ONCE = 16

async function inTurn<T>(all: readonly T[], put: (one: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < all.length; first += AT_ONCE) {
    await Promise.all(all.slice(first, first + AT_ONCE).map(put))
  }
}

/** Milliseconds of real time until queues have crossed to forecasting; many times what it takes. */
const CROSSED_MS = 10_000

/** A server without the service can do without what only that would use: then undefined. */
async function whereThere<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    const there = !(error instanceof Refusal) || error.status !== grpcStatus.UNIMPLEMENTED
    if (there) throw error
    return undefined
  }
}

/** What came in the weeks before: without it nobody can say what the day will bring. */
async function importPast(connection: Connection, { pool, past = [] }: Day): Promise<void> {
  if (past.length === 0) return
  const lines = past.map(({ queueId, fromMs, arrivals }) => {
    return `${queueId},${new Date(fromMs).toISOString().slice(0, 16)}Z,${arrivals}`
  })
  const csv = Buffer.from(`queue_id,from,arrivals\n${lines.join('\n')}\n`)
  const request = ImportHistoryRequest.fromPartial({ pool, csv, timeZone: 'UTC' })
  const { history } = connection
  for (const giveUpAt = Date.now() + CROSSED_MS; ; ) {
    const answer = await whereThere(() =>
      persistently(history.importHistory.bind(history), request),
    )
    if (answer === undefined || answer.errorCount === 0) return
    const { errors } = answer
    if (Date.now() > giveUpAt) throw new Error(`history was refused: ${errors[0]?.message}`)
    await sleep(BACKOFF_MOST_MS)
  }
}

/** Whoever is needed more elsewhere is told a minute before and goes. */
async function allowMoves({ moves }: Connection, pool: string): Promise<void> {
  const policy = {
    ...{ pool, mode: Mode.MODE_AUTOMATIC, consent: Consent.CONSENT_NOTIFY },
    // Teams are small: of four at the mails two may go.
    donorShareBp: 5_000,
  }
  const request = PutPolicyRequest.fromPartial({ policy })
  await whereThere(() => persistently(moves.putPolicy.bind(moves), request))
}

/** Creates the day's pool, skills, agents, shifts and queues where they are not there yet. */
export async function setUp(connection: Connection, day: Day): Promise<void> {
  const { queues, skills, roster } = connection
  const pool = day.pool
  await unlessThere(
    persistently(queues.putPool.bind(queues), {
      pool: {
        pool,
        displayName: day.displayName,
        etag: '',
        dialPacing: undefined,
        profilesMaxAge: undefined,
      },
      validateOnly: false,
    }),
  )
  for (const { skillId, displayName, maxLevel } of day.skills) {
    const request = PutSkillRequest.fromPartial({ skill: { pool, skillId, displayName, maxLevel } })
    await unlessThere(persistently(skills.putSkill.bind(skills), request))
  }
  await inTurn(day.agents, (agent) =>
    unlessThere(persistently(skills.putAgent.bind(skills), profile(pool, agent))),
  )
  await inTurn(day.agents, (agent) =>
    unlessThere(persistently(roster.putShift.bind(roster), shift(day, agent))),
  )
  for (const queue of day.queues) {
    await unlessThere(persistently(queues.putQueue.bind(queues), queueRequest(pool, queue)))
  }
  await importPast(connection, day)
  if (day.movesStaff === true) await allowMoves(connection, pool)
}

function profile(pool: string, agent: AgentPlan) {
  return PutAgentRequest.fromPartial({
    profile: {
      pool,
      agentId: agent.agentId,
      displayName: agent.displayName,
      team: agent.team,
      skills: agent.skills.map(({ skillId, level }) => ({ skillId, level })),
      channels: agent.channels.map((own) => ({ ...own, channel: CHANNELS[own.channel] })),
    },
  })
}

/** Who is there at the end of the day stays for this long, until all are served. */
export const SERVE_OUT_MS = 3 * HOUR

/** With its breaks, so that nobody is offered a call just before one. */
function shift(day: Day, { agentId, shift: { fromMs, untilMs: ends }, breaks }: AgentPlan) {
  const untilMs = ends < day.untilMs ? ends : ends + SERVE_OUT_MS
  return PutShiftRequest.fromPartial({
    shift: {
      ...{ pool: day.pool, agentId, shiftId: new Date(fromMs).toISOString().slice(0, 10) },
      ...{ from: timestamp(fromMs), until: timestamp(untilMs) },
      activities: breaks.map((pause) => ({
        activity: pause.reason === 'lunch' ? Activity.ACTIVITY_MEAL : Activity.ACTIVITY_BREAK,
        from: timestamp(pause.fromMs),
        until: timestamp(pause.untilMs),
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
