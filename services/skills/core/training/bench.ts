import type { Grant } from '../grants.ts'
import type { Requirement } from '../requirements.ts'
import { begin, end } from './layers.ts'

/** An hour as instants. */
export interface HourSpan {
  readonly from: number
  readonly until: number
}

/** The 168 hours of a week by the clocks of a zone, and when each of them is. */
export interface Week {
  readonly from: number
  readonly until: number
  readonly hours: readonly HourSpan[]
}

/** What a kind of contacts asks for. */
export interface Combination {
  readonly name: string
  readonly requirements: readonly Requirement[]
  /** 0: nobody has said. */
  readonly wanted: number
}

/** In which hours of a week somebody meets a combination. */
export type Hours = readonly boolean[] | 'all' | 'none'

export const meetsIn = (hours: Hours, hour: number): boolean =>
  hours === 'all' || (hours !== 'none' && hours[hour] === true)

/** Where both are. */
export function both(one: Hours, other: Hours): Hours {
  if (one === 'all' || other === 'none') return other
  if (other === 'all' || one === 'none') return one
  const hours = one.map((is, hour) => is && meetsIn(other, hour))
  return hours.includes(true) ? hours : 'none'
}

/** In which hours of a week spans are for half of the hour or more. */
export function hoursWithin(spans: readonly HourSpan[], week: Week): Hours {
  const hours = week.hours.map(({ from, until }) => {
    const parts = spans.map((span) => Math.min(span.until, until) - Math.max(span.from, from))
    return 2 * parts.reduce((sum, part) => sum + Math.max(0, part), 0) >= until - from
  })
  return hours.includes(true) ? hours : 'none'
}

/** How many meet a combination in each hour; the weakest of those hours that count. */
export interface Bench {
  readonly combination: Combination
  readonly byHour: readonly number[]
  readonly weakest: number
  readonly weakestHours: readonly number[]
}

/** Counts for one combination; somebody may be counted, and counted out again. */
export class Counting {
  readonly combination: Combination
  readonly #everyHour: number[]
  readonly #counting: Hours

  /** `counting`: the hours that count for the weakest; at least one. */
  constructor(combination: Combination, week: Week, counting: Hours) {
    this.combination = combination
    this.#everyHour = week.hours.map(() => 0)
    this.#counting = counting
  }

  count(hours: Hours, by: 1 | -1): void {
    if (hours === 'none') return
    this.#everyHour.forEach((count, hour) => {
      if (meetsIn(hours, hour)) this.#everyHour[hour] = count + by
    })
  }

  bench(): Bench {
    const byHour = [...this.#everyHour]
    const counted = byHour.flatMap((_, hour) => (meetsIn(this.#counting, hour) ? [hour] : []))
    const weakest = Math.min(...counted.map((hour) => byHour[hour] ?? 0))
    const weakestHours = counted.filter((hour) => byHour[hour] === weakest)
    return { combination: this.combination, byHour, weakest, weakestHours }
  }
}

/** When somebody with these levels meets the requirements: in hours that they cover throughout. */
export function hoursMet(
  held: readonly Grant[],
  requirements: readonly Requirement[],
  week: Week,
): Hours {
  const enough = requirements.map((requirement) => sufficient(held, requirement))
  if (enough.some((grants) => !grants.some((grant) => touches(grant, week)))) return 'none'
  if (enough.every((grants) => covers(grants, week))) return 'all'
  const hours = week.hours.map((hour) => enough.every((grants) => covers(grants, hour)))
  return hours.includes(true) ? hours : 'none'
}

/** Whether a requirement is met throughout. */
export const isMet = (held: readonly Grant[], requirement: Requirement, span: HourSpan): boolean =>
  covers(sufficient(held, requirement), span)

const sufficient = (held: readonly Grant[], requirement: Requirement): readonly Grant[] =>
  held.filter((grant) => suffices(grant, requirement))

export const suffices = (
  grant: Pick<Grant, 'skillId' | 'level' | 'source'>,
  { skillId, minimumLevel, fullyQualified }: Requirement,
): boolean =>
  grant.skillId === skillId &&
  grant.level >= minimumLevel &&
  !(fullyQualified && grant.source === 'provisional')

const touches = (grant: Grant, span: HourSpan): boolean =>
  begin(grant) < span.until && span.from < end(grant)

/** Grants come in the order in which they begin, and those that touch cover as one. */
function covers(grants: readonly Grant[], { from, until }: HourSpan): boolean {
  let covered = from
  for (const grant of grants) if (begin(grant) <= covered) covered = Math.max(covered, end(grant))
  return covered >= until
}

/** tax >= 3 and french >= 2, fully qualified */
export function inWords(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ skillId, minimumLevel, fullyQualified }) => {
      const floor = `${skillId} >= ${minimumLevel}`
      return fullyQualified ? `${floor} fully qualified` : floor
    })
    .join(' and ')
}
