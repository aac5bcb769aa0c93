import type { Rejection } from '@evenkeel/chassis/protocol'
import { callingHoursOf, zoneOfPolicy } from '../callback/calling-hours.ts'
import { answerWhenClosed, isOpen, nextOpeningAt } from '../queue/hours.ts'
import type { QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { refusal } from '../turn.ts'
import type { WhenClosed } from '../words.ts'

/**
 * The queue that takes a contact: the one it is for, or the after-hours destination while that is
 * closed. One hop: what a destination would do when it is closed itself is nobody's surprise.
 */
export function takerOf(s: RoutingState, queue: QueueRow, time: number): QueueRow | Rejection {
  if (isOpen(s, queue, time)) return queue
  const answer = answerWhenClosed(queue, time)
  switch (answer?.way) {
    case 'wait':
      return queue
    case 'callback':
      // A policy may have been taken away from the queue since; then nothing could be offered.
      return queue.callback === 'none' ? closedRefusal(s, queue, time) : queue
    case 'afterHours': {
      const pool = s.pools.at(queue.pool).id
      const other = s.queues.find(pool, answer.queueId)
      const takes = other !== undefined && isOpen(s, other, time)
      return takes && other.channel === queue.channel ? other : closedRefusal(s, queue, time)
    }
    case 'refuse':
    case undefined:
      return closedRefusal(s, queue, time)
  }
}

export function closedRefusal(s: RoutingState, queue: QueueRow, time: number): Rejection {
  const opensAt = nextOpeningAt(s, queue, time)
  const reason = answerWhenClosed(queue, time)?.reason ?? ''
  return refusal('QUEUE_CLOSED', {
    queue_id: idOf(queue.id),
    opens_at: opensAt ?? 'a time that nobody knows',
    reason: reason === '' ? 'its opening hours' : reason,
    ...(opensAt === undefined ? {} : { retry_after_ms: opensAt - time }),
  })
}

interface Closing {
  readonly pool: string
  readonly queueId: string
  readonly channel: QueueRow['channel']
  /** 'none': it has no callback policy. */
  readonly callback: unknown
}

/** What is wrong with what a queue says about its hours, given the others of its pool. */
export function hoursRefused(
  s: RoutingState,
  c: Closing & { readonly policy: QueueRow['policy'] },
): Rejection | undefined {
  const { hours } = c.policy
  if (hours === undefined) return undefined
  if (s.calendars.find(c.pool, hours.calendarId) === undefined) {
    return refusal('CALENDAR_UNKNOWN', { pool: c.pool, calendar_id: hours.calendarId })
  }
  const { lastEntryBeforeMs, lastPromiseBeforeMs } = hours
  if (lastPromiseBeforeMs > lastEntryBeforeMs) {
    return refusal('CLOSING_TIMES', {
      queue_id: c.queueId,
      field: 'hours.last_promise_before_closing',
      limit: lastEntryBeforeMs,
      value: lastPromiseBeforeMs,
    })
  }
  return answerRefused(s, c, hours.whenClosed, hours.afterHoursQueueId)
}

/** What is wrong with the hours in which its customers may be called. */
export function callingHoursRefused(
  s: RoutingState,
  c: Pick<Closing, 'pool' | 'queueId'> & { readonly policy: QueueRow['policy'] },
  callback: QueueRow['callback'],
): Rejection | undefined {
  if (callingHoursOf({ callback }) === undefined) return undefined
  const zone = zoneOfPolicy(s, c.pool, { policy: c.policy, callback })
  if (zone === '') return refusal('CALLING_HOURS_ZONE', { queue_id: c.queueId })
  return s.zones.get(zone) ? undefined : refusal('ZONE_UNKNOWN', { time_zone: zone })
}

/** What is wrong with what is to be answered to who comes to a closed queue. */
export function answerRefused(
  s: RoutingState,
  c: Closing,
  way: WhenClosed,
  destination: string,
): Rejection | undefined {
  if (way === 'callback' && c.callback === 'none') {
    return refusal('CLOSED_WITHOUT_CALLBACK', { queue_id: c.queueId })
  }
  if (way !== 'afterHours') return undefined
  const other = s.queues.find(c.pool, destination)
  const fits = other !== undefined && other.channel === c.channel && destination !== c.queueId
  if (fits) return undefined
  return refusal('AFTER_HOURS_QUEUE', {
    queue_id: destination,
    value: c.queueId,
    limit: c.channel,
  })
}
