import { Z80 } from './bands.ts'

/** What an event that is planned brings to the intervals of a day, beside what comes anyway. */
export interface Extra {
  /** Contacts, the median of what it may bring; below 0: fewer come. */
  readonly contacts: readonly number[]
  /** Standard deviation of the log of how much it brings. */
  readonly sd: number
}

/** Median and variance of the log rate, by intervals. */
export interface Rates {
  readonly expected: readonly number[]
  readonly variances: readonly number[]
}

/** No rate is so unsure that its variance, as of a log-normal one, were more than this. */
const VARIANCE_MAX = 4

/**
 * What comes anyway and what is planned, as one log-normal rate: the medians in sum, the variances
 * of the parts by how large these are beside it (delta method).
 */
export function withExtras(base: Rates, extras: readonly Extra[]): Rates {
  const expected = base.expected.map((count, at) =>
    Math.max(
      0,
      extras.reduce((sum, { contacts }) => sum + (contacts[at] ?? 0), count),
    ),
  )
  const variances = base.variances.map((variance, at) => {
    const brought = extras.some(({ contacts }) => (contacts[at] ?? 0) !== 0)
    const rate = expected[at] ?? 0
    if (!brought || rate === 0) return variance
    const own = variance * (base.expected[at] ?? 0) ** 2
    const sum = extras.reduce((all, { contacts, sd }) => all + (sd * (contacts[at] ?? 0)) ** 2, own)
    return Math.min(VARIANCE_MAX, sum / rate ** 2)
  })
  return { expected, variances }
}

/** Of what four times in five is off by no more than `part`: 0.3 is 30% more, or as much fewer. */
export const sdOf = (part: number): number => Math.log1p(part) / Z80
