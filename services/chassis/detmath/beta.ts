import { assert } from '../table/index.ts'
import { exp, log } from './exponent.ts'
import { logGamma } from './gamma.ts'

const negligible = 1e-16
const tiny = 1e-300
/** The fraction needs about 5 sqrt(max(a, b)) terms at its slowest place; 10^4 is the largest. */
const termsMax = 1_000

/**
 * Regularised incomplete beta I_x(a, b), 0 < a, b <= 10^4, 0 <= x <= 1; absolute error below
 * 10^-10.
 * Continued fraction of Abramowitz and Stegun 26.5.8 by Lentz's method (Numerical Recipes 6.4).
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  assert(a > 0 && a <= 1e4 && b > 0 && b <= 1e4, 'incompleteBeta takes a and b of 0 to 10^4')
  assert(x >= 0 && x <= 1, 'incompleteBeta takes x of 0 to 1')
  if (x === 0 || x === 1) return x
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x))
  // On this side of the mean the fraction converges; the other side by symmetry.
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(a, b, x)) / a
    : 1 - (front * fraction(b, a, 1 - x)) / b
}

const orTiny = (x: number): number => (x === 0 ? tiny : x)

function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / orTiny(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= termsMax; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / orTiny(1 + even * d)
    c = orTiny(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / orTiny(1 + odd * d)
    c = orTiny(1 + odd / c)
    const factor = d * c
    h *= factor
    if (Math.abs(factor - 1) <= negligible) break
  }
  return h
}
