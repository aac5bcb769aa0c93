import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  type CallbackPolicy,
  PutPolicyRequest,
  PutQueueRequest,
  Queue,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  calendar,
  type Expected,
  dump,
  duplicate,
  invalid,
  malformed,
  missing,
  notFound,
  outOfRange,
  queue,
  refuses,
  running,
  seconds,
  times,
  tooMany,
  wellFormed,
} from './bad-input.ts'

const { putPolicy } = wellFormed

const unmeetable = (field: string): Expected => ({ code: 'POLICY_UNMEETABLE', status: 9, field })

async function withCallbacks(t: TestContext) {
  const routing = await running(t)
  const callback = { offerAbove: seconds(60) }
  for (const queueId of ['law', 'tax']) {
    const { queues } = await routing.call('listQueues', { pool: 'p', pageSize: 0, pageToken: '' })
    const etag = queues.find((one) => one.queueId === queueId)?.etag ?? ''
    const value = Queue.fromPartial({ ...queue, queueId, callback, etag })
    await routing.call('putQueue', { queue: value, validateOnly: false })
  }
  await routing.reached(() => routing.replica.stats().work === 0)
  return routing
}

const patch = PutPolicyRequest.fromPartial({
  pool: 'p',
  queueIds: ['tax', 'law'],
  queue: {
    timeToLive: seconds(600),
    callback: { offerAbove: seconds(0), retryAfter: seconds(30) },
    agentChoice: { rule: 2 },
  },
  updateMask: ['time_to_live', 'callback.offer_above', 'agent_choice'],
  requestId: 'monday',
})

test('of pools and calendars, too, it is said what would be stored, and nothing is', async (t) => {
  const routing = await running(t)
  const before = dump(routing)
  const pool = {
    pool: 'new',
    displayName: 'New',
    etag: '',
    dialPacing: { perSecond: 5, inFlight: 0 },
    profilesMaxAge: undefined,
  }
  const put = await routing.call('putPool', { pool, validateOnly: true })
  assert.deepEqual(put.pool?.dialPacing, { perSecond: 5, inFlight: 250 }, 'with its defaults')
  const hours = { ...calendar, calendarId: 'new', etag: '' }
  const resolved = await routing.call('putCalendar', { calendar: hours, validateOnly: true })
  assert.notEqual(resolved.calendar?.openings.length, 0)
  assert.equal(dump(routing), before)
  const stale = { calendar: { ...hours, etag: 'stale' }, validateOnly: true }
  await refuses(routing, 'putCalendar', stale, { code: 'ETAG_MISMATCH', status: 10 })
})

test('what a change would do is said as it is then done, and leaves no trace', async (t) => {
  const routing = await withCallbacks(t)
  const before = dump(routing)
  const tried = await routing.call('putPolicy', { ...patch, validateOnly: true })
  assert.equal(dump(routing), before)
  const [tax] = tried.changes
  const fields = tax?.fields.map((f) => `${f.field}: ${f.before} -> ${f.after}`)
  assert.deepEqual(fields, [
    'agent_choice.contacts_in_row: none -> none',
    'agent_choice.contacts_per_hour: none -> none',
    'agent_choice.rule: none -> longest idle',
    'callback.offer_above: 1 minute -> 0 seconds',
    'time_to_live: 4 hours -> 10 minutes',
  ])
  assert.deepEqual([tax?.versionBefore, tax?.queue?.policyVersion], [2, 3])
  assert.equal(tax?.effect?.waiting, 1)
  assert.match(tax.effect.sentence, /^1 customer waits and keeps place/)
  const done = await routing.call('putPolicy', patch)
  const ofQueue = ({ changes }: typeof done) =>
    changes.map(({ queue: one, ...rest }) => ({ ...rest, queue: { ...one, etag: '' } }))
  assert.deepEqual(ofQueue(done), ofQueue(tried))
  assert.equal(done.changes[1]?.queue?.callback?.retryAfter?.seconds, 600, 'not named: not changed')
  const again = await routing.call('putPolicy', patch)
  assert.deepEqual(
    again.changes.map((c) => c.fields),
    done.changes.map((c) => c.fields),
  )
})

test('a queue can be tried before it is made, or changed', async (t) => {
  const routing = await running(t)
  const request = PutQueueRequest.fromPartial({
    queue: { ...queue, queueId: 'new', maxWaiting: 5 },
    validateOnly: true,
  })
  const before = dump(routing)
  const { change, queue: seen } = await routing.call('putQueue', request)
  assert.equal(dump(routing), before)
  assert.deepEqual([change?.versionBefore, seen?.policyVersion, seen?.maxWaiting], [0, 1, 5])
  await refuses(
    routing,
    'putQueue',
    { ...request, queue: Queue.fromPartial({ ...queue, displayName: 'x' }) },
    { code: 'ETAG_MISMATCH', status: 10 },
  )
  const same = await routing.call('putQueue', { queue, validateOnly: true })
  assert.equal(same.change?.effect?.sentence, 'Nothing changes.')
  assert.deepEqual(same.change.fields, [])
})

