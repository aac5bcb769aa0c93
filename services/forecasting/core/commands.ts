import type { CalendarFacts } from './calendar/calendar.ts'
import type { Ended } from './counts/count.ts'
import type { HistorySlice } from './history/import.ts'
import type { EndIncident, Incident } from './incidents/incident.ts'
import type { AssessDrift } from './drift/drift.ts'
import type { Forecast } from './forecast/forecast.ts'
import type { PublishForecasts } from './forecast/publish.ts'
import type { DeletePlannedEvent, PlannedEvent } from './planned/planned.ts'
import type { QueueFacts } from './queue.ts'
import type { ReportSelfService } from './self-service/report.ts'
import type { Settings } from './settings.ts'
import type { StaffCommand } from './staff/agent.ts'
import type { Staffing } from './staffing/staffing.ts'

/** What can happen. Values are already parsed: patterns and ranges of limits.ts hold. */
export type ForecastingCommand =
  | { readonly kind: 'putSettings'; readonly settings: Settings }
  | { readonly kind: 'declareIncident'; readonly incident: Incident }
  | ({ readonly kind: 'endIncident' } & EndIncident)
  | { readonly kind: 'putPlannedEvent'; readonly event: PlannedEvent }
  | ({ readonly kind: 'deletePlannedEvent' } & DeletePlannedEvent)
  | ({ readonly kind: 'importHistory' } & HistorySlice)
  | ({ readonly kind: 'reportSelfService' } & ReportSelfService)
  /** Routing made this pool or changed it. This and what follows come over the bridge. */
  | { readonly kind: 'poolKnown'; readonly pool: string }
  | ({ readonly kind: 'queueKnown' } & QueueFacts)
  | ({ readonly kind: 'calendarKnown' } & CalendarFacts)
  | ({ readonly kind: 'arrived' } & Arrived)
  | ({ readonly kind: 'ended' } & Ended)
  | StaffCommand
  /** An advisor has computed it. */
  | ({ readonly kind: 'publishForecasts' } & PublishForecasts)
  | { readonly kind: 'reforecast'; readonly forecast: Forecast }
  | ({ readonly kind: 'assessDrift' } & AssessDrift)
  /** Of an advisor. */
  | { readonly kind: 'publishStaffing'; readonly staffing: Staffing }

export interface Arrived {
  readonly pool: string
  readonly queueId: string
  readonly enteredAt: number
  /** Had not been there shortly before. */
  readonly unique: boolean
}
