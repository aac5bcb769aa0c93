import { duration, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import {
  Adherence as WireAdherence,
  type Agent,
  type GetAdherenceRequest,
  type GetAdherenceResponse,
  type TeamAdherence as WireTeamAdherence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  type Adherence,
  adherences,
  type AgentView,
  poolAdherence,
  quarterMs,
  quartersKept,
  type TeamAdherence,
} from '../../core/index.ts'
import { perhaps } from './perhaps.ts'

const numbers: Record<Adherence, WireAdherence> = {
  unrostered: WireAdherence.ADHERENCE_UNROSTERED,
  onDuty: WireAdherence.ADHERENCE_ON_DUTY,
  offDuty: WireAdherence.ADHERENCE_OFF_DUTY,
  lateIn: WireAdherence.ADHERENCE_LATE_IN,
  away: WireAdherence.ADHERENCE_AWAY,
  onThoughOff: WireAdherence.ADHERENCE_ON_THOUGH_OFF,
}

export const adherenceWire = (a: AgentView): Pick<Agent, 'adherence' | 'adherenceSince'> => ({
  adherence: numbers[a.adherence],
  adherenceSince: perhaps(a.adherenceSince),
})

interface Span {
  readonly from: number
  readonly until: number
}

const dayMs = 24 * 3_600_000
const keptMs = (quartersKept - 1) * quarterMs

/** Whole quarters of an hour, the last as far as it has gone. */
export function quartersAsked(r: GetAdherenceRequest, time: number): Span {
  const until = Math.min(time, parse.timeMs('until', r.until, time))
  const from = parse.timeMs('from', r.from, until - dayMs)
  if (from >= until) throw refused('FIELD_OUT_OF_RANGE', 'from', 'before until and now', from)
  if (from < time - keptMs) {
    throw refused('FIELD_OUT_OF_RANGE', 'from', `at most ${keptMs / 60_000} min back`, from)
  }
  const end = until + ((quarterMs - (until % quarterMs)) % quarterMs)
  return { from: from - (from % quarterMs), until: Math.min(time, end) }
}

export function teamsWire(
  teams: readonly TeamAdherence[],
  { from, until }: Span,
  time: number,
): GetAdherenceResponse {
  return {
    pool: teamWire(poolAdherence(teams)),
    teams: teams.map(teamWire),
    from: timestamp(from),
    until: timestamp(until),
    asOf: timestamp(time),
  }
}

const teamWire = (t: TeamAdherence): WireTeamAdherence => ({
  team: t.team,
  rostered: duration(t.rosteredMs),
  adhered: duration(t.adheredMs),
  beyond: duration(t.beyondMs),
  adherenceBp: t.rosteredMs === 0 ? undefined : Math.floor((t.adheredMs * 10_000) / t.rosteredMs),
  agents: adherences
    .filter((adherence) => t.agents[adherence] > 0)
    .map((adherence) => ({ adherence: numbers[adherence], agents: t.agents[adherence] })),
})
