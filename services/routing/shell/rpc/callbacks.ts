import { timestamp } from '@evenkeel/chassis/errors'
import { bind, type Binding } from '@evenkeel/chassis/serve'
import {
  CallbackServiceDefinition,
  type GetPromisesRequest,
  type GetPromisesResponse,
  type ListCallbacksRequest,
  type ListCallbacksResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import type { Moment } from '@evenkeel/chassis/protocol'
import { contactView, promisesView, type RoutingState } from '../../core/index.ts'
import { knownPool, read, type RoutingHosted } from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { pageThrough } from '../pages.ts'
import { contactWire, promisesWire } from '../translate/views.ts'
import { ofContact } from './contacts.ts'
import { queuesNamed } from './queues.ts'

export function callbacks(hosted: RoutingHosted): Binding {
  return bind(CallbackServiceDefinition, {
    respondToCallbackOffer: (value, call) =>
      ofContact(hosted, { $case: 'respondToCallbackOffer', value }, call),
    requestCallback: (value, call) => ofContact(hosted, { $case: 'requestCallback', value }, call),
    rescheduleCallback: (value, call) =>
      ofContact(hosted, { $case: 'rescheduleCallback', value }, call),
    claimDial: (value, call) => ofContact(hosted, { $case: 'claimDial', value }, call),
    reportDial: (value, call) => ofContact(hosted, { $case: 'reportDial', value }, call),
    listCallbacks: (request, call) =>
      read(hosted, request.pool, call, (s, at) => listCallbacks(s, request, at)),
    getPromises: (request, call) =>
      read(hosted, request.pool, call, (s, at) => getPromises(s, request, at)),
  })
}

function listCallbacks(
  s: RoutingState,
  r: ListCallbacksRequest,
  at: Moment,
): ListCallbacksResponse {
  const pool = knownPool(s, r.pool)
  const { found, nextPageToken } = pageThrough(
    { list: `callbacks ${pool.id}`, ...r },
    s.pendingCallbacks,
    pool.slot,
    (slot) => s.callbacks.at(slot),
    (callback) => contactWire(contactView(s, s.contacts.at(callback.contact), at)),
  )
  return { contacts: found, nextPageToken }
}

function getPromises(s: RoutingState, r: GetPromisesRequest, at: Moment): GetPromisesResponse {
  const { promisesLookedAt, promisesNamed } = answerLimits
  const pool = knownPool(s, r.pool)
  return {
    queues: queuesNamed(s, pool, r.queueIds)
      .map((row) => promisesWire(promisesView(s, row, at.time, promisesLookedAt, promisesNamed)))
      .sort((a, b) => (a.queueId < b.queueId ? -1 : 1)),
    asOf: timestamp(at.time),
  }
}
