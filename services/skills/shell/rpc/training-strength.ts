import { duration, parse, refused, timestamp, type WireTime } from '@evenkeel/chassis/errors'
import type { Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import {
  type AgentRow,
  both,
  type Combination,
  Counting,
  coursesAfter,
  dutyOf,
  type Hours,
  hoursMet,
  hoursWithin,
  inWords,
  limits,
  meetsIn,
  packing,
  shiftsAfter,
  type SkillsState,
  type Suggestion,
  suggestions,
  templatesAfter,
  trainedMs,
  type Trainee,
  trainingPolicyOf,
  type Week,
} from '../../core/index.ts'
import { caughtUp, type SkillsHosted } from '../calls.ts'
import { knownPool, knownTemplate, refusal } from '../refusals.ts'
import { displayNameOf, poolIdOf, templateIdOf } from '../translate/ids.ts'
import { requirementsOf } from '../translate/templates.ts'
import { weekOf, yearOf } from '../training/days.ts'
import { breath, everybody } from '../training/everybody.ts'

interface Asked {
  readonly pool: string
  readonly combinations: readonly wire.Combination[]
  readonly templateIds: readonly string[]
  readonly weekOf: WireTime | undefined
}

interface Scope {
  readonly replica: Replica<SkillsState>
  readonly pool: string
  readonly combinations: readonly Combination[]
  readonly week: Week
}

export async function benchStrength(
  hosted: SkillsHosted,
  request: wire.GetBenchStrengthRequest,
  call: Call,
): Promise<wire.GetBenchStrengthResponse> {
  const { replica, pool, combinations, week } = await scopeOf(hosted, request, call)
  const s = replica.state
  const duty = await rosterOf(s, pool, week, call)
  const counting = combinations.map((combination) => ({
    qualified: new Counting(combination, week, 'all'),
    rostered: new Counting(combination, week, duty.hours),
  }))
  let agents = 0
  for await (const agent of everybody(s, pool, call)) {
    agents++
    const held = packing.skillsOf(agent.skills)
    for (const { qualified, rostered } of counting) {
      const hours = hoursMet(held, qualified.combination.requirements, week)
      qualified.count(hours, 1)
      if (hours !== 'none') rostered.count(both(hours, duty.of(agent)), 1)
    }
  }
  call.position(replica.position())
  const benches = counting.map(({ qualified, rostered }) => {
    const { combination, byHour, weakest, weakestHours } = rostered.bench()
    return {
      combination: combinationWire(combination),
      qualifiedByHour: [...qualified.bench().byHour],
      rosteredByHour: duty.known ? [...byHour] : [],
      weakest,
      weakestHours: weakestHours.length,
    }
  })
  return { benches, agents, weekFrom: timestamp(week.from) }
}

/** Who is at work when in a week. */
interface Roster {
  /** False: no shift is; then everybody always is. */
  readonly known: boolean
  /** In which anybody is. */
  readonly hours: Hours
  of(agent: AgentRow): Hours
}

async function rosterOf(s: SkillsState, pool: string, week: Week, call: Call): Promise<Roster> {
  const inPool = s.pools.must(pool).slot
  const spans = (agent: number | undefined, count: number) =>
    shiftsAfter(s, { pool: inPool, agent }, week, undefined, count)
  if (spans(undefined, 1).length === 0) return { known: false, hours: 'all', of: () => 'all' }
  const of = ({ slot }: AgentRow): Hours =>
    hoursWithin(spans(slot, limits.shiftsPerAgent).flatMap(dutyOf), week)
  const anybody = week.hours.map(() => false)
  for await (const agent of everybody(s, pool, call)) {
    const hours = of(agent)
    anybody.forEach((is, hour) => {
      anybody[hour] = is || meetsIn(hours, hour)
    })
  }
  // A week of meetings is no week in which contacts wait for nobody.
  const known = anybody.includes(true)
  return { known, hours: known ? anybody : 'all', of: known ? of : () => 'all' }
}

export async function trainingSuggestions(
  hosted: SkillsHosted,
  request: wire.SuggestTrainingRequest,
  call: Call,
): Promise<wire.SuggestTrainingResponse> {
  const most = mostOf('max_suggestions', request.maxSuggestions)
  const { replica, pool, combinations, week } = await scopeOf(hosted, request, call)
  const s = replica.state
  const { timeZone, yearlyLimitMs } = trainingPolicyOf(s, pool)
  const roster = await rosterOf(s, pool, week, call)
  const { from, until } = yearOf(0, timeZone, replica.now().time)
  const people: Trainee[] = []
  for await (const agent of everybody(s, pool, call)) {
    const held = packing.skillsOf(agent.skills)
    const trained = trainedMs(s, agent, from, until)
    people.push({ agentId: agent.id, held, trainedMs: trained, duty: roster.of(agent) })
  }
  const courses = coursesAfter(s, pool, '', limits.coursesPerPool)
  const { hours } = roster
  const steps = suggestions({ people, combinations, courses, week, hours, yearlyLimitMs, most })
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) await breath(call)
  call.position(replica.position())
  return { suggestions: step.value.map(suggestionWire) }
}

