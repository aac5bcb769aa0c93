import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import type { Channel } from '@evenkeel/chassis/words'
import { refuse, rejection } from './errors.ts'
import type { ForecastingEvent } from './events.ts'
import { queueKey } from './keys.ts'
import { poolRefusal } from './pool.ts'
import type { Requirement } from './staff/eligible.ts'
import type { ForecastingState, QueueRow } from './state.ts'

/** What is to be known of a queue, as routing has it. */
export interface QueueFacts {
  readonly pool: string
  readonly queueId: string
  readonly channel: Channel
  readonly targetMs: number
  readonly goalBp: number
  readonly usualHandleMs: number
  /** Of the pool, by which it is open; '': always. */
  readonly calendarId: string
  /** Who comes while it is closed is taken in, and counts. */
  readonly takesWhileClosed: boolean
  /** Of every contact of it. */
  readonly requirements: readonly Requirement[]
}

/** Queues are routing's. From now on all that comes to this one is counted. */
export function queueKnown(
  s: ForecastingState,
  facts: QueueFacts,
  at: Moment,
): Outcome<ForecastingEvent> {
  const { pool, queueId, channel, targetMs, goalBp, usualHandleMs, requirements } = facts
  const { calendarId, takesWhileClosed } = facts
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.queues.get(queueKey(pool, queueId))
  if (row === undefined && s.queues.size >= s.queues.cap) {
    return refuse('TOO_MANY_QUEUES', { field: 'queue_id', value: queueId, limit: s.queues.cap })
  }
  const hours = { calendarId, takesWhileClosed }
  const content = { channel, targetMs, goalBp, usualHandleMs, requirements, ...hours }
  if (row !== undefined) s.queues.update(row, content)
  else {
    s.queues.insert({
      key: queueKey(pool, queueId),
      queueId,
      pool: s.pools.must(pool).slot,
      ...content,
      finished: 0,
      calledBack: 0,
      since: at.time,
      seq: at.offset,
    })
  }
  return { ok: true, events: [], ref: queueId }
}

/** Of what names queues of a pool; none of them means all. */
export function scopeRefusal(
  s: ForecastingState,
  field: string,
  { pool, queueIds }: { readonly pool: string; readonly queueIds: readonly string[] },
): Rejection | undefined {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return unknown
  const missing = queueIds.find((id) => queueOf(s, pool, id) === undefined)
  return missing === undefined
    ? undefined
    : rejection('QUEUE_UNKNOWN', { field, value: missing, pool })
}

/** A queue of another pool is unknown in this one. */
export const queueOf = (s: ForecastingState, pool: string, queueId: string): QueueRow | undefined =>
  s.queues.get(queueKey(pool, queueId))

export function queueRefusal(
  s: ForecastingState,
  pool: string,
  queueId: string,
): Rejection | undefined {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined || queueOf(s, pool, queueId) !== undefined) return unknown
  return rejection('QUEUE_UNKNOWN', { field: 'queue_id', value: queueId, pool })
}
