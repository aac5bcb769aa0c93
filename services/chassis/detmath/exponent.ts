import { assert } from '../table/index.ts'
import { exponentOf, scaled } from './powers.ts'

// Both after FDLIBM 5.3 (Sun Microsystems, 1993: e_log.c, e_exp.c): argument reduction by powers of
// two, then a polynomial. There the exponent is read from the bits; here it is found by
// multiplications with powers of two, which are exact, so that no memory is shared between calls.

const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10
const sqrt2 = 1.4142135623730951

/** Natural logarithm of a finite x > 0; within 1 ulp. */
export function log(x: number): number {
  assert(x > 0 && x < Number.POSITIVE_INFINITY, 'log takes finite numbers above 0')
  let k = exponentOf(x)
  // 2^-k of a subnormal is out of range, so in two halves.
  const half = Math.trunc(k / 2)
  let m = scaled(scaled(x, -half), half - k)
  if (m > sqrt2) {
    m *= 0.5
    k += 1
  }
  const f = m - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
  const odd =
    z *
    (0.666666666666673513 +
      w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)))
  const square = 0.5 * f * f
  return k * ln2High - (square - (s * (square + (even + odd)) + k * ln2Low) - f)
}

const log2e = 1.442695040888963387

/** e^x for x <= 709; 0 below -708, where doubles begin to lose digits; within 1 ulp between. */
export function exp(x: number): number {
  assert(x <= 709, 'exp takes numbers up to 709')
  if (x < -708) return 0
  const k = Math.trunc(x * log2e + (x < 0 ? -0.5 : 0.5))
  const high = x - k * ln2High
  const low = k * ln2Low
  const r = high - low
  const t = r * r
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 +
                t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))))
  return scaled(1 - (low - (r * c) / (2 - c) - high), k)
}
