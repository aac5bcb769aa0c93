import type { Rejection } from '@evenkeel/chassis/protocol'
import { isOpen, nextOpeningAt } from './hours.ts'
import type { QueueRow } from './schema.ts'
import { idOf, keyOf, type RoutingState } from './state.ts'
import { refusal } from './turn.ts'

/**
 * The queue that takes a contact: the one it is for, or the after-hours destination while that is
 * closed. One hop: what a destination would do when it is closed itself is nobody's surprise.
 */
export function takerOf(s: RoutingState, queue: QueueRow, time: number): QueueRow | Rejection {
  if (isOpen(s, queue, time)) return queue
  const { hours } = queue.policy
  switch (hours?.whenClosed) {
    case 'wait':
      return queue
    case 'callback':
      // A policy may have been taken away from the queue since; then nothing could be offered.
      return queue.callback === 'none' ? closed(s, queue, time) : queue
    case 'afterHours': {
      const pool = s.pools.at(queue.pool).id
      const other = s.queues.get(keyOf(pool, hours.afterHoursQueueId))
      const takes = other !== undefined && isOpen(s, other, time)
      return takes && other.channel === queue.channel ? other : closed(s, queue, time)
    }
    case 'refuse':
    case undefined:
      return closed(s, queue, time)
  }
}

function closed(s: RoutingState, queue: QueueRow, time: number): Rejection {
  const opensAt = nextOpeningAt(s, queue, time) ?? 'a time that nobody knows'
  return refusal('QUEUE_CLOSED', { queue_id: idOf(queue.id), opens_at: opensAt })
}

/** What is wrong with what a queue says about its hours, given the others of its pool. */
export function hoursRefused(
  s: RoutingState,
  c: {
    readonly pool: string
    readonly queueId: string
    readonly channel: QueueRow['channel']
    readonly policy: QueueRow['policy']
    readonly callback: unknown
  },
): Rejection | undefined {
  const { hours } = c.policy
  if (hours === undefined) return undefined
  const { calendarId, whenClosed, afterHoursQueueId } = hours
  if (s.calendars.get(keyOf(c.pool, calendarId)) === undefined) {
    return refusal('CALENDAR_UNKNOWN', { pool: c.pool, calendar_id: calendarId })
  }
  if (whenClosed === 'callback' && c.callback === 'none') {
    return refusal('CLOSED_WITHOUT_CALLBACK', { queue_id: c.queueId })
  }
  if (whenClosed !== 'afterHours') return undefined
  const other = s.queues.get(keyOf(c.pool, afterHoursQueueId))
  const fits = other !== undefined && other.channel === c.channel && afterHoursQueueId !== c.queueId
  if (fits) return undefined
  return refusal('AFTER_HOURS_QUEUE', {
    queue_id: afterHoursQueueId,
    value: c.queueId,
    limit: c.channel,
  })
}
