/** What a moved agent does in the other channel, of one who belongs there. */
export const WORTH = 0.9

/**
 * What it costs to change one agent's assignment, in the unit of the channels' costs. The first
 * ones of a pair are those who change gladly and whose team hardly notices; each further one costs
 * more.
 */
export interface MovePrice {
  /** Each of the first `firstAgents`; 0 or above. */
  readonly first: number
  readonly firstAgents: number
  /** Each one beyond; at least `first`, so that lending is never cheaper by the dozen. */
  readonly further: number
}

/**
 * A scale on which a change from one number lent to another costs its distance; lent the other way
 * counts below 0. So whoever comes back costs what lending them did.
 */
export function priced(lent: number, { first, firstAgents, further }: MovePrice): number {
  const many = Math.abs(lent)
  return (
    Math.sign(lent) *
    (first * Math.min(many, firstAgents) + further * Math.max(0, many - firstAgents))
  )
}
