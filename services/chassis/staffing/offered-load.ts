/** Erlangs in one interval: how many would be at work if there were always enough agents. */
export interface OfferedLoad {
  readonly meanErlangs: number
  /** At its beginning or its end, whichever is more. */
  readonly peakErlangs: number
}

/**
 * The modified offered load of Jennings, Mandelbaum, Massey and Whitt (1996): where the rate of
 * arrivals changes within the day, what keeps agents busy lags behind it by a handle time, since
 * whom they serve now came before. It obeys m' = rate - m / handle time (exponential handle times;
 * Eick, Massey and Whitt 1993), which between changes of the rate is solved exactly. A line staffed
 * for it keeps its level through the day; staffed for the rate of each interval it is too well off
 * before noon and too badly after.
 *
 * `perHour`: arrivals in each interval, at a steady rate within it. `before`: Erlangs at the
 * beginning; as if the first interval's rate had always been, unless told: 0 for a line that opens.
 */
export function offeredLoads(
  perHour: readonly number[],
  intervalS: number,
  handleS: number,
  before = ((perHour[0] ?? 0) * handleS) / 3600,
): readonly OfferedLoad[] {
  const steps = intervalS / handleS
  const kept = Math.exp(-steps)
  const meanKept = -Math.expm1(-steps) / steps
  let load = before
  return perHour.map((rate) => {
    const steady = (rate * handleS) / 3600
    const begin = load
    load = steady + (begin - steady) * kept
    const meanErlangs = steady + (begin - steady) * meanKept
    return { meanErlangs, peakErlangs: Math.max(begin, load) }
  })
}
