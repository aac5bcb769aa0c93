import type { Grant } from '../grants.ts'
import type { Requirement } from '../requirements.ts'
import { type Bench, Counting, type Combination, type Hours, type Week } from './bench.ts'
import { both, hoursMet, inWords, isMet, meetsIn, suffices } from './bench.ts'
import type { Course } from './course.ts'
import { merged } from './layers.ts'

/** Somebody who may be trained. */
export interface Trainee {
  readonly agentId: string
  readonly held: readonly Grant[]
  /** In the present calendar year. */
  readonly trainedMs: number
  /** At work. */
  readonly duty: Hours
}

export interface Suggestion {
  readonly agentId: string
  readonly courseIds: readonly string[]
  readonly combination: Combination
  readonly weakestBefore: number
  readonly hoursRaised: number
  readonly durationMs: number
  readonly sentence: string
}

export interface Question {
  readonly people: readonly Trainee[]
  readonly combinations: readonly Combination[]
  readonly courses: readonly Course[]
  readonly week: Week
  /** Those for which the bench is to be strong; at least one. */
  readonly hours: Hours
  /** Of training in the year. */
  readonly yearlyLimitMs: number
  readonly most: number
}

/** How somebody would come to meet a combination. */
interface Plan {
  readonly courses: readonly Course[]
  readonly missing: readonly Requirement[]
  readonly durationMs: number
  readonly held: readonly Grant[]
  readonly before: Hours
  readonly after: Hours
}

interface Choice {
  readonly at: number
  readonly plan: Plan
  readonly hoursRaised: number
}

/** People looked at between two breaths. */
const breathEvery = 1_000

/**
 * Greedy, in the words of SuggestTraining: the weakest combination first, for it whoever raises
 * most of its weakest hours. Yields now and then, so that others get their turn.
 */
export function* suggestions(question: Question): Generator<void, readonly Suggestion[]> {
  const { combinations, week, hours, most } = question
  const people = [...question.people]
  const counting = combinations.map((combination) => new Counting(combination, week, hours))
  for (const [i, trainee] of people.entries()) {
    for (const one of counting) one.count(hoursOf(trainee, trainee.held, one.combination, week), 1)
    if (i % breathEvery === 0) yield
  }
  const plans = new Map<Combination, (Plan | undefined)[]>()
  const open = new Set(counting)
  const found: Suggestion[] = []
  while (found.length < most) {
    const bench = weakestOf(open)
    if (bench === undefined) break
    const { combination } = bench
    if (!plans.has(combination))
      plans.set(combination, yield* plansFor(question, people, combination))
    const choice = best(people, plans.get(combination) ?? [], bench)
    const trainee = people[choice?.at ?? -1]
    if (choice === undefined || trainee === undefined) {
      for (const one of open) if (one.combination === combination) open.delete(one)
      continue
    }
    found.push(suggestionOf(trainee, choice, bench))
    const trained = {
      ...trainee,
      held: choice.plan.held,
      trainedMs: trainee.trainedMs + choice.plan.durationMs,
    }
    people[choice.at] = trained
    recount(counting, trainee, trained, week)
    for (const [planned, of] of plans) of[choice.at] = planOf(question, trained, planned)
    yield
  }
  return found
}

/** What is wanted and there has no turn; of equal ones the first named. */
function weakestOf(open: ReadonlySet<Counting>): Bench | undefined {
  let weakest: Bench | undefined
  for (const one of open) {
    const bench = one.bench()
    const { wanted } = bench.combination
    if (wanted > 0 && bench.weakest >= wanted) continue
    if (weakest === undefined || strength(bench) < strength(weakest)) weakest = bench
  }
  return weakest
}

const strength = ({ weakest, combination }: Bench): number => weakest - combination.wanted

function* plansFor(
  question: Question,
  people: readonly Trainee[],
  combination: Combination,
): Generator<void, (Plan | undefined)[]> {
  const plans: (Plan | undefined)[] = []
  for (const trainee of people) {
    plans.push(planOf(question, trainee, combination))
    if (plans.length % breathEvery === 0) yield
  }
  return plans
}

/** undefined: meets it already, can't be trained to, or would be trained too much. */
function planOf(
  { courses, week, yearlyLimitMs }: Question,
  trainee: Trainee,
  combination: Combination,
): Plan | undefined {
  const missing = combination.requirements.filter((one) => !isMet(trainee.held, one, week))
  if (missing.length === 0) return undefined
  const chosen = coursesTo(missing, courses)
  if (chosen === undefined) return undefined
  const durationMs = chosen.reduce((sum, course) => sum + course.durationMs, 0)
  if (trainee.trainedMs + durationMs > yearlyLimitMs) return undefined
  const held = afterCourses(trainee.held, chosen, week)
  const before = hoursOf(trainee, trainee.held, combination, week)
  const after = hoursOf(trainee, held, combination, week)
  return { courses: chosen, missing, durationMs, held, before, after }
}

