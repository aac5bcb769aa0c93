import { duration, timestamp, type WireTime } from '@evenkeel/chassis/errors'

/** What may be unknown is absent then. */
export const perhaps = (ms: number | undefined): WireTime | undefined =>
  ms === undefined ? undefined : timestamp(ms)

export const perhapsDuration = (ms: number | undefined): WireTime | undefined =>
  ms === undefined ? undefined : duration(ms)
