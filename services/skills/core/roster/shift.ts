import { assert } from '@evenkeel/chassis/table'
import { type Channel, channels } from '@evenkeel/chassis/words'
import { limits } from '../limits.ts'

/** Their order is part of stored rows: append only. */
export const activities = ['onChannel', 'break', 'meal', 'meeting', 'training', 'off'] as const

/** What somebody does. `off`: not at work, as after the end of a shift. */
export type Activity = (typeof activities)[number]

/** From its first instant up to, not including, its last; ms since 1970. */
export interface Span {
  readonly from: number
  readonly until: number
}

export interface ShiftActivity extends Span {
  readonly activity: Activity
  /** With onChannel only; empty: all of the profile. */
  readonly channels: readonly Channel[]
}

/** What none of the activities covers is on channel, on all of the profile's. */
export interface Shift extends Span {
  readonly pool: string
  readonly agentId: string
  readonly shiftId: string
  /** Within the shift, in their order, none overlapping another. */
  readonly activities: readonly ShiftActivity[]
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

export const overlaps = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until

/** Activity, channels as a sum of 2^channel, begin and end as ms since the shift's begin. */
const ACTIVITY_BYTES = 1 + 1 + 4 + 4

/** Bytes of the largest row's activities. */
export const activitiesBytesMax = limits.activitiesPerShift * ACTIVITY_BYTES

/** How a shift's activities lie in its row: one shift has one packing, so rows are compared by bytes. */
export const activityPacking = {
  pack(shift: Span, all: readonly ShiftActivity[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(all.length * ACTIVITY_BYTES))
    let before = shift.from
    all.forEach((one, i) => {
      assert(before <= one.from && one.from < one.until, 'activities are in order')
      before = one.until
      const at = i * ACTIVITY_BYTES
      view.setUint8(at, activities.indexOf(one.activity))
      view.setUint8(at + 1, maskOf(one.channels))
      view.setUint32(at + 2, one.from - shift.from)
      view.setUint32(at + 6, one.until - shift.from)
    })
    assert(before <= shift.until, 'activities are within their shift')
    return new Uint8Array(view.buffer)
  },

  unpack(shift: Span, bytes: Uint8Array): readonly ShiftActivity[] {
    const found: ShiftActivity[] = []
    for (let at = 0; at < bytes.length; at += ACTIVITY_BYTES) {
      const activity = activities[bytes[at] ?? activities.length]
      assert(activity !== undefined, 'a packed activity is one of those that there are')
      found.push({
        activity,
        channels: channelsIn(bytes[at + 1] ?? 0),
        from: shift.from + uint32(bytes, at + 2),
        until: shift.from + uint32(bytes, at + 6),
      })
    }
    return found
  },
} as const

/** As DataView has it, without a view for each row: a day of a large pool unpacks 10,000. */
const uint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)) >>>
  0

const noChannels: readonly Channel[] = []

export function maskOf(named: readonly Channel[]): number {
  let mask = 0
  for (const channel of named) mask |= 1 << channels.indexOf(channel)
  return mask
}

function channelsIn(mask: number): readonly Channel[] {
  return mask === 0 ? noChannels : channels.filter((_, k) => (mask & (1 << k)) !== 0)
}

/** All of a shift in its order, what its activities leave out among it. */
export function partsOf(shift: Span, named: readonly ShiftActivity[]): readonly ShiftActivity[] {
  const parts: ShiftActivity[] = []
  let from = shift.from
  for (const one of named) {
    if (from < one.from) parts.push(onAll(from, one.from))
    parts.push(one)
    from = one.until
  }
  if (from < shift.until) parts.push(onAll(from, shift.until))
  return parts
}

const onAll = (from: number, until: number): ShiftActivity => ({
  activity: 'onChannel',
  channels: noChannels,
  from,
  until,
})
