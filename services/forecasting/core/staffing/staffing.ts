import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { refuse, rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { queueKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { queueOf } from '../queue.ts'
import type { NeedAt } from '../staff/parts.ts'
import { signedIn } from '../staff/there.ts'
import type { ForecastingState, QueueRow, StaffingRow } from '../state.ts'

/** What a queue needs on a local day of its pool, and who is there. Lists: by intervals. */
export interface Staffing {
  readonly pool: string
  readonly queueId: string
  readonly date: string
  readonly from: number
  readonly intervalMs: number
  /** Agents at work; -1: not with any. */
  readonly required: readonly number[]
  /** Agents on shift. */
  readonly scheduled: readonly number[]
  readonly rosteredMilli: readonly number[]
  readonly rosteredKnown: boolean
  readonly handleMs: number
  /** Contacts that an agent has at once, in thousandths. */
  readonly atOnceMilli: number
}

/**
 * An advisor has computed it. What says the same as is known is told to nobody; who is signed in is
 * noted all the same, so that a day shows it interval by interval.
 */
export function publishStaffing(
  s: ForecastingState,
  { staffing }: { readonly staffing: Staffing },
  at: Moment,
): Outcome<ForecastingEvent> {
  const { pool, queueId, date } = staffing
  const wrong = poolRefusal(s, pool) ?? shapeRefusal(staffing)
  if (wrong !== undefined) return { ok: false, rejection: wrong }
  const queue = queueOf(s, pool, queueId)
  if (queue === undefined) {
    return refuse('QUEUE_UNKNOWN', { field: 'queue_id', value: queueId, pool })
  }
  const row = s.staffings.get(staffingKey(queue, date))
  if (row === undefined && s.staffings.size >= s.staffings.cap) {
    const limit = s.staffings.cap
    return refuse('TOO_MANY_STAFFINGS', { field: 'staffing', value: queueId, limit })
  }
  const signedInMilli = noted(s, queue, row, staffing, at)
  const { from, intervalMs, required, scheduled, rosteredMilli, rosteredKnown } = staffing
  const { atOnceMilli, handleMs } = staffing
  const own = { from, intervalMs, required, scheduled, rosteredMilli, rosteredKnown }
  const content = { ...own, atOnceMilli, handleMs, signedInMilli }
  const same = row !== undefined && isSame(staffingView(s, row), staffing)
  if (row !== undefined) s.staffings.update(row, content)
  else {
    const forgetAt = endOf(staffing) + durations.retainStaffing
    const key = staffingKey(queue, date)
    s.staffings.insert({ key, queue: queue.slot, date, ...content, forgetAt, seq: at.offset })
  }
  const events = same ? [] : [{ kind: 'staffingPublished', staffing } as const]
  return { ok: true, events, ref: queueId }
}

function shapeRefusal(staffing: Staffing): Rejection | undefined {
  const { required, scheduled, rosteredMilli, rosteredKnown } = staffing
  const many = required.length
  const whole =
    many > 0 &&
    many <= limits.staffingIntervals &&
    scheduled.length === many &&
    rosteredMilli.length === (rosteredKnown ? many : 0)
  if (whole) return undefined
  const limit = `1 to ${limits.staffingIntervals}, each with what is scheduled and rostered`
  return rejection('STAFFING_MISSHAPEN', { field: 'staffing.required', value: many, limit })
}

function noted(
  s: ForecastingState,
  queue: QueueRow,
  row: StaffingRow | undefined,
  { from, intervalMs, required }: Staffing,
  at: Moment,
): readonly number[] {
  const kept = row !== undefined && row.from === from && row.intervalMs === intervalMs
  const known = kept ? row.signedInMilli : []
  const interval = Math.floor((at.time - from) / intervalMs)
  if (interval < 0 || interval >= required.length) return known
  const seen = Array.from({ length: interval }, (_, before) => known[before] ?? -1)
  return [...seen, signedIn(s, queue, at.time, needOf(s))]
}

/** What queues need at an instant, as far as it was computed. */
export function needOf(s: ForecastingState): NeedAt {
  const known = new Map<number, StaffingRow | undefined>()
  return (queue, instant) => {
    let row = known.get(queue.slot)
    if (row === undefined || instant < row.from || instant >= endOf(row)) {
      row = staffingAt(s, queue, instant)
      known.set(queue.slot, row)
    }
    const needed = row?.required[Math.floor((instant - row.from) / row.intervalMs)] ?? 0
    return Math.max(0, needed)
  }
}

const endOf = (row: Pick<Staffing, 'from' | 'intervalMs' | 'required'>): number =>
  row.from + row.required.length * row.intervalMs

/** A queue has a dozen of them at most. */
function staffingAt(
  s: ForecastingState,
  queue: QueueRow,
  instant: number,
): StaffingRow | undefined {
  const { staffingsOfQueue } = s
  for (let slot = staffingsOfQueue.first(queue.slot); slot !== NONE; ) {
    const row = s.staffings.at(slot)
    if (row.from <= instant && instant < endOf(row)) return row
    slot = staffingsOfQueue.next(slot)
  }
  return undefined
}

const staffingKey = (queue: QueueRow, date: string): string => `${queue.key}/${date}`

/** Undefined: nothing was computed for it. */
export const staffingOf = (
  s: ForecastingState,
  pool: string,
  queueId: string,
  date: string,
): StaffingRow | undefined => s.staffings.get(`${queueKey(pool, queueId)}/${date}`)

export function staffingView(s: ForecastingState, row: StaffingRow): Staffing {
  const queue = s.queues.at(row.queue)
  const { date, from, intervalMs, required, scheduled, rosteredMilli } = row
  return {
    ...{ pool: s.pools.at(queue.pool).id, queueId: queue.queueId, date, from, intervalMs },
    ...{ required, scheduled, rosteredMilli, rosteredKnown: row.rosteredKnown },
    ...{ handleMs: row.handleMs, atOnceMilli: row.atOnceMilli },
  }
}

const isSame = (one: Staffing, other: Staffing): boolean =>
  one.from === other.from &&
  one.intervalMs === other.intervalMs &&
  one.rosteredKnown === other.rosteredKnown &&
  one.handleMs === other.handleMs &&
  one.atOnceMilli === other.atOnceMilli &&
  areEqual(one.required, other.required) &&
  areEqual(one.scheduled, other.scheduled) &&
  areEqual(one.rosteredMilli, other.rosteredMilli)

const areEqual = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((number, at) => number === other[at])

/** Who is on shift, by intervals, as far as shifts are told by now: beyond, nobody is not none. */
export function rosteredAsTold(
  { from, intervalMs, rosteredMilli }: Pick<Staffing, 'from' | 'intervalMs' | 'rosteredMilli'>,
  time: number,
): readonly number[] {
  const told = Math.floor((time + durations.rosterAhead - from) / intervalMs)
  return rosteredMilli.slice(0, Math.max(0, told))
}
