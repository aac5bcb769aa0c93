import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import type { Timestamp } from '@evenkeel/proto/google/protobuf/timestamp'

export const seconds = (count: number): Duration => ({ seconds: count, nanos: 0 })
export const minutes = (count: number): Duration => seconds(60 * count)
export const SECOND = 1000
export const MINUTE = 60 * SECOND

export const timeMs = (time: Timestamp | undefined): number =>
  time === undefined ? Number.NaN : time.seconds * 1000 + time.nanos / 1e6
export const durationMs = timeMs

export const stamp = (ms: number): Timestamp => ({
  seconds: Math.floor(ms / SECOND),
  nanos: (ms % SECOND) * 1e6,
})
