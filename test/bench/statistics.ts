/** Of sorted samples: the smallest that at least `share` of them do not exceed. */
export function percentile(sorted: Float64Array, share: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))
  return sorted[at] ?? 0
}

export function mean(samples: Float64Array | readonly number[]): number {
  let sum = 0
  for (const sample of samples) sum += sample
  return samples.length === 0 ? 0 : sum / samples.length
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}

/** Three digits that mean something. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value))
  return value.toPrecision(3)
}
