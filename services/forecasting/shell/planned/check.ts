import type { CodedError } from '@evenkeel/chassis/errors'
import { dateIn, daysAfter, type OpenSpan, openSpans } from '@evenkeel/chassis/zones'
import {
  type Forecast,
  type ForecastingState,
  limits,
  type ModelName,
  type PlannedEvent,
  queueKey,
  type QueueRow,
  queuesOf,
  rosteredAsTold,
  ruleOf,
} from '../../core/index.ts'
import { LocalDays } from '../advisor/local-day.ts'
import { learnedSpan, materialOf } from '../advisor/material.ts'
import type { CheckedDay } from '../advisor/questions.ts'
import { placeOf, workers } from '../advisor/workers.ts'
import type { ForecastingReplica } from '../calls.ts'
import { refusal } from '../refusals.ts'
import { staffingFor, thereOn } from '../staffing/day.ts'

/** Openings told of a queue, and those told in a refusal. */
const OPENINGS = 5
const OPENINGS_SAID = 3
/** Days looked through for them: a summer's holidays, and more. */
const OPENING_DAYS = 60

/** What an event does to an interval to which it brings something. */
export interface IntervalCheck {
  readonly from: number
  readonly expectedMilli: number
  readonly extraMilli: number
  readonly closed: boolean
  /** Agents to be on shift; -1: not with any. */
  readonly scheduled: number
  /** These are not known where shifts are not. */
  readonly rosteredMilli: number | undefined
  readonly shortMilli: number | undefined
}

export interface DayCheck {
  readonly date: string
  readonly model: ModelName
  readonly intervalMs: number
  readonly expectedMilli: number
  readonly extraMilli: number
  readonly closedMilli: number
  readonly rosteredKnown: boolean
  readonly intervals: readonly IntervalCheck[]
}

export interface QueueCheck {
  readonly queueId: string
  readonly extraMilli: number
  readonly closedMilli: number
  readonly openings: readonly OpenSpan[]
  readonly days: readonly DayCheck[]
  readonly daysLeft: number
}

export interface Checks {
  readonly checks: readonly QueueCheck[]
  readonly queuesLeft: number
}

/** What an event would do to its queues; of what is over nothing is asked. */
export async function checksOf(replica: ForecastingReplica, event: PlannedEvent): Promise<Checks> {
  if (event.until <= replica.now().time) return { checks: [], queuesLeft: 0 }
  const s = replica.state
  const all = [...queuesOf(s, s.pools.must(event.pool))].map(({ queueId }) => queueId)
  const queueIds = event.queueIds.length === 0 ? all.sort() : event.queueIds
  const checks: QueueCheck[] = []
  for (const queueId of queueIds.slice(0, limits.checkedQueues)) {
    checks.push(await checkOf(replica, event, queueId))
  }
  return { checks, queuesLeft: queueIds.length - checks.length }
}

async function checkOf(
  replica: ForecastingReplica,
  event: PlannedEvent,
  queueId: string,
): Promise<QueueCheck> {
  const { pool, eventId } = event
  const { timeZone, intervalMs } = replica.state.pools.must(pool)
  const days = new LocalDays(timeZone, intervalMs)
  const { time } = replica.now()
  const today = days.dateAt(time)
  const material = await materialOf(replica, { pool, queueId, ...learnedSpan(days.day(today)) })
  if (material === undefined)
    throw refusal('QUEUE_UNKNOWN', { field: 'queue_id', value: queueId, pool })
  const planned = material.planned.filter((one) => one.eventId !== eventId)
  const answer = await workers().ask(placeOf(queueKey(pool, queueId)), {
    ...{ kind: 'check', pool, queueId, zone: timeZone, intervalMs, today, event },
    ...{ days: limits.checkedDays, material: { ...material, planned } },
  })
  if (answer.kind !== 'checked') throw new Error(`a check was answered as ${answer.kind}`)
  const { extraMilli, closedMilli, daysLeft } = answer
  const queue = replica.state.queues.must(queueKey(pool, queueId))
  return {
    ...{ queueId, extraMilli, closedMilli, daysLeft },
    openings: openingsOf(replica.state, queue, Math.max(event.from, time)),
    days: answer.days.map((day) => dayCheck(replica.state, queue, { day, intervalMs, time })),
  }
}

function openingsOf(s: ForecastingState, queue: QueueRow, from: number): readonly OpenSpan[] {
  const rule = ruleOf(s, queue)
  if (rule === undefined) return []
  const first = daysAfter(dateIn(from, rule.timeZone), -1)
  return openSpans(rule, first, daysAfter(first, OPENING_DAYS))
    .filter(({ closesAt }) => closesAt > from)
    .slice(0, OPENINGS)
}

interface Checking {
  readonly day: CheckedDay
  readonly intervalMs: number
  readonly time: number
}

function dayCheck(
  s: ForecastingState,
  queue: QueueRow,
  { day, intervalMs, time }: Checking,
): DayCheck {
  const { date, from, model, curve, expectedMilli, extraMilli, closed } = day
  const forecast: Forecast = {
    ...{ pool: s.pools.at(queue.pool).id, queueId: queue.queueId, date, from, intervalMs },
    ...{ ...curve, scale80Milli: 1_000, scale95Milli: 1_000, model, asOf: '', intervalsSeen: 0 },
    ...{ errors: [], because: [] },
  }
  const there = thereOn(s, queue, forecast)(queue)
  const staffing = staffingFor(s, queue, forecast, there, time)
  const { scheduled } = staffing
  const told = rosteredAsTold(staffing, time)
  const intervals = extraMilli.flatMap((extra, at): IntervalCheck[] => {
    if (extra === 0) return []
    const begins = from + at * intervalMs
    const [needed = 0, rostered] = [scheduled[at], told[at]]
    return [
      {
        from: begins,
        expectedMilli: expectedMilli[at] ?? 0,
        extraMilli: extra,
        closed: closed[at] ?? false,
        scheduled: needed,
        rosteredMilli: rostered,
        shortMilli:
          rostered !== undefined && needed >= 0
            ? Math.max(0, 1_000 * needed - rostered)
            : undefined,
      },
    ]
  })
  return {
    ...{ date, model, intervals, intervalMs },
    rosteredKnown: intervals.some((one) => one.rosteredMilli !== undefined),
    expectedMilli: sumOf(expectedMilli),
    extraMilli: sumOf(extraMilli),
    closedMilli: sumOf(extraMilli.filter((_, at) => closed[at] === true)),
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)

/** The first queue that is closed while more than half of what it is to expect comes. */
export function closedRefusal({ checks }: Checks): CodedError | undefined {
  // Who brings fewer loses nobody.
  const one = checks.find(
    ({ extraMilli, closedMilli }) => extraMilli > 0 && 2 * closedMilli > extraMilli,
  )
  if (one === undefined) return undefined
  const opens = one.openings
    .slice(0, OPENINGS_SAID)
    .map(({ opensAt }) => new Date(opensAt).toISOString())
  return refusal('EVENT_CLOSED', {
    ...{ field: 'event.from', value: one.queueId },
    contacts: Math.round(one.extraMilli / 1_000),
    closed: Math.round(one.closedMilli / 1_000),
    opens: opens.length === 0 ? 'nobody has said when' : opens.join(', '),
  })
}
