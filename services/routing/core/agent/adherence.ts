import { NONE } from '@evenkeel/chassis/table'
import { limits, quarterMs, quartersKept } from '../limits.ts'
import type { AgentRow, TimesheetRow } from '../schema.ts'
import { idOf, keyOf, nextSeq, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import {
  type Adherence,
  adherenceSet,
  type Quarter,
  type RosteredTime,
} from './adherence-schema.ts'
import { standingOf } from './roster.ts'

/**
 * Whether agents are there when the roster has them so. Said of each agent; added up for teams
 * alone, since minutes of one person over days are nothing that routing needs to know. Nothing is
 * decided by it.
 */

export const isThere = ({ presence }: AgentRow): boolean =>
  presence === 'ready' || presence === 'draining'

function adherenceAt(agent: AgentRow, time: number): Adherence {
  if (agent.duty.length === 0) return 'unrostered'
  const { kind, span } = standingOf(agent.duty, time, [])
  const rostered = kind === 'onDuty' || kind === 'leaving'
  if (isThere(agent)) return rostered ? 'onDuty' : 'onThoughOff'
  if (!rostered || span === undefined) return 'offDuty'
  return agent.thereUntil > span.from ? 'away' : 'lateIn'
}

/**
 * The roster or presence has changed or is about to, or an edge has come. Edges count from when
 * they were, though the tick that passes them comes later, after an outage much later.
 */
export function keepAdherence(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const { time } = turn.at
  for (let at = agent.rosterAt; at < time; at = standingOf(agent.duty, at, []).until) {
    if (at > agent.adherenceSince) adhere(s, agent, at, time)
  }
  adhereFromNow(s, agent, turn)
}

/** Presence is another; what it was up to now has been counted. */
export const adhereFromNow = (s: RoutingState, agent: AgentRow, { at }: Turn): void =>
  adhere(s, agent, at.time, at.time)

function adhere(s: RoutingState, agent: AgentRow, since: number, time: number): void {
  const adherence = adherenceAt(agent, since)
  if (adherence === agent.adherence) return
  const former = agent.adherence
  const sheet =
    former === 'unrostered' ? sheetFor(s, agent, time) : s.timesheets.at(agent.timesheet)
  count(s, sheet, time)
  const late = added(changed(timeOf(adherence), timeOf(former)), since, time, sheet.quarters)
  s.timesheets.update(sheet, { quarters: late })
  s.agents.update(agent, {
    adherence,
    adherenceSince: sinceOf(agent, adherence, since),
    timesheet: adherence === 'unrostered' ? NONE : sheet.slot,
  })
}

/** Who is late, or away, is so since then, though the roster may have come since. */
function sinceOf(agent: AgentRow, adherence: Adherence, time: number): number {
  if (adherence === 'away') return agent.thereUntil
  if (adherence !== 'lateIn') return time
  return standingOf(agent.duty, time, []).span?.from ?? time
}

/** The agent belongs to another team from now on: its time up to now stays with the former. */
export function changeTeam(s: RoutingState, agent: AgentRow, team: string, turn: Turn): void {
  if (agent.team === team) return
  s.agents.update(agent, { team })
  if (agent.timesheet === NONE) return
  const { time } = turn.at
  const to = sheetFor(s, agent, time)
  count(s, s.timesheets.at(agent.timesheet), time)
  count(s, to, time)
  s.agents.update(agent, { timesheet: to.slot })
}

/** Where there is no room for another team's, the pool's own counts its agents. */
function sheetFor(s: RoutingState, agent: AgentRow, time: number): TimesheetRow {
  const pool = s.pools.at(agent.pool)
  const full = s.timesheets.size >= limits.timesheets - limits.pools
  const wanted = s.timesheets.find(pool.id, agent.team)
  if (wanted) return wanted
  const id = keyOf(pool.id, full ? '' : agent.team)
  const row = { id, pool: pool.slot, seq: nextSeq(s), countedUntil: time, quarters: [] }
  return s.timesheets.get(id) ?? s.timesheets.insert(row)
}

const timeOf = (adherence: Adherence): RosteredTime => ({
  rosteredMs: adherence === 'onDuty' || adherence === 'lateIn' || adherence === 'away' ? 1 : 0,
  adheredMs: adherence === 'onDuty' ? 1 : 0,
  beyondMs: adherence === 'onThoughOff' ? 1 : 0,
})

const changed = (to: RosteredTime, from: RosteredTime): RosteredTime => ({
  rosteredMs: to.rosteredMs - from.rosteredMs,
  adheredMs: to.adheredMs - from.adheredMs,
  beyondMs: to.beyondMs - from.beyondMs,
})

function count(s: RoutingState, sheet: TimesheetRow, time: number): void {
  s.timesheets.update(sheet, { quarters: quartersAt(s, sheet, time), countedUntil: time })
}

/** With what those who are on it have done since it was counted. */
function quartersAt(s: RoutingState, sheet: TimesheetRow, time: number): readonly Quarter[] {
  const now = agentsBy(s, sheet)
  const each = {
    rosteredMs: now.onDuty + now.lateIn + now.away,
    adheredMs: now.onDuty,
    beyondMs: now.onThoughOff,
  }
  return added(each, sheet.countedUntil, time, sheet.quarters)
}

/** `each`: what every ms from `from` to `until` adds. */
function added(
  each: RosteredTime,
  from: number,
  until: number,
  quarters: readonly Quarter[],
): readonly Quarter[] {
  const nothing = each.rosteredMs === 0 && each.adheredMs === 0 && each.beyondMs === 0
  if (from >= until || nothing) return quarters
  const oldest = quarterOf(until) - (quartersKept - 1) * quarterMs
  const sums = quarters.filter((quarter) => quarter.from >= oldest)
  const first = quarterOf(Math.max(from, oldest))
  for (let quarter = first; quarter < until; quarter += quarterMs) {
    const ms = Math.min(until, quarter + quarterMs) - Math.max(from, quarter)
    const at = sums.findLastIndex((one) => one.from <= quarter)
    const there = sums[at]
    const known = there?.from === quarter
    const sum = sumOf(known ? [there] : [], {
      rosteredMs: each.rosteredMs * ms,
      adheredMs: each.adheredMs * ms,
      beyondMs: each.beyondMs * ms,
    })
    sums.splice(known ? at : at + 1, known ? 1 : 0, { from: quarter, ...sum })
  }
  return sums
}

const quarterOf = (time: number): number => time - (time % quarterMs)

const noTime: RosteredTime = { rosteredMs: 0, adheredMs: 0, beyondMs: 0 }

const sumOf = (times: readonly RosteredTime[], first: RosteredTime = noTime): RosteredTime =>
  times.reduce(
    (sum, one) => ({
      rosteredMs: sum.rosteredMs + one.rosteredMs,
      adheredMs: sum.adheredMs + one.adheredMs,
      beyondMs: sum.beyondMs + one.beyondMs,
    }),
    first,
  )

export type AgentsBy = Readonly<Record<Adherence, number>>

function agentsBy(s: RoutingState, sheet: TimesheetRow): AgentsBy {
  const of = (adherence: Adherence): number => s.adherent.size(adherenceSet(sheet.slot, adherence))
  return {
    unrostered: 0,
    onDuty: of('onDuty'),
    offDuty: of('offDuty'),
    lateIn: of('lateIn'),
    away: of('away'),
    onThoughOff: of('onThoughOff'),
  }
}

export interface TeamAdherence extends RosteredTime {
  /** '': agents without a team. */
  readonly team: string
  readonly agents: AgentsBy
}

/** Of each team of a pool that has been rostered, in the quarters that begin from `from` on and before `until`. */
export function adherenceOfTeams(
  s: RoutingState,
  pool: number,
  span: { readonly from: number; readonly until: number },
  time: number,
): readonly TeamAdherence[] {
  const teams: TeamAdherence[] = []
  let slot = s.timesheetsOfPool.first(pool)
  for (; slot !== NONE; slot = s.timesheetsOfPool.next(slot)) {
    const sheet = s.timesheets.at(slot)
    const within = quartersAt(s, sheet, time).filter(
      ({ from }) => from >= span.from && from < span.until,
    )
    teams.push({ team: idOf(sheet.id), ...sumOf(within), agents: agentsBy(s, sheet) })
  }
  return teams.sort((a, b) => (a.team < b.team ? -1 : 1))
}

/** Of all of them together. */
export function poolAdherence(teams: readonly TeamAdherence[]): TeamAdherence {
  const all = (adherence: Adherence): number =>
    teams.reduce((sum, { agents }) => sum + agents[adherence], 0)
  const agents = {
    unrostered: all('unrostered'),
    onDuty: all('onDuty'),
    offDuty: all('offDuty'),
    lateIn: all('lateIn'),
    away: all('away'),
    onThoughOff: all('onThoughOff'),
  }
  return { team: '', ...sumOf(teams), agents }
}
