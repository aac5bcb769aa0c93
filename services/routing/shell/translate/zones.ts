import { parse, timestamp } from '@evenkeel/chassis/errors'
import type * as log from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { type CallingHours, type Command, limits, type ZoneOffset } from '../../core/index.ts'
import { hoursOf, hoursWire, zonePattern } from './local-hours.ts'

/** Left out when there is none: what was said before there were zones is known again. */
export function timeZoneOf(r: { readonly timeZone: string }): { readonly timeZone?: string } {
  const timeZone = parse.optionalId('time_zone', r.timeZone, zonePattern)
  return timeZone === '' ? {} : { timeZone }
}

const everyDay = [1, 2, 3, 4, 5, 6, 7]

export function callingHours(h: queues.CallingHours): CallingHours {
  const of = 'queue.callback.calling_hours'
  const days = parse.list(`${of}.weekdays`, h.weekdays, 7, (field, day) =>
    parse.integer(field, day, 1, 7),
  )
  parse.unique(`${of}.weekdays`, days, String)
  return {
    ...hoursOf(of, h),
    days: days.length === 0 ? everyDay : days.toSorted((a, b) => a - b),
    zone: parse.optionalId(`${of}.time_zone`, h.timeZone, zonePattern),
  }
}

export const callingHoursWire = (h: CallingHours): queues.CallingHours => ({
  ...hoursWire(h),
  weekdays: h.days.length === 7 ? [] : [...h.days],
  timeZone: h.zone,
})

export const resolveZone = (r: log.ZoneResolved): Command => ({
  kind: 'resolveZone',
  zone: parse.id('time_zone', r.timeZone, zonePattern),
  offsets: parse.list('offsets', r.offsets, limits.offsetsPerZone, (field, offset) => ({
    from: parse.timeMs(`${field}.from`, offset.from),
    aheadMs: parse.integer(`${field}.seconds`, offset.seconds, -86_400, 86_400) * 1_000,
  })),
  knownUntil: parse.timeMs('known_until', r.knownUntil),
})

export const offsetWire = ({ from, aheadMs }: ZoneOffset): log.ZoneOffset => ({
  from: timestamp(from),
  seconds: aheadMs / 1_000,
})
