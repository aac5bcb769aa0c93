import { assert } from '../table/index.ts'
import { exp, log } from './exponent.ts'

/** Lanczos (1964) with g = 7 and nine terms, coefficients by Godfrey (2001). */
const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const

const halfLog2Pi = 0.9189385332046728

/**
 * Natural logarithm of gamma(x), 0 < x <= 10^9; absolute or relative error, whichever is larger,
 * below 10^-14.
 */
export function logGamma(x: number): number {
  assert(x > 0 && x <= 1e9, 'logGamma takes numbers above 0, up to 10^9')
  if (x < 0.5) return logGamma(x + 1) - log(x)
  const y = x - 1
  let sum = 0.99999999999980993
  for (let i = 0; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (y + i + 1)
  const t = y + 7.5
  return halfLog2Pi + (y + 0.5) * log(t) - t + log(sum)
}

/** A term that no longer changes a sum of order 1. */
const negligible = 1e-16
/** Replaces a divisor of 0 in Lentz's method. */
const tiny = 1e-300

/**
 * Terms, at most. Both expansions need about 5 sqrt(a) next to x = a, their slowest place; 10^4 is
 * the largest parameter.
 */
const termsMax = 1_000

/**
 * Lower regularised incomplete gamma P(a, x): the share of a gamma distribution of shape a, scale 1
 * below x. 0 < a <= 10^4, x >= 0; absolute error below 10^-11. Series below a + 1, continued
 * fraction above (Abramowitz and Stegun 6.5.29, 6.5.31; Lentz 1976 as in Numerical Recipes 6.2).
 */
export function incompleteGamma(a: number, x: number): number {
  assert(a > 0 && a <= 1e4, 'incompleteGamma takes shapes above 0, up to 10^4')
  assert(x >= 0, 'incompleteGamma takes no x below 0')
  if (x === 0) return 0
  if (x > a + 1e5) return 1
  const front = exp(a * log(x) - x - logGamma(a))
  return x < a + 1 ? front * series(a, x) : 1 - front * fraction(a, x)
}

function series(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n <= termsMax && term > sum * negligible; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let n = 1; n <= termsMax; n++) {
    const an = -n * (n - a)
    b += 2
    d = an * d + b
    if (d === 0) d = tiny
    c = b + an / c
    if (c === 0) c = tiny
    d = 1 / d
    const factor = d * c
    h *= factor
    if (Math.abs(factor - 1) <= negligible) break
  }
  return h
}

/** Share of a standard normal distribution below z; absolute error below 10^-12. */
export function normalBelow(z: number): number {
  const half = 0.5 * incompleteGamma(0.5, (z * z) / 2)
  return z < 0 ? 0.5 - half : 0.5 + half
}
