import { parse, refused } from '@evenkeel/chassis/errors'
import { minuteOfClock } from '@evenkeel/chassis/zones'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'

/** Hours of a day, as clocks show them, and the zones of those clocks. */

export interface Hours {
  readonly from: number
  readonly to: number
}

export const zonePattern = { pattern: /^[A-Za-z0-9_+/-]{1,64}$/, says: 'an IANA time zone' }

export function hoursOf(field: string, wire: queues.LocalHours | undefined): Hours {
  const hours = parse.message(field, wire)
  const from = minuteOfClock(`${field}.from`, hours.from)
  const to = minuteOfClock(`${field}.to`, hours.to)
  if (to <= from) {
    throw refused('FIELD_OUT_OF_RANGE', `${field}.to`, `later than ${hours.from}`, hours.to)
  }
  return { from, to }
}

const text = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

export const hoursWire = (hours: Hours): queues.LocalHours => ({
  from: text(hours.from),
  to: text(hours.to),
})
