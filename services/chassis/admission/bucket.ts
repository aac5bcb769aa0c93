import type { AdmissionLimits } from './settings.ts'

/** What a pool may still submit, and who is on the way back. Whole and parts of contacts. */
export interface Bucket {
  readonly left: number
  /** Turned away and told when to come, less those whose time has come. */
  readonly turnedAway: number
  readonly atMs: number
}

export interface Taken {
  readonly bucket: Bucket
  /** undefined: there was room. */
  readonly retryAfterMs: number | undefined
}

type Rate = Pick<AdmissionLimits, 'poolContactsPerS' | 'poolBurstContacts'>

/** Longer, and a pool that is calm again still stays away; it asks anew by then. */
export const RETRY_MS_MAX = 10_000

export const full = ({ poolBurstContacts: left }: Rate, atMs: number): Bucket => ({
  left,
  turnedAway: 0,
  atMs,
})

/**
 * One more contact of a pool. Who is turned away is told a time of their own, behind those turned
 * away before: told all the same one, they would come back at once, and most of them in vain.
 */
export function takeOne(bucket: Bucket, nowMs: number, rate: Rate): Taken {
  const { poolContactsPerS: perS, poolBurstContacts } = rate
  const gained = (Math.max(0, nowMs - bucket.atMs) * perS) / 1_000
  const left = Math.min(poolBurstContacts, bucket.left + gained)
  const turnedAway = Math.max(0, bucket.turnedAway - gained)
  const atMs = Math.max(nowMs, bucket.atMs)
  if (left >= 1) return { bucket: { left: left - 1, turnedAway, atMs }, retryAfterMs: undefined }
  const ms = Math.ceil(((1 - left + turnedAway) * 1_000) / perS)
  return {
    bucket: { left, turnedAway: turnedAway + 1, atMs },
    retryAfterMs: Math.min(RETRY_MS_MAX, ms),
  }
}
