import { parse } from '@evenkeel/chassis/errors'
import { rehearse } from '@evenkeel/chassis/replica'
import { type Binding, bind, type Call } from '@evenkeel/chassis/serve'
import {
  type ListPlannedEventsRequest,
  PlannedEventServiceDefinition,
  type PutPlannedEventRequest,
  type PutPlannedEventResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/planned_event_service'
import {
  core,
  errors,
  type ForecastingState,
  limits,
  type PlannedEvent,
  plannedFrom,
  plannedKey,
  plannedView,
} from '../../core/index.ts'
import { type ForecastingHosted, read, submit } from '../calls.ts'
import { placeOf, placeToken } from '../pages.ts'
import { checksOf, closedRefusal } from '../planned/check.ts'
import { knownPool } from '../refusals.ts'
import { poolIdOf } from '../translate/ids.ts'
import {
  deletePlannedEventOf,
  plannedEventOf,
  plannedEventWire,
  queueCheckWire,
} from '../translate/planned.ts'

/** What planners know to come. */
export function plannedEvents(hosted: ForecastingHosted): Binding {
  return bind(PlannedEventServiceDefinition, {
    putPlannedEvent: (request, call) => put(hosted, request, call),

    async deletePlannedEvent(request, call) {
      const command = deletePlannedEventOf(request)
      return submit(hosted.of(command.pool), command, call, () => ({}))
    },

    async listPlannedEvents(request, call) {
      const pool = poolIdOf('pool', request.pool)
      return read(hosted.of(pool), call, (s) => listed(s, pool, request))
    },
  })
}

/** Checked before it is put: what is refused would not have been stored. */
async function put(
  hosted: ForecastingHosted,
  request: PutPlannedEventRequest,
  call: Call,
): Promise<PutPlannedEventResponse> {
  const event = plannedEventOf('event', request.event)
  const { pool, eventId } = event
  const replica = hosted.of(pool)
  const command = { kind: 'putPlannedEvent', event } as const
  const { before, after } = await read(replica, call, (s) => ({
    before: s.planned.get(plannedKey(pool, eventId))?.changed,
    after: rehearse({ core, errors }, replica, command, (then) => ({
      event: stored(then, event),
      changed: then.planned.must(plannedKey(pool, eventId)).changed,
    })),
  }))
  const { checks, queuesLeft } = await checksOf(replica, event)
  const closed = closedRefusal({ checks, queuesLeft })
  if (closed !== undefined && !request.acceptClosed && after.changed !== before) throw closed
  const answer = { checks: checks.map(queueCheckWire), queuesLeft }
  if (request.validateOnly) return { event: after.event, ...answer }
  return submit(replica, command, call, () => ({ event: stored(replica.state, event), ...answer }))
}

const stored = (s: ForecastingState, { pool, eventId }: PlannedEvent) =>
  plannedEventWire(plannedView(s, s.planned.must(plannedKey(pool, eventId))))

function listed(s: ForecastingState, pool: string, request: ListPlannedEventsRequest) {
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  const list = `planned events ${pool}`
  const after = placeOf(list, request.pageToken)
  knownPool(s, pool)
  const found = plannedFrom(s, pool, after, size + 1)
  const shown = found.slice(0, size)
  const last = shown.at(-1)
  return {
    events: shown.map((row) => plannedEventWire(plannedView(s, row))),
    nextPageToken: found.length > size && last !== undefined ? placeToken(list, last) : '',
  }
}