test('over HTTP the mask is what ProtoJSON makes of it', async (t) => {
  const routing = await withCallbacks(t)
  const body = { ...patch, queue: { timeToLive: '600s' }, updateMask: 'timeToLive' }
  const response = await fetch(`${routing.http}${routing.pathOf('putPolicy')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'connect-timeout-ms': '10000' },
    body: JSON.stringify({ ...body, validateOnly: true }),
  })
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assert.match(text, /"field":"time_to_live","before":"4 hours","after":"10 minutes"/)
})

test('who is let in is changed in bulk as well, whole, in part and not at all', async (t) => {
  const routing = await withCallbacks(t)
  const change = async (requestId: string, q: object, ...updateMask: string[]) => {
    const request = { ...patch, queue: Queue.fromPartial(q), updateMask, requestId }
    const { changes } = await routing.call('putPolicy', request)
    return changes.map(({ queue: one }) => one)
  }
  const refuse = { entryLimit: { waiting: 20, action: 1 }, unstaffed: { action: 2 } }
  for (const one of await change('r1', refuse, 'entry_limit', 'unstaffed')) {
    assert.deepEqual(
      [one?.entryLimit?.waiting, one?.entryLimit?.action, one?.unstaffed?.action],
      [20, 1, 2],
    )
    assert.equal(one?.unstaffed?.grace?.seconds, 60)
  }
  const most = { wrapUpMax: seconds(60), rosterGuard: seconds(0) }
  const wait = { entryLimit: { wait: seconds(300), waiting: 0 }, ...most }
  const some = ['entry_limit.wait', 'entry_limit.waiting', 'wrap_up_max', 'roster_guard']
  for (const one of await change('r2', wait, ...some)) {
    assert.deepEqual([one?.entryLimit?.waiting, one?.entryLimit?.wait?.seconds], [0, 300])
    assert.deepEqual([one?.entryLimit?.action, one?.wrapUpMax?.seconds], [1, 60])
    assert.equal(one?.unstaffed?.action, 2, 'not named: not changed')
    assert.equal(one?.rosterGuard?.seconds, 0)
  }
  const taken = ['entry_limit', 'unstaffed', 'wrap_up_max', 'roster_guard']
  for (const one of await change('r3', {}, ...taken)) {
    assert.deepEqual(
      [one?.entryLimit, one?.unstaffed, one?.wrapUpMax, one?.rosterGuard],
      [undefined, undefined, undefined, undefined],
    )
  }
})

test('a change of policy is refused with whatever is wrong with it', async (t) => {
  const routing = await withCallbacks(t)
  await routing.call('putCalendar', wellFormed.putCalendar)
  // That nobody is there for a queue is looked at with a tick, and changes it.
  const { state } = routing.replica
  await routing.reached(() =>
    state.requestClasses.inKeyOrder().every(({ staffing }) => staffing === 'nobodySignedIn'),
  )
  await routing.reached(() => routing.replica.stats().work === 0)
  const of = (q: object, ...updateMask: string[]) => ({ queue: Queue.fromPartial(q), updateMask })
  const hours = { calendarId: 'office', lastPromiseBeforeClosing: seconds(60) }
  const path = malformed('update_mask.paths[0]')
  const table: readonly (readonly [Partial<PutPolicyRequest>, Expected])[] = [
    [{ queueIds: [] }, missing('queue_ids')],
    [{ queueIds: ['T'] }, malformed('queue_ids[0]')],
    [{ queueIds: ['tax', 'tax'] }, duplicate('queue_ids')],
    [{ queueIds: times(51, (i) => `q${i}`) }, tooMany('queue_ids', 50)],
    [{ queueIds: ['tax', 'nowhere'] }, { code: 'QUEUE_UNKNOWN', status: notFound }],
    [{ queue: undefined }, missing('queue')],
    [{ updateMask: undefined }, missing('update_mask')],
    [{ updateMask: [] }, missing('update_mask')],
    [{ updateMask: ['display_name'] }, path],
    [{ updateMask: ['callback.'] }, path],
    [{ updateMask: ['timeToLive'] }, path],
    [{ updateMask: ['max_waiting', 'max_waiting'] }, duplicate('update_mask.paths')],
    [{ updateMask: times(61, (i) => `f${i}`) }, tooMany('update_mask.paths', 60)],
    [{ etags: ['e1', 'e2'] }, outOfRange('etags', '0 or 1 of them', '2')],
    [{ etags: ['stale'] }, { code: 'ETAG_MISMATCH', status: 10 }],
    [
      of({ timeToLive: seconds(0) }, 'time_to_live'),
      outOfRange('queue.time_to_live', '1000 to 2592000000 ms', '0'),
    ],
    [of({}, 'callback.offer_above'), missing('queue.callback.offer_above')],
    [
      of({ callback: { offerLevelBp: -1 } }, 'callback.offer_level_bp'),
      outOfRange('queue.callback.offer_level_bp', '0 to 9999', '-1'),
    ],
    [
      of({ hours: { whenClosed: 1 } }, 'hours.when_closed'),
      { code: 'POLICY_PART_ABSENT', status: 9, field: 'hours' },
    ],
    [
      of({ hours: { afterHoursQueueId: 'law' } }, 'hours.after_hours_queue_id'),
      malformed('update_mask'),
    ],
    [
      of({ hours: { whenClosed: 4 } }, 'hours.when_closed'),
      missing('queue.hours.after_hours_queue_id'),
    ],
    [of({ entryLimit: { queueId: 'law' } }, 'entry_limit.queue_id'), malformed('update_mask')],
    [of({ unstaffed: { action: 3 } }, 'unstaffed.action'), missing('queue.unstaffed.queue_id')],
    [
      of({ entryLimit: { action: 4, waiting: 1 } }, 'entry_limit'),
      malformed('queue.entry_limit.action'),
    ],
    [
      of({ unstaffed: { grace: seconds(1) } }, 'unstaffed.grace'),
      { code: 'POLICY_PART_ABSENT', status: 9, field: 'unstaffed' },
    ],
    [of({ wrapUpMax: seconds(29) }, 'wrap_up_max'), unmeetable('queue.wrap_up_max')],
    [of({ entryLimit: { action: 1 } }, 'entry_limit'), unmeetable('queue.entry_limit')],
    [
      of({ maxWaiting: 1, entryLimit: { action: 1, waiting: 2 } }, 'max_waiting', 'entry_limit'),
      unmeetable('queue.entry_limit.waiting'),
    ],
    [
      of({ hours }, 'hours'),
      { code: 'CLOSING_TIMES', status: invalid, field: 'hours.last_promise_before_closing' },
    ],
    [
      of(
        { hours: { ...hours, calendarId: 'nowhere', lastPromiseBeforeClosing: seconds(0) } },
        'hours',
      ),
      { code: 'CALENDAR_UNKNOWN', status: notFound },
    ],
  ]
  const before = dump(routing)
  for (const [change, expected] of table) {
    await refuses(routing, 'putPolicy', { ...putPolicy, ...change }, expected)
    await refuses(routing, 'putPolicy', { ...putPolicy, ...change, validateOnly: true }, expected)
  }
  assert.equal(dump(routing), before)
})

const callingHours = { from: '08:00', to: '20:00', weekdays: [], timeZone: '' }

test('hours that a patch brings are by the zones of calendars that nobody has used', async (t) => {
  const routing = await withCalendars(t, {})
  const hours = PutPolicyRequest.fromPartial({
    ...{ pool: 'p', queueIds: ['tax', 'law'], requestId: 'hours' },
    queue: { callback: { offerAbove: seconds(60), callingHours } },
    updateMask: ['callback.calling_hours'],
  })
  const { changes } = await routing.call('putPolicy', hours)
  assert.deepEqual(
    changes.map(({ fields }) => fields.map(({ field }) => field)),
    [['callback.calling_hours'], ['callback.calling_hours']],
  )
  assert.ok(routing.replica.state.zones.get('Asia/Tokyo'))
  assert.ok(routing.replica.state.zones.get('Europe/Berlin'))
})

test('a calendar that a patch brings has a zone by which the queue calls at once', async (t) => {
  const routing = await withCalendars(t, { callingHours })
  assert.equal(routing.replica.state.zones.get('America/Lima'), undefined)
  const moved = PutPolicyRequest.fromPartial({
    ...{ pool: 'p', queueIds: ['tax'], requestId: 'moved' },
    queue: { hours: { calendarId: 'lima' } },
    updateMask: ['hours.calendar_id'],
  })
  await routing.call('putPolicy', { ...moved, validateOnly: true })
  await routing.call('putPolicy', moved)
  assert.ok(routing.replica.state.zones.get('America/Lima'))
})

/** tax has the hours of Tokyo, law those of Berlin; those of Lima are nobody's yet. */
async function withCalendars(t: TestContext, callback: Partial<CallbackPolicy>) {
  const routing = await running(t)
  const zones = { tokyo: 'Asia/Tokyo', berlin: 'Europe/Berlin', lima: 'America/Lima' }
  for (const [calendarId, timeZone] of Object.entries(zones)) {
    await routing.call('putCalendar', {
      calendar: { ...calendar, calendarId, timeZone },
      validateOnly: false,
    })
  }
  const { queues } = await routing.call('listQueues', { pool: 'p', pageSize: 0, pageToken: '' })
  for (const [queueId, calendarId] of [
    ['tax', 'tokyo'],
    ['law', 'berlin'],
  ] as const) {
    const etag = queues.find((one) => one.queueId === queueId)?.etag ?? ''
    const settings = { hours: { calendarId }, callback: { offerAbove: seconds(60), ...callback } }
    const value = Queue.fromPartial({ ...queue, queueId, etag, ...settings })
    await routing.call('putQueue', { queue: value, validateOnly: false })
  }
  return routing
}
