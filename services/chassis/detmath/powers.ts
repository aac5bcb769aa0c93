/** Steps by which a number is scaled: multiplying by a power of two is exact. */
const steps = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1] as const

const powerOfTwo = (exponent: number): number => {
  let power = 1
  for (let i = 0; i < exponent; i++) power *= 2
  return power
}

const ups: readonly number[] = steps.map(powerOfTwo)
const downs: readonly number[] = ups.map((up) => 1 / up)

/** Beyond this, exponents take the long way. */
const nearMax = 30

/** 2^-30 to 2^30. */
const near: readonly number[] = Array.from({ length: 2 * nearMax + 1 }, (_, index) =>
  index < nearMax ? 1 / powerOfTwo(nearMax - index) : powerOfTwo(index - nearMax),
)

const nearTop = powerOfTwo(nearMax)
const nearBottom = 1 / powerOfTwo(nearMax - 1)

/** x * 2^k, for |k| <= 1023. */
export function scaled(x: number, k: number): number {
  if (k >= -nearMax && k <= nearMax) return x * (near[k + nearMax] ?? 1)
  let left = k < 0 ? -k : k
  const factors = k < 0 ? downs : ups
  let result = x
  for (let i = 0; left > 0; i++) {
    const step = steps[i] ?? 1
    if (left < step) continue
    left -= step
    result *= factors[i] ?? 1
  }
  return result
}

/** The k with 1 <= x * 2^-k < 2, for finite x > 0; 2^-k itself may be out of range. */
export function exponentOf(x: number): number {
  if (x >= 1 && x < nearTop) return 31 - Math.clz32(x)
  if (x < 1 && x > nearBottom) {
    // One too low where x is a power of two, or so near that the quotient is one.
    const k = Math.clz32(1 / x) - 32
    return x * (near[nearMax - k] ?? 1) >= 2 ? k + 1 : k
  }
  let k = 0
  let rest = x
  const small = x < 1
  // Below 1 it is scaled up until it is at least 1; by 2,046 at most, so the largest step twice.
  for (let i = small ? -1 : 0; i < steps.length; i++) {
    const step = steps[i < 0 ? 0 : i] ?? 1
    const up = ups[i < 0 ? 0 : i] ?? 1
    const down = downs[i < 0 ? 0 : i] ?? 1
    if (small && rest < down * 2) {
      rest *= up
      k -= step
    } else if (!small && rest >= up) {
      rest *= down
      k += step
    }
  }
  return k
}
