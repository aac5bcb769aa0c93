import { integrateOutwards } from './panels.ts'

/** Beyond e^60 the rest of an integrand changes no digit. */
const NEGLIGIBLE = 42
/** What a sum of terms is scaled down by before it could overflow. */
const SCALE = 2 ** 500
const LOG_SCALE = 500 * Math.LN2

/**
 * Natural logarithm of 1 / B(servers, load), where B is the share that a line of so many servers
 * and no waiting room loses (Erlang 1917). By the recursion 1/B(n) = 1 + n / load / B(n-1), which
 * only adds and multiplies what is above 0: no digit is lost however large the numbers get.
 *
 * `servers` above -1, not necessarily whole: somebody who does nine tenths of the work is 0.9.
 * Between whole numbers it is the continuation 1/B(x) = load * integral of e^(-load t) (1 + t)^x
 * over t > 0 (Jagerman 1974), which obeys the same recursion. `load` in Erlangs, above 0.
 */
export function logInverseLoss(servers: number, load: number): number {
  const steps = Math.max(0, Math.floor(servers))
  const start = servers - steps
  let inverse = start === 0 ? 1 : continued(start, load)
  let scaled = 0
  for (let step = 1; step <= steps; step++) {
    inverse = 1 + ((start + step) / load) * inverse
    if (inverse > SCALE) {
      // The 1 that is yet to be added is below the last digit by now.
      inverse /= SCALE
      scaled += LOG_SCALE
    }
  }
  return Math.log(inverse) + scaled
}

/**
 * The integral for -1 < x < 1, with s = load t; no scale of its integrand is below min(1, load).
 */
function continued(x: number, load: number): number {
  let sum = 0
  const add = (s: number, weight: number): void => {
    sum += weight * Math.exp(-s) * (1 + s / load) ** x
  }
  const end = Number.POSITIVE_INFINITY
  integrateOutwards(Math.min(1, load), end, end, add, (s) => s > NEGLIGIBLE)
  return sum
}