/** When somebody at work would meet a combination with these levels. */
const hoursOf = (
  { duty }: Trainee,
  held: readonly Grant[],
  { requirements }: Combination,
  week: Week,
): Hours => both(hoursMet(held, requirements, week), duty)

/** Each time the course to most of what is missing; of equal ones the shortest, then by id. */
function coursesTo(
  missing: readonly Requirement[],
  courses: readonly Course[],
): readonly Course[] | undefined {
  const chosen: Course[] = []
  let left = missing
  while (left.length > 0) {
    let most: { readonly course: Course; readonly left: readonly Requirement[] } | undefined
    for (const course of courses) {
      const after = left.filter((one) => !course.grants.some((grant) => suffices(grant, one)))
      if (after.length === left.length) continue
      if (most === undefined || precedes(course, after.length, most.course, most.left.length)) {
        most = { course, left: after }
      }
    }
    if (most === undefined) return undefined
    chosen.push(most.course)
    left = most.left
  }
  return chosen.toSorted((a, b) => (a.courseId < b.courseId ? -1 : 1))
}

function precedes(a: Course, leftByA: number, b: Course, leftByB: number): boolean {
  if (leftByA !== leftByB) return leftByA < leftByB
  if (a.durationMs !== b.durationMs) return a.durationMs < b.durationMs
  return a.courseId < b.courseId
}

const dayMs = 86_400_000

/** The levels of somebody who has passed them by the time the week begins. */
function afterCourses(
  held: readonly Grant[],
  courses: readonly Course[],
  week: Week,
): readonly Grant[] {
  const granted = courses.flatMap(({ courseId, grants }) =>
    grants.map(({ validDays, ...level }) => ({
      recordId: courseId,
      grant: {
        ...level,
        validFrom: week.from,
        validUntil: validDays === 0 ? undefined : week.from + validDays * dayMs,
      },
    })),
  )
  const taught = new Set(granted.map(({ grant }) => grant.skillId))
  const others = held.filter(({ skillId }) => !taught.has(skillId))
  const layers = held.map((grant) => ({ recordId: '', grant })).concat(granted)
  const merges = [...taught].map((skillId) =>
    merged(layers.filter(({ grant }) => grant.skillId === skillId)),
  )
  return [...others, ...merges.flat()]
}

function best(
  people: readonly Trainee[],
  plans: readonly (Plan | undefined)[],
  bench: Bench,
): Choice | undefined {
  let chosen: Choice | undefined
  for (const [at, plan] of plans.entries()) {
    if (plan === undefined) continue
    const choice = { at, plan, hoursRaised: raisedBy(plan, bench) }
    if (choice.hoursRaised === 0) continue
    if (chosen === undefined || byGain(people, choice, chosen) < 0) chosen = choice
  }
  return chosen
}

const raisedBy = ({ before, after }: Plan, { weakestHours }: Bench): number =>
  before === 'none' && after === 'all'
    ? weakestHours.length
    : weakestHours.filter((hour) => !meetsIn(before, hour) && meetsIn(after, hour)).length

function byGain(people: readonly Trainee[], a: Choice, b: Choice): number {
  const [one, two] = [people[a.at], people[b.at]]
  return (
    b.hoursRaised - a.hoursRaised ||
    a.plan.courses.length - b.plan.courses.length ||
    (one?.trainedMs ?? 0) - (two?.trainedMs ?? 0) ||
    a.plan.durationMs - b.plan.durationMs ||
    // People come in the order of their ids.
    a.at - b.at
  )
}

function recount(counting: readonly Counting[], before: Trainee, after: Trainee, week: Week): void {
  for (const one of counting) {
    one.count(hoursOf(before, before.held, one.combination, week), -1)
    one.count(hoursOf(after, after.held, one.combination, week), 1)
  }
}

function suggestionOf(trainee: Trainee, { plan, hoursRaised }: Choice, bench: Bench): Suggestion {
  const { combination, weakest } = bench
  const { agentId } = trainee
  const courseIds = plan.courses.map(({ courseId }) => courseId)
  const many = `${weakest} ${weakest === 1 ? 'agent' : 'agents'}`
  const wanted = combination.wanted > 0 ? ` of ${combination.wanted} wanted` : ''
  const sentence =
    `Train ${agentId} in ${courseIds.join(' and ')} (${hoursText(plan.durationMs)}): ` +
    `${combination.name} is weakest, with ${many}${wanted}; ${agentId} lacks ` +
    `${inWords(plan.missing)} and has had ${hoursText(trainee.trainedMs)} of training this year.`
  return {
    agentId,
    courseIds,
    combination,
    weakestBefore: weakest,
    hoursRaised,
    durationMs: plan.durationMs,
    sentence,
  }
}

/** 4 h, 3.5 h */
const hoursText = (ms: number): string => `${Math.round(ms / 36_000) / 100} h`
