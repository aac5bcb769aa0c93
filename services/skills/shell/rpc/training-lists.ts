import { duration, lastOf, pageToken, parse } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import type {
  ListExpiringSkillsRequest,
  ListExpiringSkillsResponse,
  ListTeamTrainingGapsRequest,
  ListTeamTrainingGapsResponse,
  ListTrainingGapsRequest,
  ListTrainingGapsResponse,
  ListTrainingRecordsRequest,
  ListTrainingRecordsResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import {
  type AfterRecord,
  expiringAfter,
  gapOf,
  gapsAfter,
  limits,
  type SkillsState,
  trainingPolicyOf,
  trainingsAfter,
  trainingsOfAgent,
} from '../../core/index.ts'
import { read, type SkillsHosted } from '../calls.ts'
import { pageOf, pageToken as tokenOf } from '../pages.ts'
import { knownAgent, knownPool } from '../refusals.ts'
import { agentIdOf, groupOf, poolIdOf } from '../translate/ids.ts'
import { grantWire } from '../translate/profiles.ts'
import { yearOf } from '../training/days.ts'
import { everybody } from '../training/everybody.ts'
import { trainingWire } from '../translate/training.ts'

export async function recordsOf(
  hosted: SkillsHosted,
  request: ListTrainingRecordsRequest,
  call: Call,
): Promise<ListTrainingRecordsResponse> {
  const pool = poolIdOf('pool', request.pool)
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  const agentId = request.agentId === '' ? '' : agentIdOf('agent_id', request.agentId)
  const list = `records ${pool} ${agentId}`
  const after = afterOf(list, request.pageToken)
  return read(hosted.of(pool), call, (s) => {
    knownPool(s, pool)
    const { found, next } =
      agentId === ''
        ? trainingsAfter(s, pool, after, size)
        : trainingsOfAgent(s, knownAgent(s, pool, agentId), after, size)
    const nextPageToken =
      next === undefined
        ? ''
        : pageToken(list, `${next.agentId}/${next.date}${next.date && '/'}${next.courseId}`)
    return { records: found.map(trainingWire), nextPageToken }
  })
}

/** <agent>/, or <agent>/<date>/<course>. */
const recordPattern = /^[a-zA-Z0-9._@-]{1,64}\/(\d{4}-\d{2}-\d{2}\/[a-z0-9._-]{1,64})?$/

function afterOf(list: string, token: string): AfterRecord {
  const last = lastOf('page_token', list, token, recordPattern)
  const [agentId = '', date = '', courseId = ''] = last.split('/')
  return { agentId, date, courseId }
}

export async function gapsOf(
  hosted: SkillsHosted,
  request: ListTrainingGapsRequest,
  call: Call,
): Promise<ListTrainingGapsResponse> {
  const { pool, size, afterId } = pageOf('agents behind', request)
  const team = groupOf('team', request.team)
  const asked = askedYear(request.year)
  const replica = hosted.of(pool)
  return read(replica, call, (s) => {
    knownPool(s, pool)
    const { sessionMs, target, year } = targetOf(s, pool, asked, replica.now().time)
    const { found, next } = gapsAfter(s, pool, target, team, afterId, size)
    return {
      gaps: found.map((gap) => ({
        agentId: gap.agentId,
        team: gap.team,
        trained: duration(gap.trainedMs),
        missing: duration(gap.missingMs),
        sessionsMissing: Math.ceil(gap.missingMs / sessionMs),
      })),
      nextPageToken: next === '' ? '' : tokenOf('agents behind', pool, next),
      year,
    }
  })
}

interface TeamSum {
  readonly team: string
  agents: number
  agentsBehind: number
  missingMs: number
}

export async function teamGapsOf(
  hosted: SkillsHosted,
  request: ListTeamTrainingGapsRequest,
  call: Call,
): Promise<ListTeamTrainingGapsResponse> {
  const pool = poolIdOf('pool', request.pool)
  const asked = askedYear(request.year)
  const replica = hosted.of(pool)
  const { target, year } = await read(replica, call, (s) => {
    knownPool(s, pool)
    return targetOf(s, pool, asked, replica.now().time)
  })
  const sums = new Map<string, TeamSum>()
  for await (const agent of everybody(replica.state, pool, call)) {
    const { team } = agent
    const sum = sums.get(team) ?? { team, agents: 0, agentsBehind: 0, missingMs: 0 }
    const gap = gapOf(replica.state, agent, target)
    sum.agents++
    if (gap !== undefined) sum.agentsBehind++
    sum.missingMs += gap?.missingMs ?? 0
    sums.set(team, sum)
  }
  const teams = [...sums.values()]
    .sort((a, b) => b.missingMs - a.missingMs || (a.team < b.team ? -1 : 1))
    .slice(0, limits.teamsListed)
    .map(({ missingMs, ...sum }) => ({ ...sum, missing: duration(missingMs) }))
  return { teams, teamCount: sums.size, year }
}

function askedYear(year: number): number {
  return year === 0 ? 0 : parse.integer('year', year, 1970, 9999)
}

function targetOf(s: SkillsState, pool: string, asked: number, time: number) {
  const { timeZone, yearlyTargetMs, sessionMs } = trainingPolicyOf(s, pool)
  const { year, from, until } = yearOf(asked, timeZone, time)
  return { year, sessionMs, target: { from, until, targetMs: yearlyTargetMs } }
}

const dayMs = 86_400_000
/** Earlier than an hour nobody can do anything about it; later than two years it is no news. */
const within = { min: 3_600_000, max: 731 * dayMs, usual: 30 * dayMs } as const

export async function expiringOf(
  hosted: SkillsHosted,
  request: ListExpiringSkillsRequest,
  call: Call,
): Promise<ListExpiringSkillsResponse> {
  const { pool, size, afterId } = pageOf('agents expiring', request)
  const team = groupOf('team', request.team)
  const ahead = parse.durationMs('within', request.within, within.min, within.max, within.usual)
  const replica = hosted.of(pool)
  return read(replica, call, (s) => {
    knownPool(s, pool)
    const from = replica.now().time
    const span = { from, until: from + ahead }
    const { found, next } = expiringAfter(s, pool, span, team, afterId, size)
    return {
      agents: found.map((one) => ({ ...one, levels: one.grants.map(grantWire) })),
      nextPageToken: next === '' ? '' : tokenOf('agents expiring', pool, next),
    }
  })
}
