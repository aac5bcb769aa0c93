import type { Call } from '../replay/call.ts'
import { waitedMs } from './call-centre.ts'
import type { Predictor } from './predictors.ts'

/**
 * How near predictions came. Only waits that ended with an agent are known; the others have no end
 * to compare with.
 */
export interface Score {
  /** Calls that had to wait and were answered. */
  readonly n: number
  /** Root average squared error over the mean wait. */
  readonly rase: number
  readonly mae_s: number
}

/** Share of waits at or below P50, P80, P95. */
export interface Cover {
  readonly cover50: number
  readonly cover80: number
  readonly cover95: number
}

const rounded = (value: number): number => Number(value.toFixed(4))

export function scoreOf(predictor: Predictor, calls: readonly Call[]): Score {
  let squares = 0
  let errors = 0
  let waits = 0
  for (const call of calls) {
    const off = (predictor.predictions.get(call)?.meanMs ?? 0) - waitedMs(call)
    squares += off * off
    errors += Math.abs(off)
    waits += waitedMs(call)
  }
  const n = calls.length
  if (n === 0) return { n, rase: 0, mae_s: 0 }
  const rase = rounded(Math.sqrt(squares / n) / (waits / n))
  return { n, rase, mae_s: rounded(errors / n / 1_000) }
}

export function coverOf(predictor: Predictor, calls: readonly Call[]): Cover {
  const share = (band: 'p50' | 'p80' | 'p95'): number => {
    const within = calls.filter(
      (call) => waitedMs(call) <= (predictor.predictions.get(call)?.bands?.[band] ?? -1),
    )
    return calls.length === 0 ? 0 : rounded(within.length / calls.length)
  }
  return { cover50: share('p50'), cover80: share('p80'), cover95: share('p95') }
}
