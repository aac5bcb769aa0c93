/** A stretch of the run, by its clock. */
export interface Span {
  readonly from: number
  readonly until: number
}

/**
 * The longest stretch of the span in which none of the moments lies; its ends count as moments, so
 * silence to the very end is seen.
 */
export function longestGap(moments: readonly number[], span: Span): number {
  const within = moments.filter((at) => at >= span.from && at <= span.until)
  const edges = [span.from, ...within.sort((one, other) => one - other), span.until]
  return edges.reduce((most, at, index) => Math.max(most, at - (edges[index - 1] ?? at)), 0)
}

export interface PoolGap {
  readonly pool: string
  readonly ms: number
}

/**
 * The pool that waited longest. Pools lie in partitions with leaders of their own: taken together,
 * pools that were not hit would hide the one that was.
 */
export function worstGap(
  moments: readonly { readonly pool: string; readonly at: number }[],
  pools: readonly string[],
  span: Span,
): PoolGap {
  const gaps = pools.map((pool) => {
    const own = moments.filter((moment) => moment.pool === pool).map(({ at }) => at)
    return { pool, ms: longestGap(own, span) }
  })
  return gaps.reduce((most, gap) => (gap.ms > most.ms ? gap : most), { pool: '', ms: 0 })
}
