import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Classification } from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import { CallbackProduct, DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { ReconcileCause, Switch } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import {
  Calendar,
  ClosingRule,
  Queue,
  QueueState,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { type Method, type Request, runningRouting } from './running.ts'

type Watches = 'watchAgents' | 'watchOffers'
type Streaming = 'contactStream' | 'agentSession' | 'watchContacts' | 'watchQueues' | Watches
export type Unary = Exclude<Method, Streaming>

export const contact = { pool: 'p', contactId: 'c1' }
const agent = { pool: 'p', agentId: 'ann' }
const attempt = { ...contact, attemptId: 'd-1-1', claimant: 'dialler-1' }
const page = { pageSize: 10, pageToken: '' }
export const submission = SubmitContactRequest.fromPartial({ ...contact, queueId: 'tax' })
export const queue = Queue.fromPartial({ pool: 'p', queueId: 'tax', channel: 1 })

export const calendar = Calendar.fromPartial({
  pool: 'p',
  calendarId: 'office',
  timeZone: 'Europe/Berlin',
  weekly: [{ weekday: 1, hours: { from: '08:00', to: '17:30' } }],
})

export const classification = Classification.fromPartial({
  pool: 'p',
  rules: [
    { name: 'tax', conditions: [{ fact: 'need', oneOf: ['tax'] }], queueId: 'tax', priority: 2 },
    { name: 'rest', queueId: 'tax' },
  ],
})

/** Of every call one that is well-formed. c1 waits, ann is signed out. */
export const wellFormed: { readonly [K in Unary]: Request<K> } = {
  submitContact: submission,
  getContact: contact,
  listContacts: { pool: 'p', states: [], ...page },
  cancelContact: { ...contact, reason: '', mayPrecede: false },
  abandonContact: { ...contact, mayPrecede: false },
  transferContact: {
    ...contact,
    queueId: 'tax',
    requirements: [],
    requestId: 'r1',
    consultContactId: '',
  },
  startConsult: {
    ...{ ...contact, agentId: 'ann', consultContactId: 'c1-ask', queueId: 'tax' },
    requirements: [],
    expertMayTakeOver: false,
  },
  switchChannel: {
    ...{ ...contact, agentId: 'ann', legContactId: 'c1-call', queueId: 'tax' },
    requirements: [],
  },
  requeueContact: { ...contact, requestId: 'r1' },
  holdContact: contact,
  resumeContact: contact,
  reportMedia: {
    ...contact,
    status: MediaStatus.MEDIA_STATUS_ANSWERED,
    cause: MediaCause.MEDIA_CAUSE_UNSPECIFIED,
  },
  completeContact: { ...contact, agentId: 'ann' },
  setContactPriority: { ...contact, priority: 5, reason: 'VIP', actor: 'sue' },
  putClassification: { classification, validateOnly: false },
  getClassification: { pool: 'p' },
  classifyContact: { pool: 'p', need: 'tax', facts: [], table: classification },
  closeContact: { ...contact, agentId: 'ann', reason: 'moved', resolved: true, topic: 'address' },
  estimateWait: { pool: 'p', of: { $case: 'contactId', value: 'c1' } },
  respondToCallbackOffer: {
    ...contact,
    accept: true,
    addressRef: 'tel',
    product: CallbackProduct.CALLBACK_PRODUCT_UNSPECIFIED,
    windowFrom: undefined,
    alternativeId: '',
    actor: '',
    timeZone: '',
  },
  requestCallback: {
    ...contact,
    addressRef: 'tel',
    product: CallbackProduct.CALLBACK_PRODUCT_UNSPECIFIED,
    windowFrom: undefined,
    timeZone: '',
    newContact: undefined,
  },
  rescheduleCallback: {
    ...contact,
    requestId: 'r1',
    product: CallbackProduct.CALLBACK_PRODUCT_UNSPECIFIED,
    windowFrom: undefined,
    timeZone: '',
    addressRef: '',
  },
  claimDial: attempt,
  reportDial: { ...attempt, outcome: DialOutcome.DIAL_OUTCOME_HUMAN },
  listCallbacks: { pool: 'p', ...page },
  getPromises: { pool: 'p', queueIds: [] },
  signIn: { ...agent, ready: true },
  setPresence: { ...agent, presence: Presence.PRESENCE_READY, reason: '' },
  acceptOffer: { ...agent, offerId: 'o-1-1' },
  declineOffer: { ...agent, offerId: 'o-1-1', retryAfter: undefined },
  extendWrapUp: { ...contact, agentId: 'ann', extension: { seconds: 60, nanos: 0 } },
  assignContact: { ...contact, agentId: 'ann' },
  forceAgentState: {
    ...agent,
    presence: Presence.PRESENCE_SIGNED_OUT,
    reason: 'drill',
    actor: 'sue',
    requestId: 'f1',
    hold: undefined,
    releaseWork: false,
  },
  setActiveChannels: { ...agent, channels: [], reason: '', until: undefined },
  setEndpointState: { ...agent, channels: [], state: 1, validFor: undefined },
  setExternalLoad: { ...agent, weight: 50, validFor: undefined },
  getAgent: agent,
  getAdherence: { pool: 'p', from: undefined, until: undefined },
  listAgents: { pool: 'p', ...page },
  putPool: {
    pool: {
      pool: 'p',
      displayName: '',
      etag: '',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    },
    validateOnly: false,
  },
  listPools: page,
  putQueue: { queue, validateOnly: false },
  putPolicy: {
    pool: 'p',
    queueIds: ['tax'],
    queue: Queue.fromPartial({ maxWaiting: 5 }),
    updateMask: ['max_waiting'],
    etags: [],
    requestId: 'r1',
    validateOnly: false,
  },
  putCalendar: { calendar, validateOnly: false },
  listCalendars: { pool: 'p', ...page },
  setQueueState: {
    pool: 'p',
    queueId: 'tax',
    state: QueueState.QUEUE_STATE_CLOSED,
    reason: 'fire drill',
    actor: 'sue',
    until: undefined,
    closingRule: ClosingRule.CLOSING_RULE_UNSPECIFIED,
    whenClosed: WhenClosed.WHEN_CLOSED_UNSPECIFIED,
    afterHoursQueueId: '',
  },
  listUnstaffable: { pool: 'p', ...page },
  listQueues: { pool: 'p', ...page },
  getQueueStats: {
    pool: 'p',
    queueIds: [],
    thresholds: [],
    shortAbandonment: undefined,
    windows: [],
  },
  getPoolHealth: { pool: 'p' },
  explainContact: contact,
  explainAgent: agent,
  reconcileContacts: {
    pool: 'p',
    source: '',
    requestId: 'crash-1',
    cause: ReconcileCause.RECONCILE_CAUSE_SWITCH_LOST,
    asOf: { seconds: 1_700_000_000, nanos: 0 },
    page: 1,
    liveContactIds: ['c1'],
    last: true,
    carryOut: false,
  },
  getReconciliation: { pool: 'p', source: '' },
  setPoolSwitches: {
    pool: 'p',
    offers: Switch.SWITCH_ON,
    dials: Switch.SWITCH_ON,
    learning: Switch.SWITCH_ON,
    reason: 'drill',
    actor: 'sue',
  },
  putEndpointBreaker: { pool: 'p', breaker: undefined },
}

export async function running(t: TestContext) {
  const routing = await runningRouting(t)
  await routing.call('putPool', wellFormed.putPool)
  await routing.call('putQueue', wellFormed.putQueue)
  await routing.agent('ann')
  await routing.call('submitContact', submission)
  return routing
}

type Running = Awaited<ReturnType<typeof running>>

/** Routing's own tables; the protocol's bookkeeping goes on. */
export const dump = ({ replica }: Running): string =>
  replica.db
    .dump()
    .split('\n')
    .filter((line) => !line.startsWith('protocol.'))
    .join('\n')

export interface Expected {
  readonly code: string
  readonly status: number
  readonly field?: string
  readonly limit?: string
  readonly value?: string
}

export const invalid = 3
export const notFound = 5
export const ids = '1-64 characters of a-z A-Z 0-9 . _ : @ -'
export const slugs = '1-64 characters of a-z 0-9 . _ -'
export const agents = '1-64 characters of a-z A-Z 0-9 . _ @ -'

export async function refuses<K extends Unary>(
  routing: Running,
  method: K,
  request: Request<K>,
  expected: Expected,
): Promise<void> {
  const before = dump(routing)
  const { status, code, fields, message } = await routing.refusal(method, request)
  const { status: wanted, code: reason, ...named } = expected
  const what = `${method} ${JSON.stringify(request)}`
  assert.deepEqual([code, status], [reason, wanted], what)
  for (const [name, value] of Object.entries(named)) assert.equal(fields[name], value, what)
  assert.doesNotMatch(message, /[{}]/, 'every placeholder has found its value')
  assert.equal(dump(routing), before, 'nothing is changed')
}

export const tooMany = (field: string, limit: number) =>
  ({
    code: 'FIELD_TOO_MANY',
    status: invalid,
    field,
    limit: `${limit}`,
    value: `${limit + 1}`,
  }) as const
export const outOfRange = (field: string, limit: string, value: string) =>
  ({ code: 'FIELD_OUT_OF_RANGE', status: invalid, field, limit, value }) as const
export const unknownEnum = (field: string) =>
  ({ code: 'ENUM_UNKNOWN', status: invalid, field, value: '99' }) as const
export const missing = (field: string) =>
  ({ code: 'FIELD_MISSING', status: invalid, field }) as const
export const duplicate = (field: string) =>
  ({ code: 'FIELD_DUPLICATE', status: invalid, field }) as const
export const malformed = (field: string) =>
  ({ code: 'FIELD_MALFORMED', status: invalid, field }) as const
export const seconds = (n: number) => ({ seconds: n, nanos: 0 })
export const times = <T>(n: number, value: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => value(i))
