import { Chance } from '../chance.ts'

const stream = 2_000_003

/** Some seeds tell levels on trial from full ones. */
export const tellsApart = (seed: number): boolean => new Chance(seed + stream).happens(0.4)

/** What asks for the lower levels asks for people who are through with their trial. */
export function withTrials<R extends { readonly minimumLevel: number }>(
  requirements: readonly R[],
  seed: number,
): (R & { readonly fullyQualified?: boolean })[] {
  if (!tellsApart(seed)) return [...requirements]
  return requirements.map((one) => ({ ...one, fullyQualified: one.minimumLevel <= 2 }))
}
