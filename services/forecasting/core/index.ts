import type { Core } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import { apply, expire, nextDeadline } from './apply.ts'
import type { ForecastingCommand } from './commands.ts'
import { type ForecastingEvent, poolOf } from './events.ts'
import { invariants } from './invariants.ts'
import { create, type ForecastingState } from './state.ts'

/** What has come, what will, and when it goes otherwise; models compute it, here it is decided. */
export const core: Core<ForecastingState, ForecastingCommand, ForecastingEvent> = {
  create,
  apply,
  expire,
  nextDeadline,
  orphaned: () => [],
  work(_state, item) {
    throw new CoreFault(`forecasting has no work of kind ${item.kind}`)
  },
  poolOf,
  invariants,
}

export { type CalendarFacts, type CalendarRule, ruleOf } from './calendar/calendar.ts'
export { type Channel, channels, isLive } from '@evenkeel/chassis/words'
export type { Arrived, ForecastingCommand } from './commands.ts'
export type { Ended } from './counts/count.ts'
export { type Counts, DayCounts, noCounts } from './counts/day.ts'
export { intervalsOf, type ReportInterval } from './counts/report.ts'
export {
  type Backtest,
  type Curve,
  type Forecast,
  type ForecastReason,
  type ModelError,
  modelNames,
  type ModelName,
  reasonKinds,
} from './forecast/forecast.ts'
export {
  backtestOf,
  forecastOf,
  forecastView,
  type PublishForecasts,
} from './forecast/publish.ts'
export {
  type AssessDrift,
  type Assessment,
  type Drift,
  driftOf,
} from './drift/drift.ts'
export type { Direction } from './drift/schema.ts'
export { errors, type ForecastingErrorCode, rejection } from './errors.ts'
export type { ForecastingEvent } from './events.ts'
export type { ForecastRow } from './forecast/schema.ts'
export { ImportedDay } from './history/imported-day.ts'
export { firstDayKnown, type Known, knownCountsOf, type KnownSpan } from './history/known.ts'
export { type EndIncident, type Incident, incidentView } from './incidents/incident.ts'
export { checkHistory, type HistoryLine, type HistorySlice } from './history/import.ts'
export {
  type ImportedCounts,
  importMeasures,
  nothingImported,
} from './history/imported-day.ts'
export { incidentsFrom } from './incidents/list.ts'
export { incidentsOver } from './incidents/over.ts'
export { type IncidentKind, incidentKinds, type IncidentRow } from './incidents/schema.ts'
export { incidentKey, plannedKey, queueKey } from './keys.ts'
export {
  durations,
  forecastIntervalsMs,
  historyIntervalsMs,
  limits,
  usualSettings,
} from './limits.ts'
export {
  type DeletePlannedEvent,
  type PlannedEvent,
  plannedFrom,
  plannedOver,
  plannedView,
} from './planned/planned.ts'
export type { PlannedRow } from './planned/schema.ts'
export { poolRefusal } from './pool.ts'
export { type QueueFacts, queueOf, queueRefusal } from './queue.ts'
export { type SelfServiceChange } from './self-service/change.ts'
export {
  type ReportSelfService,
  type SelfServiceInterval,
  selfServiceOf,
  selfServiceTallyOf,
} from './self-service/report.ts'
export { type Settings, settingsView } from './settings.ts'
export type { Presence, StaffCommand } from './staff/agent.ts'
export type { Requirement } from './staff/eligible.ts'
export { atOnceBy, atOnceOver, ONE_AT_ONCE_MILLI } from './staff/at-once.ts'
export { type NeedAt, queuesOf } from './staff/parts.ts'
export { nobody, type Rostered, rosteredOver, signedIn } from './staff/there.ts'
export {
  needOf,
  rosteredAsTold,
  type Staffing,
  staffingOf,
  staffingView,
} from './staffing/staffing.ts'
export { calledBackBp, handleMsOf, type Open, openOf } from './staffing/usual.ts'
export type { ForecastingState, PoolRow, QueueRow, StaffingRow } from './state.ts'
