import { decodedWhole, encoded, malformed } from '@evenkeel/chassis/errors'
import type { Codec } from '@evenkeel/chassis/protocol'
import { Command } from '@evenkeel/proto/evenkeel/forecasting/log/v1/command'
import { Event } from '@evenkeel/proto/evenkeel/forecasting/v1/events'
import type { ForecastingCommand, ForecastingEvent, StaffCommand } from '../../core/index.ts'
import { countsWire } from './counts.ts'
import { historySliceOf, historySliceWire } from './history.ts'
import { assessOf, assessWire, clearedWire, driftWire } from './drift.ts'
import { endIncidentOf, incidentOf, incidentWire } from './incidents.ts'
import { forecastOfWire, forecastWire, publishOf, publishWire } from './forecast.ts'
import { deletePlannedEventOf, plannedEventOf, plannedEventWire } from './planned.ts'
import { reportSelfServiceOf, reportSelfServiceWire } from './self-service.ts'
import { settingsOf, settingsWire } from './settings.ts'
import { staffingOfWire, staffingWire } from './staffing.ts'

export const codec: Codec<ForecastingCommand, ForecastingEvent> = { decodeCommand, encodeEvent }

type Bridged =
  | 'poolKnown'
  | 'queueKnown'
  | 'calendarKnown'
  | 'arrived'
  | 'ended'
  | StaffCommand['kind']

/** What callers and advisors bring about. All else comes over the bridge, in others' own words. */
export type SubmittedCommand = Exclude<ForecastingCommand, { kind: Bridged }>

export function encodeCommand(command: SubmittedCommand): Uint8Array {
  return encoded(Command, { kind: commandKind(command) })
}

function commandKind(command: SubmittedCommand): Command['kind'] {
  switch (command.kind) {
    case 'putSettings':
      return { $case: 'putSettings', value: { settings: settingsWire(command.settings) } }
    case 'declareIncident':
      return { $case: 'declareIncident', value: { incident: incidentWire(command.incident) } }
    case 'endIncident':
      return { $case: 'endIncident', value: command }
    case 'putPlannedEvent': {
      const event = plannedEventWire(command.event)
      return { $case: command.kind, value: { event, validateOnly: false, acceptClosed: false } }
    }
    case 'deletePlannedEvent':
      return { $case: command.kind, value: command }
    case 'importHistory':
      return { $case: 'historySlice', value: historySliceWire(command) }
    case 'reportSelfService':
      return { $case: command.kind, value: reportSelfServiceWire(command) }
    case 'publishForecasts':
      return { $case: 'publishForecasts', value: publishWire(command) }
    case 'reforecast':
      return { $case: 'reforecast', value: { forecast: forecastWire(command.forecast) } }
    case 'assessDrift':
      return { $case: 'assessDrift', value: assessWire(command) }
    case 'publishStaffing': {
      const staffing = staffingWire(command.staffing)
      return { $case: 'publishStaffing', value: { staffing } }
    }
    default:
      return command satisfies never
  }
}

function decodeCommand(bytes: Uint8Array): ForecastingCommand {
  const { kind } = decodedWhole('forecasting command', Command, bytes)
  switch (kind?.$case) {
    case 'putSettings':
      return { kind: 'putSettings', settings: settingsOf('settings', kind.value.settings) }
    case 'declareIncident':
      return { kind: 'declareIncident', incident: incidentOf('incident', kind.value.incident) }
    case 'endIncident':
      return endIncidentOf(kind.value)
    case 'putPlannedEvent':
      return { kind: 'putPlannedEvent', event: plannedEventOf('event', kind.value.event) }
    case 'deletePlannedEvent':
      return deletePlannedEventOf(kind.value)
    case 'historySlice':
      return historySliceOf(kind.value)
    case 'reportSelfService':
      return reportSelfServiceOf(kind.value)
    case 'publishForecasts':
      return { kind: 'publishForecasts', ...publishOf(kind.value) }
    case 'reforecast':
      return { kind: 'reforecast', forecast: forecastOfWire('forecast', kind.value.forecast) }
    case 'assessDrift':
      return { kind: 'assessDrift', ...assessOf(kind.value) }
    case 'publishStaffing':
      return {
        kind: 'publishStaffing',
        staffing: staffingOfWire('staffing', kind.value.staffing),
      }
    default:
      throw malformed('forecasting command', 'it has no kind that is known here')
  }
}

function encodeEvent(event: ForecastingEvent): Uint8Array {
  return encoded(Event, { kind: eventKind(event) })
}

function eventKind(event: ForecastingEvent): Event['kind'] {
  switch (event.kind) {
    case 'settingsChanged':
      return { $case: 'settingsChanged', value: { settings: settingsWire(event.settings) } }
    case 'intervalClosed': {
      const { pool, queueId, revised } = event
      return {
        $case: 'intervalClosed',
        value: { pool, queueId, counts: countsWire(event), revised },
      }
    }
    case 'incidentDeclared':
    case 'incidentEnded':
      return { $case: event.kind, value: { incident: incidentWire(event.incident) } }
    case 'plannedEventPut':
    case 'plannedEventDeleted':
      return { $case: event.kind, value: { event: plannedEventWire(event.event) } }
    case 'forecastPublished':
      return { $case: 'forecastPublished', value: { forecast: forecastWire(event.forecast) } }
    case 'driftDetected':
      return { $case: 'driftDetected', value: { drift: driftWire(event.drift) } }
    case 'driftCleared':
      return { $case: 'driftCleared', value: clearedWire(event) }
    case 'staffingPublished':
      return { $case: event.kind, value: { staffing: staffingWire(event.staffing) } }
    default:
      return event satisfies never
  }
}
