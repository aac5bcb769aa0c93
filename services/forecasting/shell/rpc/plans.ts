import { parse } from '@evenkeel/chassis/errors'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import {
  type ListIncidentsRequest,
  PlanningServiceDefinition,
} from '@evenkeel/proto/evenkeel/forecasting/v1/planning_service'
import {
  type ForecastingState,
  incidentKey,
  incidentsFrom,
  incidentView,
  limits,
} from '../../core/index.ts'
import { type ForecastingHosted, read, submit } from '../calls.ts'
import { placeOf, placeToken } from '../pages.ts'
import { knownPool } from '../refusals.ts'
import { poolIdOf } from '../translate/ids.ts'
import { endIncidentOf, incidentOf, incidentWire } from '../translate/incidents.ts'

/** What history does not show. */
export function planning(hosted: ForecastingHosted): Binding {
  const stored = (s: ForecastingState, pool: string, incidentId: string) => ({
    incident: incidentWire(incidentView(s, s.incidents.must(incidentKey(pool, incidentId)))),
  })
  return bind(PlanningServiceDefinition, {
    async declareIncident(request, call) {
      const incident = incidentOf('incident', request.incident)
      const { pool, incidentId } = incident
      const replica = hosted.of(pool)
      return submit(replica, { kind: 'declareIncident', incident }, call, () =>
        stored(replica.state, pool, incidentId),
      )
    },

    async endIncident(request, call) {
      const command = endIncidentOf(request)
      const { pool, incidentId } = command
      const replica = hosted.of(pool)
      return submit(replica, command, call, () => stored(replica.state, pool, incidentId))
    },

    async listIncidents(request, call) {
      const pool = poolIdOf('pool', request.pool)
      return read(hosted.of(pool), call, (s) => listIncidents(s, pool, request))
    },
  })
}

function listIncidents(s: ForecastingState, pool: string, request: ListIncidentsRequest) {
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  const list = `incidents ${pool} ${request.runningOnly ? 'running' : 'all'}`
  const after = placeOf(list, request.pageToken)
  knownPool(s, pool)
  const wanted = request.runningOnly ? ({ ended }: { ended: boolean }) => !ended : () => true
  const found = incidentsFrom(s, pool, after, size + 1, wanted)
  const shown = found.slice(0, size)
  const last = shown.at(-1)
  return {
    incidents: shown.map((row) => incidentWire(incidentView(s, row))),
    nextPageToken: found.length > size && last !== undefined ? placeToken(list, last) : '',
  }
}
