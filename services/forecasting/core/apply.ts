import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { calendarKnown } from './calendar/calendar.ts'
import type { ForecastingCommand } from './commands.ts'
import { arrived, ended, tellDue } from './counts/count.ts'
import { assessDrift, driftDue } from './drift/drift.ts'
import type { ForecastingEvent } from './events.ts'
import { importHistory } from './history/import.ts'
import { declareIncident, endIncident, incidentDue } from './incidents/incident.ts'
import { publishForecasts, reforecast } from './forecast/publish.ts'
import { deletePlannedEvent, putPlannedEvent } from './planned/planned.ts'
import { poolKnown } from './pool.ts'
import { queueKnown } from './queue.ts'
import { reportSelfService } from './self-service/report.ts'
import { putSettings } from './settings.ts'
import { staffChanged } from './staff/agent.ts'
import { publishStaffing } from './staffing/staffing.ts'
import { sharesCounted } from './staffing/usual.ts'
import type { ForecastingState } from './state.ts'

export function apply(
  s: ForecastingState,
  c: ForecastingCommand,
  at: Moment,
): Outcome<ForecastingEvent> {
  switch (c.kind) {
    case 'putSettings':
      return putSettings(s, c.settings, at)
    case 'importHistory':
      return importHistory(s, c, at)
    case 'reportSelfService':
      return reportSelfService(s, c, at)
    case 'declareIncident':
      return declareIncident(s, c.incident, at)
    case 'endIncident':
      return endIncident(s, c, at)
    case 'putPlannedEvent':
      return putPlannedEvent(s, c.event, at)
    case 'deletePlannedEvent':
      return deletePlannedEvent(s, c)
    case 'poolKnown':
      return poolKnown(s, c.pool)
    case 'queueKnown':
      return queueKnown(s, c, at)
    case 'calendarKnown':
      return calendarKnown(s, c)
    case 'arrived':
      return arrived(s, c, at)
    case 'ended':
      sharesCounted(s, c)
      return ended(s, c, at)
    case 'profileKnown':
    case 'profileGone':
    case 'rosterKnown':
    case 'presenceKnown':
      return staffChanged(s, c, at)
    case 'publishForecasts':
      return publishForecasts(s, c, at)
    case 'reforecast':
      return reforecast(s, c, at)
    case 'assessDrift':
      return assessDrift(s, c, at)
    case 'publishStaffing':
      return publishStaffing(s, c, at)
    default:
      return c satisfies never
  }
}

/** Intervals are told as they close, days of long ago and their forecasts forgotten. */
export function expire(
  s: ForecastingState,
  at: Moment,
  budget: number,
): { events: readonly ForecastingEvent[]; more: boolean } {
  const events: ForecastingEvent[] = []
  for (let fired = 0; fired < budget && nextDeadline(s).time <= at.time; fired++) {
    if (s.driftsByTime.firstAt() <= at.time) events.push(...driftDue(s))
    else if (s.incidentsByTime.firstAt() <= at.time) events.push(...incidentDue(s, at))
    else if (s.untoldByTime.firstAt() <= at.time) events.push(tellDue(s, at))
    else if (s.plannedByTime.firstAt() <= at.time) {
      s.planned.delete(s.planned.at(s.plannedByTime.first()))
    } else if (s.daysByTime.firstAt() <= at.time) s.days.delete(s.days.at(s.daysByTime.first()))
    else if (s.importedByTime.firstAt() <= at.time) {
      s.imported.delete(s.imported.at(s.importedByTime.first()))
    } else if (s.selfServiceByTime.firstAt() <= at.time) {
      s.selfService.delete(s.selfService.at(s.selfServiceByTime.first()))
    } else if (s.staffingsByTime.firstAt() <= at.time) {
      s.staffings.delete(s.staffings.at(s.staffingsByTime.first()))
    } else s.forecasts.delete(s.forecasts.at(s.forecastsByTime.first()))
  }
  return { events, more: nextDeadline(s).time <= at.time }
}

export const nextDeadline = (s: ForecastingState): { time: number; uptime: number } => ({
  time: Math.min(
    s.driftsByTime.firstAt(),
    ...[s.incidentsByTime.firstAt(), s.untoldByTime.firstAt()],
    ...[s.plannedByTime.firstAt(), s.selfServiceByTime.firstAt()],
    ...[s.daysByTime.firstAt(), s.importedByTime.firstAt()],
    ...[s.forecastsByTime.firstAt(), s.staffingsByTime.firstAt()],
  ),
  uptime: Number.POSITIVE_INFINITY,
})
