import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import { rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { selfServiceKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { queueOf } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import { type Sessions, SelfServiceDay } from './day.ts'
import type { SelfServiceRow } from './schema.ts'

/** Five minutes of self-service on the way to a queue. */
export interface SelfServiceInterval extends Sessions {
  readonly queueId: string
  /** '': whatever it was. */
  readonly topic: string
  /** On the grid of counted intervals. */
  readonly from: number
}

export interface ReportSelfService {
  readonly pool: string
  /** At most selfServiceIntervals, no five minutes of a topic twice. */
  readonly intervals: readonly SelfServiceInterval[]
}

/** What became of a report's intervals. */
export interface SelfServiceTally {
  readonly stored: number
  readonly revised: number
  readonly unchanged: number
}

/** All of it or nothing; the answer (`ref`) is a tally. */
export function reportSelfService(
  s: ForecastingState,
  { pool, intervals }: ReportSelfService,
  at: Moment,
): Outcome<ForecastingEvent> {
  assert(intervals.length <= limits.selfServiceIntervals, 'a report fits one command')
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const tally = { stored: 0, revised: 0, unchanged: 0 }
  for (const [place, one] of intervals.entries()) {
    const taken = take(s, pool, place, one, at)
    if (typeof taken !== 'string') return { ok: false, rejection: taken }
    tally[taken] += 1
  }
  return { ok: true, events: [], ref: `${tally.stored}/${tally.revised}/${tally.unchanged}` }
}

export function selfServiceTallyOf(ref: string): SelfServiceTally {
  const [stored = 0, revised = 0, unchanged = 0] = ref.split('/').map(Number)
  return { stored, revised, unchanged }
}

function take(
  s: ForecastingState,
  pool: string,
  place: number,
  one: SelfServiceInterval,
  at: Moment,
): keyof SelfServiceTally | Rejection {
  const { queueId, topic, from, sessions, contained, handedOver } = one
  const field = `intervals[${place}]`
  const queue = queueOf(s, pool, queueId)
  if (queue === undefined) {
    return rejection('QUEUE_UNKNOWN', { field: `${field}.queue_id`, value: queueId, pool })
  }
  const day = Math.floor(from / durations.day)
  const row = s.selfService.get(selfServiceKey(queue.key, topic, day))
  const refused =
    timeRefusal(`${field}.from`, from, at) ??
    (row === undefined ? fullRefusal(s, queue, field, topic) : undefined)
  if (refused !== undefined) return refused
  const held = SelfServiceDay.of(row?.intervals ?? nothing)
  const interval = (from - day * durations.day) / durations.interval
  const before = held.intervals.get(interval)
  if (
    before?.sessions === sessions &&
    before.contained === contained &&
    before.handedOver === handedOver
  ) {
    return 'unchanged'
  }
  const now = held.with(interval, { sessions, contained, handedOver })
  const content = { intervals: now.packed(), ...now.sum }
  if (row !== undefined) s.selfService.update(row, content)
  else {
    s.selfService.insert({
      ...{ key: selfServiceKey(queue.key, topic, day), queue: queue.slot, topic, day, ...content },
      forgetAt: (day + 1) * durations.day + durations.retainSelfService,
      seq: at.offset * ROWS + place,
    })
  }
  return before === undefined ? 'stored' : 'revised'
}

const nothing = new Uint8Array()
/** More than one command makes. */
const ROWS = 256

function timeRefusal(field: string, from: number, { time }: Moment): Rejection | undefined {
  if (from > time) return rejection('SELF_SERVICE_AHEAD', { field, value: from - time })
  const [value, limit] = [time - from, durations.retainSelfService].map((ms) =>
    Math.floor(ms / durations.day),
  )
  return time - from > durations.retainSelfService
    ? rejection('SELF_SERVICE_TOO_OLD', { field, value: value ?? 0, limit: limit ?? 0 })
    : undefined
}

function fullRefusal(
  s: ForecastingState,
  queue: QueueRow,
  field: string,
  topic: string,
): Rejection | undefined {
  if (s.selfService.size >= s.selfService.cap) {
    const fields = { field, value: queue.queueId, limit: s.selfService.cap }
    return rejection('TOO_MANY_SELF_SERVICE_DAYS', fields)
  }
  const topics = new Set([topic, ...selfServiceFrom(s, queue, 0).map((row) => row.topic)])
  return topics.size > limits.topicsPerQueue
    ? rejection('TOO_MANY_TOPICS', {
        ...{ field: `${field}.topic`, value: topic, limit: limits.topicsPerQueue },
      })
    : undefined
}

/** Days of topics of a queue, from a day (UTC, since 1970) on, in their order. */
export function selfServiceFrom(
  s: ForecastingState,
  queue: QueueRow,
  day: number,
): readonly SelfServiceRow[] {
  const { selfServiceOfQueue: order } = s
  const found: SelfServiceRow[] = []
  for (let slot = order.atOrAfter(queue.slot, day, 0); slot !== NONE; slot = order.next(slot)) {
    found.push(s.selfService.at(slot))
  }
  return found
}

/** What was reported of a queue, by time and then by topic. */
export function selfServiceOf(
  s: ForecastingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
): readonly SelfServiceInterval[] {
  const { queueId } = queue
  return selfServiceFrom(s, queue, Math.floor(span.from / durations.day))
    .filter(({ day }) => day * durations.day < span.until)
    .flatMap(({ topic, day, intervals }) =>
      [...SelfServiceDay.of(intervals).intervals].map(([interval, sessions]) => {
        const from = day * durations.day + interval * durations.interval
        return { queueId, topic, from, ...sessions }
      }),
    )
    .filter(({ from }) => from >= span.from && from < span.until)
    .sort((one, other) => one.from - other.from || (one.topic < other.topic ? -1 : 1))
}
