import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpen, mayPromise, nextOpeningAt } from '../core/index.ts'
import { day, hour, minute, Office, plainHours } from './office.ts'

test('who comes to a closed queue waits for the opening, though an agent is free', () => {
  const s = new Office()
  s.open('tax')
  s.agent('ann', {})
  s.pass(2 * hour)
  assert.equal(isOpen(s.state, s.row('tax'), s.time), false)
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  assert.equal(s.contact('c1').state, 'waiting')
  assert.equal(s.offered('ann'), '')
  s.skip(nextOpeningAt(s.state, s.row('tax'), s.time)! - s.time)
  assert.equal(s.offered('ann'), 'c1')
})

test('who waits at closing keeps the place for the next opening', () => {
  const s = new Office()
  s.open('tax')
  s.submit('c1', 'tax')
  s.pass(hour)
  s.agent('ann', {})
  assert.equal(s.offered('ann'), '')
  s.submit('c2', 'tax')
  s.skip(22 * hour)
  assert.equal(s.offered('ann'), 'c1')
})

test('with serve-out time it is served that much longer, and nobody comes in', () => {
  const s = new Office()
  s.open('tax', { serveOutAfterMs: 30 * minute, whenClosed: 'refuse', lastEntryBeforeMs: minute })
  s.submit('c1', 'tax')
  s.pass(hour - minute)
  assert.equal(s.refuse(s.submission('c2', 'tax')), 'QUEUE_CLOSED')
  s.pass(10 * minute)
  s.agent('ann', {})
  assert.equal(s.offered('ann'), 'c1')
})

test('the rule to cancel ends who still waits, with notice', () => {
  const s = new Office()
  s.open('tax', { closingRule: 'cancel' })
  s.submit('c1', 'tax')
  s.pass(hour)
  assert.equal(s.contact('c1').state, 'cancelled')
  assert.equal(s.contact('c1').endCause, 'queueClosed')
  assert.equal(s.told('contactEnded').length, 1)
})

test('the rule to serve out serves who is in, however long it takes', () => {
  const s = new Office()
  s.open('tax', { closingRule: 'serveOut' })
  s.submit('c1', 'tax')
  s.pass(90 * minute)
  s.agent('ann', {})
  assert.equal(s.offered('ann'), 'c1')
})

test('an after-hours destination takes what comes, if it is open itself', () => {
  const s = new Office()
  s.queue('night')
  s.open('tax', { whenClosed: 'afterHours', afterHoursQueueId: 'night' })
  s.pass(2 * hour)
  s.submit('c1', 'tax')
  assert.equal(s.contact('c1').queueId, 'night')
  const itself = { ...plainHours, whenClosed: 'afterHours', afterHoursQueueId: 'tax' } as const
  const command = {
    kind: 'putQueue',
    pool: 'p',
    queueId: 'tax',
    displayName: 'tax',
    channel: 'voice',
    policy: { ...s.row('tax').policy, hours: itself },
    callback: undefined,
    etag: s.row('tax').etag,
  } as const
  assert.equal(s.refuse(command), 'AFTER_HOURS_QUEUE')
  const unknown = { ...plainHours, calendarId: 'none' }
  const other = { ...command, policy: { ...command.policy, hours: unknown } }
  assert.equal(s.refuse(other), 'CALENDAR_UNKNOWN')
})

test('a closed queue offers callbacks at once, and nobody is dialled before it opens', () => {
  const s = new Office()
  const hours = { ...plainHours, whenClosed: 'callback' } as const
  s.queue('tax', { policy: { hours }, callback: {} })
  s.agent('ann', {})
  s.pass(2 * hour)
  s.submit('c1', 'tax')
  assert.equal(s.told('callbackOffered').length, 1)
  s.wantsCallback('c1')
  s.pass(minute)
  assert.equal(s.told('dialRequested').length, 0)
  s.skip(nextOpeningAt(s.state, s.row('tax'), s.time)! - s.time)
  assert.equal(s.offered('ann') !== '' || s.told('dialRequested').length === 1, true)
})