function mostOf(field: string, value: number): number {
  return value === 0 ? limits.suggestions : parse.integer(field, value, 1, limits.suggestionsMax)
}

async function scopeOf(hosted: SkillsHosted, request: Asked, call: Call): Promise<Scope> {
  const pool = poolIdOf('pool', request.pool)
  const named = parse.list('combinations', request.combinations, limits.combinations, combinationOf)
  const templateIds = parse.unique(
    'template_ids',
    parse.list('template_ids', request.templateIds, limits.combinations, templateIdOf),
    (id) => id,
  )
  const many = named.length + templateIds.length
  if (many > limits.combinations) {
    throw refused('FIELD_TOO_MANY', 'combinations', limits.combinations, many)
  }
  const instant = parse.timeMs('week_of', request.weekOf, undefined)
  const replica = hosted.of(pool)
  await caughtUp(replica, call)
  const s = replica.state
  knownPool(s, pool)
  const combinations = [...named, ...templatesOf(s, pool, templateIds, named.length === 0)]
  if (combinations.length === 0) {
    throw refusal('COMBINATIONS_MISSING', { field: 'combinations', pool })
  }
  const { timeZone } = trainingPolicyOf(s, pool)
  return { replica, pool, combinations, week: weekOf(instant ?? replica.now().time, timeZone) }
}

/** Those named; none at all is named: the first of the pool. */
function templatesOf(
  s: SkillsState,
  pool: string,
  ids: readonly string[],
  alone: boolean,
): readonly Combination[] {
  const templates =
    ids.length === 0 && alone
      ? templatesAfter(s, pool, '', limits.combinations)
      : ids.map((id) => knownTemplate(s, pool, id))
  return templates.map(({ templateId, displayName, requirements }) => ({
    name: displayName === '' ? templateId : displayName,
    requirements,
    wanted: 0,
  }))
}

function combinationOf(field: string, value: wire.Combination): Combination {
  const requirements = requirementsOf(`${field}.requirements`, value.requirements)
  const name = displayNameOf(`${field}.display_name`, value.displayName)
  return {
    name: name === '' ? inWords(requirements) : name,
    requirements,
    wanted: parse.integer(`${field}.wanted`, value.wanted, 0, limits.agentsPerPool),
  }
}

const combinationWire = ({ name, requirements, wanted }: Combination): wire.Combination => ({
  displayName: name,
  requirements: requirements.map((one) => ({ ...one })),
  wanted,
})

const suggestionWire = (one: Suggestion): wire.TrainingSuggestion => ({
  agentId: one.agentId,
  courseIds: [...one.courseIds],
  combination: combinationWire(one.combination),
  weakestBefore: one.weakestBefore,
  hoursRaised: one.hoursRaised,
  duration: duration(one.durationMs),
  sentence: one.sentence,
})
