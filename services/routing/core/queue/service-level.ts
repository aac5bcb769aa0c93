import { abandonedIn, answeredIn } from './figures-schema.ts'
import { boundOf, type Figures } from './figures.ts'

/** The definitions of the service level; the proto's ServiceLevelDefinition says what each is for. */
export const serviceLevelDefinitions = [
  'answered',
  'offered',
  'lessShort',
  'lessEarly',
  'earlyAsServed',
  'all',
  'promises',
] as const
export type ServiceLevelDefinition = (typeof serviceLevelDefinitions)[number]

/** `met` of `counted`; nothing is rounded. */
export interface ServiceLevel {
  readonly definition: ServiceLevelDefinition
  readonly met: number
  readonly counted: number
}

/** Of one of the bounds that are counted by: those up to it. */
const within = (figures: Figures, names: typeof answeredIn | typeof abandonedIn, ms: number) =>
  names.slice(0, boundOf(ms) + 1).reduce((sum, name) => sum + figures[name], 0)

export const answeredWithin = (figures: Figures, boundMs: number): number =>
  within(figures, answeredIn, boundMs)
export const abandonedWithin = (figures: Figures, boundMs: number): number =>
  within(figures, abandonedIn, boundMs)

/** Answered, and abandoned, by customers who had not taken a callback, whatever the wait. */
export const answeredLive = (figures: Figures): number =>
  answeredWithin(figures, Number.POSITIVE_INFINITY)
export const abandonedLive = (figures: Figures): number =>
  abandonedWithin(figures, Number.POSITIVE_INFINITY)

/** All of them, in the order of serviceLevelDefinitions. `shortMs`: one of the bounds. */
export function serviceLevels(figures: Figures, shortMs: number): readonly ServiceLevel[] {
  const { liveAnsweredInTarget: inTarget, liveAbandonedInTarget: early } = figures
  const { callbacksTaken, endedOtherwise, promisesKept, promisesBroken } = figures
  const answered = answeredLive(figures)
  const offered = answered + abandonedLive(figures)
  const shares: Readonly<Record<ServiceLevelDefinition, readonly [number, number]>> = {
    answered: [inTarget, answered],
    offered: [inTarget, offered],
    lessShort: [inTarget, offered - abandonedWithin(figures, shortMs)],
    lessEarly: [inTarget, offered - early],
    earlyAsServed: [inTarget + early, offered],
    all: [inTarget, offered + callbacksTaken + endedOtherwise],
    promises: [promisesKept, promisesKept + promisesBroken],
  }
  return serviceLevelDefinitions.map((definition) => {
    const [met, counted] = shares[definition]
    return { definition, met, counted }
  })
}