test('a changed calendar holds at once, for those who wait too', () => {
  const s = new Office()
  s.open('tax')
  s.pass(2 * hour)
  for (let index = 0; index < 60; index++) s.submit(`c${index}`, 'tax')
  s.agent('ann', {})
  s.calendar(
    s.daily().map(({ opensAt }) => ({ opensAt, closesAt: opensAt + 4 * hour })),
    'Longer',
  )
  assert.equal(s.offered('ann'), 'c0')
  assert.equal(s.state.contacts.must('p/c59').awaitsOpening, false)
  s.calendar(s.daily(), 'As before')
  assert.equal(s.state.contacts.must('p/c59').awaitsOpening, true)
})

test('a calendar is told when it is put otherwise, not when it is resolved further', () => {
  const s = new Office()
  s.calendar(s.daily(), 'Office')
  s.calendar(s.daily(), 'Branch')
  const { etag } = s.state.calendars.must('p/office')
  const further = { kind: 'extendHorizon', pool: 'p', calendarId: 'office', etag } as const
  s.work({ ...further, openings: s.daily(), knownUntil: s.start + 90 * day })
  const told = s.told('calendarChanged')
  assert.deepEqual(
    told.map(({ displayName }) => displayName),
    ['Office', 'Branch'],
  )
  assert.equal(told.at(-1)?.etag, etag)
})

test('beyond the horizon a queue counts as open, and nothing is promised', () => {
  const s = new Office()
  s.open('tax', { lastPromiseBeforeMs: 10 * minute, lastEntryBeforeMs: 20 * minute })
  const queue = s.row('tax')
  assert.equal(mayPromise(s.state, queue, s.start + 50 * minute), true)
  assert.equal(mayPromise(s.state, queue, s.start + 50 * minute + 1), false)
  assert.equal(mayPromise(s.state, queue, s.start + 2 * hour), false)
  const beyond = s.start + 21 * day
  assert.equal(isOpen(s.state, queue, beyond), true)
  assert.equal(mayPromise(s.state, queue, beyond), false)
})

test('a horizon is extended once, and not after an edit', () => {
  const s = new Office()
  const { etag } = s.state.calendars.must('p/office')
  const further = { kind: 'extendHorizon', pool: 'p', calendarId: 'office', etag } as const
  const openings = s.daily()
  s.work({ ...further, openings, knownUntil: s.start + 40 * day })
  s.work({ ...further, openings: [], knownUntil: s.start + 40 * day })
  s.work({ ...further, openings: [], knownUntil: s.start + 50 * day, etag: 'e0' })
  const row = s.state.calendars.must('p/office')
  assert.equal(row.openings.length, 10)
  assert.equal(row.knownUntil, s.start + 40 * day)
})

test('openings that overlap are not taken', () => {
  const s = new Office()
  const { etag } = s.state.calendars.must('p/office')
  const openings = [
    { opensAt: 0, closesAt: 10 },
    { opensAt: 5, closesAt: 20 },
  ]
  const further = { kind: 'extendHorizon', pool: 'p', calendarId: 'office', etag } as const
  const code = s.refuse({ ...further, openings, knownUntil: s.start + 40 * day })
  assert.equal(code, 'OPENINGS_DISORDERED')
})

test('who is assigned by hand before the opening, and declined, has the same time left', () => {
  const s = new Office()
  s.open('tax')
  s.agent('ann', {})
  s.pass(2 * hour)
  s.submit('c1', 'tax')
  const { expiresAt } = s.state.contacts.must('p/c1')
  s.do({ kind: 'assignContact', pool: 'p', contactId: 'c1', agentId: 'ann' })
  s.pass(10_000)
  s.decline('ann')
  // With the agent its time went on; it stands still again now.
  assert.equal(s.state.contacts.must('p/c1').expiresAt, expiresAt - 10_000)
})
