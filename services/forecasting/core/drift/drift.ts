import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import type { ForecastingEvent } from '../events.ts'
import { incidentsOver } from '../incidents/over.ts'
import { queueKey } from '../keys.ts'
import { plannedOver } from '../planned/planned.ts'
import { queueRefusal } from '../queue.ts'
import { type SelfServiceChange, selfServiceChange } from '../self-service/change.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import type { Direction, DriftRow } from './schema.ts'

/** Whether a day goes otherwise, decided from what an advisor has assessed. */

/** What is thought once an interval is over. All odds are natural logs, in thousandths. */
export interface Assessment {
  /** Beginning and end of the interval. */
  readonly from: number
  readonly until: number
  readonly aboveMilli: number
  readonly belowMilli: number
  /** That the next hours exceed, or stay under, what matters. */
  readonly aboveBp: number
  readonly belowBp: number
  /** What the next hours bring over what was forecast, in thousandths. */
  readonly factorMilli: number
  /** When what shows in it began. */
  readonly since: number
}

export interface AssessDrift {
  readonly pool: string
  readonly queueId: string
  readonly date: string
  /** End of the day. */
  readonly dayUntil: number
  /** Odds from which each direction alarms, calibrated on days before. */
  readonly aboveMilli: number
  readonly belowMilli: number
  /** Share of those days on which it would. */
  readonly falseAlarmBp: number
  /** Of intervals of which all is known, in their order; those decided already are passed over. */
  readonly assessments: readonly Assessment[]
}

export interface Drift {
  readonly pool: string
  readonly queueId: string
  readonly date: string
  readonly direction: Direction
  readonly probabilityBp: number
  readonly factorMilli: number
  readonly since: number
  readonly detectedAt: number
  readonly falseAlarmBp: number
  /** An incident over the queue that has begun by then; '': none is known. */
  readonly incident: string
  /** A planned event that goes on meanwhile, and that the forecast knew of; '': there is none. */
  readonly planned: string
  /** What self-service does otherwise; undefined: that is not why, or nobody reports it. */
  readonly selfService: SelfServiceChange | undefined
}

/** Intervals in a row in which it is likelier than not that it no longer matters. */
const CLEAR_INTERVALS = 2

export function assessDrift(
  s: ForecastingState,
  c: AssessDrift,
  at: Moment,
): Outcome<ForecastingEvent> {
  const unknown = queueRefusal(s, c.pool, c.queueId)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const queue = s.queues.must(queueKey(c.pool, c.queueId))
  const events: ForecastingEvent[] = []
  const known = s.drifts.get(queue.key)
  if (known !== undefined && known.date !== c.date) events.push(...cleared(s, known))
  const row = begun(s, queue, c, at)
  for (const one of c.assessments) {
    if (one.until <= row.assessedUntil) continue
    events.push(...decided(s, queue, row, c, one))
    s.drifts.update(row, { assessedUntil: one.until })
  }
  return { ok: true, events, ref: c.queueId }
}

function begun(s: ForecastingState, queue: QueueRow, c: AssessDrift, at: Moment): DriftRow {
  const { date, falseAlarmBp, dayUntil } = c
  const known = s.drifts.get(queue.key)
  const still = { ...quiet, date, falseAlarmBp, overAt: dayUntil, assessedUntil: 0 }
  if (known === undefined) {
    return s.drifts.insert({ key: queue.key, queue: queue.slot, ...still, seq: at.offset })
  }
  return known.date === date ? known : s.drifts.update(known, still)
}

const quiet = {
  direction: 'none',
  probabilityBp: 0,
  factorMilli: 1_000,
  since: 0,
  detectedAt: 0,
  quietIntervals: 0,
} as const

/** What is declared has its cause already: while it holds nothing is told and nothing cleared. */
function decided(
  s: ForecastingState,
  queue: QueueRow,
  row: DriftRow,
  c: AssessDrift,
  one: Assessment,
): readonly ForecastingEvent[] {
  if (incidentsOver(s, queue, one).length > 0) return []
  const direction = alarmOf(c, one)
  const drifting = row.direction
  if (direction !== 'none' && direction !== drifting) {
    const before = drifting === 'none' ? [] : cleared(s, row)
    s.drifts.update(row, {
      direction,
      probabilityBp: direction === 'above' ? one.aboveBp : one.belowBp,
      factorMilli: one.factorMilli,
      since: one.since,
      detectedAt: one.until,
      falseAlarmBp: c.falseAlarmBp,
      quietIntervals: 0,
    })
    return [...before, { kind: 'driftDetected', drift: driftView(s, row) }]
  }
  if (drifting === 'none') return []
  const odds = drifting === 'above' ? one.aboveMilli : one.belowMilli
  const quietIntervals = odds < 0 ? row.quietIntervals + 1 : 0
  if (quietIntervals >= CLEAR_INTERVALS) return cleared(s, row)
  s.drifts.update(row, {
    probabilityBp: drifting === 'above' ? one.aboveBp : one.belowBp,
    factorMilli: one.factorMilli,
    quietIntervals,
  })
  return []
}

/** Above its threshold, and the surer of the two. */
function alarmOf(c: AssessDrift, one: Assessment): Direction | 'none' {
  const above = one.aboveMilli >= one.belowMilli
  if (above) return one.aboveMilli > c.aboveMilli ? 'above' : 'none'
  return one.belowMilli > c.belowMilli ? 'below' : 'none'
}

function cleared(s: ForecastingState, row: DriftRow): readonly ForecastingEvent[] {
  const { direction, date } = row
  if (direction === 'none') return []
  const queue = s.queues.at(row.queue)
  const { queueId } = queue
  const pool = s.pools.at(queue.pool).id
  s.drifts.update(row, quiet)
  return [{ kind: 'driftCleared', pool, queueId, date, direction }]
}

/** The day over first: whatever drifted on it does no longer. */
export function driftDue(s: ForecastingState): readonly ForecastingEvent[] {
  const row = s.drifts.at(s.driftsByTime.first())
  const events = cleared(s, row)
  s.drifts.delete(row)
  return events
}

/** Of a row that drifts. */
export function driftView(s: ForecastingState, row: DriftRow): Drift {
  const queue = s.queues.at(row.queue)
  const { date, probabilityBp, factorMilli, since, detectedAt, falseAlarmBp } = row
  const direction = row.direction === 'none' ? 'above' : row.direction
  const [incident] = incidentsOver(s, queue, { from: since, until: row.overAt })
  const until = Math.max(detectedAt, row.assessedUntil)
  const [planned] = plannedOver(s, queue, { from: since, until })
  return {
    ...{ pool: s.pools.at(queue.pool).id, queueId: queue.queueId, date, direction },
    ...{ probabilityBp, factorMilli, since, detectedAt, falseAlarmBp },
    incident: incident?.displayName ?? '',
    planned: planned?.displayName ?? '',
    selfService: selfServiceChange(s, queue, { direction, factorMilli, since, until }),
  }
}

/** Undefined: its day goes as was forecast, as far as is known. */
export function driftOf(s: ForecastingState, queue: QueueRow): Drift | undefined {
  const row = s.drifts.get(queue.key)
  return row === undefined || row.direction === 'none' ? undefined : driftView(s, row)
}
