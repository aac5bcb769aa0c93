/**
 * What the formulas are for. Outside a RangeError names the figure: a caller that takes input from
 * elsewhere checks it first.
 */
export const limits = {
  /** Ten times the largest centre that is known; and the recursion takes a step per agent. */
  agents: { min: 0, max: 100_000 },
  loadErlangs: { min: 0, max: 50_000 },
  /** Less of an agent is nobody. */
  agentsLeast: 1e-3,
  /** One contact of a second in thirty years is none. */
  loadErlangsLeast: 1e-9,
  /** As many of a second each as the largest load. */
  perHour: { min: 0, max: 100_000_000 },
  /** A handle time of none would be no load; a month is a case that is worked on beside others. */
  handleS: { min: 0.001, max: 2_678_400 },
  /** A week on the line: from there on, nobody leaves (Infinity). */
  patienceS: { min: 0.001, max: 604_800 },
  thresholdS: { min: 0, max: 604_800 },
  intervalS: { min: 1, max: 86_400 },
  /** Whoever loses nine tenths of their time has another roster than they think. */
  shrinkage: { min: 0, max: 0.9 },
  /** Standard deviation of a rate over its mean: beyond 2 nothing is known of it. */
  variation: { min: 0, max: 2 },
} as const
