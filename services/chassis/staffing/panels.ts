/** Abscissae and weights of the Gauss-Legendre rule of 12 points; the other half mirrors them. */
const rule = [
  [0.1252334085114689, 0.2491470458134028],
  [0.3678314989981802, 0.2334925365383548],
  [0.5873179542866175, 0.2031674267230659],
  [0.7699026741943047, 0.1600783285433462],
  [0.9041172563704749, 0.1069393259953184],
  [0.9815606342467192, 0.0471753363865118],
] as const

/** An integrand: adds what it is at `x`, times `weight`, to sums of its own. */
export type Integrand = (x: number, weight: number) => void

/**
 * One panel; exact for polynomials of degree 23. `to` may be below `from`: the sign is the
 * caller's.
 */
export function integratePanel(from: number, to: number, add: Integrand): void {
  const half = (to - from) / 2
  const middle = from + half
  const scale = Math.abs(half)
  for (const [x, weight] of rule) {
    add(middle - half * x, scale * weight)
    add(middle + half * x, scale * weight)
  }
}

/**
 * From 0 outwards, each panel as wide as all before it: whatever is smooth on the scale of its own
 * distance from 0 is met everywhere to about 12 digits. Ends at `end`, or where `isOver`.
 * A panel never crosses `cut`, so that sums can be told apart there. `end` and `cut` have the sign
 * of `first`, the width of the first panel, which may be negative: then it goes down.
 */
export function integrateOutwards(
  first: number,
  end: number,
  cut: number,
  add: Integrand,
  isOver: (x: number) => boolean,
): void {
  const sign = Math.sign(first)
  let from = 0
  let next = first
  while (sign * (end - from) > 0 && !isOver(from)) {
    let to = sign * (end - next) > 0 ? next : end
    if (sign * (cut - from) > 0 && sign * (to - cut) > 0) to = cut
    integratePanel(from, to, add)
    if (to === next) next = 2 * next
    if (to === from) return
    from = to
  }
}
