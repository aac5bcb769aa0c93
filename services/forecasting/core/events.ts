import type { Counts } from './counts/day.ts'
import type { Incident } from './incidents/incident.ts'
import type { Drift } from './drift/drift.ts'
import type { Direction } from './drift/schema.ts'
import type { Forecast } from './forecast/forecast.ts'
import type { PlannedEvent } from './planned/planned.ts'
import type { Settings } from './settings.ts'
import type { Staffing } from './staffing/staffing.ts'

/** What was decided. */
export type ForecastingEvent =
  | { readonly kind: 'settingsChanged'; readonly settings: Settings }
  | {
      readonly kind: 'intervalClosed'
      readonly pool: string
      readonly queueId: string
      readonly from: number
      readonly counts: Counts
      readonly complete: boolean
      /** Of an incident that befell it; '': none did. */
      readonly incidentId: string
      readonly revised: boolean
    }
  /** Or said anew, while it holds. */
  | { readonly kind: 'incidentDeclared'; readonly incident: Incident }
  | { readonly kind: 'incidentEnded'; readonly incident: Incident }
  | { readonly kind: 'plannedEventPut'; readonly event: PlannedEvent }
  | { readonly kind: 'plannedEventDeleted'; readonly event: PlannedEvent }
  | { readonly kind: 'forecastPublished'; readonly forecast: Forecast }
  | { readonly kind: 'driftDetected'; readonly drift: Drift }
  | {
      readonly kind: 'driftCleared'
      readonly pool: string
      readonly queueId: string
      readonly date: string
      readonly direction: Direction
    }
  | { readonly kind: 'staffingPublished'; readonly staffing: Staffing }

export function poolOf(event: ForecastingEvent): string {
  switch (event.kind) {
    case 'settingsChanged':
      return event.settings.pool
    case 'intervalClosed':
      return event.pool
    case 'incidentDeclared':
    case 'incidentEnded':
      return event.incident.pool
    case 'plannedEventPut':
    case 'plannedEventDeleted':
      return event.event.pool
    case 'forecastPublished':
      return event.forecast.pool
    case 'driftDetected':
      return event.drift.pool
    case 'driftCleared':
      return event.pool
    case 'staffingPublished':
      return event.staffing.pool
    default:
      return event satisfies never
  }
}
