import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CallbackPolicy, type CallingHours, spanOf, type ZoneOffset } from '../core/index.ts'
import { day, hour, minute } from './office.ts'
import { Story } from './story.ts'

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const hours: CallingHours = { from: 8 * 60, to: 20 * 60, days: everyDay, zone: 'Europe/Lisbon' }
const within = {
  withinMs: 30 * minute,
  slackMs: minute,
  windowMs: 30 * minute,
  windows: 24,
  shareBp: 10_000,
  only: false,
}

/** Tuesday, 1970-01-06; the clocks of Lisbon are as far ahead of UTC as is said, those of Tokyo 9 h. */
const midnight = 5 * day

class Calls extends Story {
  constructor(at: number, callback: Partial<CallbackPolicy> = {}, lisbon: ZoneOffset[] = utc) {
    super()
    this.time = midnight + at
    this.zone('Europe/Lisbon', lisbon)
    this.zone('Asia/Tokyo', [{ from: 0, aheadMs: 9 * hour }])
    this.queue('tax', { callback: { callingHours: hours, ...callback } })
  }

  zone(zone: string, offsets: readonly ZoneOffset[]): void {
    this.do({ kind: 'resolveZone', zone, offsets, knownUntil: this.time + 60 * day })
  }

  asks(contactId: string, wish: { windowFrom?: number; timeZone?: string } = {}): void {
    const product = wish.windowFrom === undefined ? 'keepPlace' : 'within'
    const submission = this.submission(contactId, 'tax')
    const asked = { pool: 'p', contactId, addressRef: 'tel', product, ...wish, submission } as const
    this.do({ kind: 'requestCallback', ...asked })
  }

  /** To a time of the day, by the clock of UTC. */
  until(at: number): void {
    this.skip(midnight + at - this.time)
  }
}

const utc: ZoneOffset[] = [{ from: 0, aheadMs: 0 }]

describe('the hours in which somebody may be called', () => {
  const at = (h: number) => midnight + h * hour
  const cases: readonly (readonly [
    string,
    Partial<CallingHours>,
    ZoneOffset[],
    number,
    [number, number],
  ])[] = [
    ['are those of the day', {}, utc, at(12), [at(8), at(20)]],
    ['are those of the next day, once they are over', {}, utc, at(20), [at(32), at(44)]],
    ['begin on the minute', {}, utc, at(8), [at(8), at(20)]],
    ['are by the clock of the zone', {}, [{ from: 0, aheadMs: 3 * hour }], at(4), [at(5), at(17)]],
    ['skip the days that are not named', { days: [5] }, utc, at(12), [at(80), at(92)]],
    ['follow the clocks', {}, [...utc, { from: at(2), aheadMs: hour }], at(1), [at(7), at(19)]],
    [
      'begin as the clocks change, if they leave the hour out',
      { from: 2 * 60 + 30 },
      [...utc, { from: at(2), aheadMs: hour }],
      at(0),
      [at(2), at(19)],
    ],
    [
      'begin with the later of two equal hours',
      { from: 60 + 30 },
      [
        { from: 0, aheadMs: hour },
        { from: at(1), aheadMs: 0 },
      ],
      at(0),
      [at(1.5), at(20)],
    ],
  ]
  for (const [what, some, offsets, when, [from, until]] of cases) {
    test(what, () => {
      assert.deepEqual(spanOf({ ...hours, ...some }, offsets, when), { from, until })
    })
  }

  test('join up at midnight', () => {
    const { from, until } = spanOf({ ...hours, from: 0, to: 1_440 }, utc, at(12))
    assert.ok(from <= at(0) && until >= at(7 * 24))
  })
})

test('who may not be called yet is offered to nobody, and is called as the hours begin', () => {
  const s = new Calls(6 * hour)
  s.agent('ann', {})
  s.asks('c1')
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  assert.equal(s.offered('ann'), '')
  s.until(8 * hour - 1)
  assert.equal(s.offered('ann'), '')
  s.until(8 * hour)
  assert.equal(s.offered('ann'), 'c1')
})

test('by the clock of where the customer is, whatever the queue says of others', () => {
  const s = new Calls(6 * hour)
  s.agent('ann', {})
  s.asks('c1', { timeZone: 'Asia/Tokyo' })
  assert.equal(s.offered('ann'), 'c1')
  assert.equal(s.contact('c1').timeZone, 'Asia/Tokyo')
})

test('whose hours end while it waits is parked until they begin again, at its place', () => {
  const s = new Calls(19 * hour)
  s.asks('c1')
  s.asks('c2', { timeZone: 'Asia/Tokyo' })
  s.until(20 * hour)
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  s.agent('ann', {})
  assert.equal(s.offered('ann'), '')
  s.until(32 * hour - 1)
  s.presence('ann', 'paused')
  s.until(32 * hour)
  s.presence('ann', 'ready')
  assert.equal(s.offered('ann'), 'c1')
})

test('a retry that would come in the night comes in the morning', () => {
  const s = new Calls(19 * hour + 55 * minute)
  s.agent('ann', {})
  s.asks('c1')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  assert.equal(s.contact('c1').callback?.nextAttemptAt, midnight + 32 * hour)
  s.until(21 * hour)
  assert.equal(s.offered('ann'), '')
  s.until(32 * hour)
  assert.equal(s.offered('ann'), 'c1')
})

test('a retry is not due sooner since its queue was closed, and opened out of hours', () => {
  const s = new Calls(19 * hour)
  s.agent('ann', {})
  s.asks('c1')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'busy')
  const { nextAttemptAt = 0 } = s.contact('c1').callback ?? {}
  assert.ok(nextAttemptAt > s.time)
  const said = { reason: 'drill', actor: 'sue', rule: undefined, whenClosed: undefined }
  const put = {
    kind: 'setQueueState',
    pool: 'p',
    queueId: 'tax',
    destination: '',
    ...said,
  } as const
  s.work({ ...put, state: 'closed', until: undefined })
  s.queue('tax', { callback: { callingHours: { ...hours, from: 9 * 60, to: 10 * 60 } } })
  s.work({ ...put, state: 'open', until: undefined })
  s.queue('tax', { callback: { callingHours: hours } })
  assert.equal(s.contact('c1').callback?.nextAttemptAt, nextAttemptAt)
  assert.equal(s.offered('ann'), '')
  s.until(nextAttemptAt - midnight)
  assert.equal(s.offered('ann'), 'c1')
})

test('nobody dials after the end, though an agent was offered it before', () => {
  const s = new Calls(20 * hour - 10_000)
  s.agent('ann', {})
  s.asks('c1')
  s.pass(10_000)
  s.accept('ann')
  assert.equal(s.told('dialRequested').length, 0)
  assert.equal(s.told('contactRequeued').at(-1)?.cause, 'callingHours')
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  assert.equal(s.view('ann').load, 0)
})

test('nobody may claim a dial after the end, though it was requested before', () => {
  const s = new Calls(20 * hour - 10_000)
  s.agent('ann', {})
  s.asks('c1')
  s.accept('ann')
  s.pass(10_000)
  const attemptId = s.attemptId('c1')
  const claim = { pool: 'p', contactId: 'c1', attemptId, claimant: 'd1' } as const
  assert.equal(s.refuse({ kind: 'claimDial', ...claim }), 'CALLING_HOURS')
  s.pass(30_000)
  assert.equal(s.contact('c1').callback?.nextAttemptAt, midnight + 32 * hour)
  assert.equal(s.row('tax').dialled, 0)
})

test('no time is promised outside of them: not at a kept place, and in no window', () => {
  const s = new Calls(19 * hour, { within })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('c1', 'tax')
  const { windows = [] } = s.contact('c1').callback?.choices ?? {}
  const day = windows.map(({ from, until }) => [from - midnight, until - midnight])
  assert.ok(day.length > 0)
  for (const [from = 0, until = 0] of day) {
    assert.ok(until <= 20 * hour || (from >= 32 * hour && until <= 44 * hour), `${from}-${until}`)
  }
  s.until(20 * hour - minute)
  s.asks('c2')
  assert.equal(s.contact('c2').callback?.promisedAt, undefined)
})

test('what would be given up before anybody may call is refused', () => {
  const s = new Calls(21 * hour, { giveUpAfterMs: 10 * hour })
  const submission = s.submission('c1', 'tax')
  const asked = { kind: 'requestCallback', pool: 'p', contactId: 'c1', addressRef: 'tel' } as const
  assert.equal(s.refuse({ ...asked, submission }), 'CALLING_HOURS_NEVER')
  s.do({ ...asked, submission, timeZone: 'Asia/Tokyo' })
  assert.equal(
    s.refuse({
      ...asked,
      contactId: 'c2',
      submission: s.submission('c2', 'tax'),
      timeZone: 'Europe/Rome',
    }),
    'ZONE_UNKNOWN',
  )
})

/** Other calling hours for the queue, by the policy of it. */
function call(s: Calls, some: Partial<CallingHours> | 'any'): void {
  const { etag, policy, callback } = s.row('tax')
  assert.ok(callback !== 'none')
  const { callingHours: _, ...rest } = callback
  const callingHours = some === 'any' ? {} : { callingHours: { ...hours, ...some } }
  s.work({
    ...{ kind: 'putQueue', pool: 'p', queueId: 'tax', displayName: 'tax', channel: 'voice', etag },
    ...{ policy, callback: { ...rest, ...callingHours } },
  })
}

describe('other hours hold for who is parked', () => {
  /** ann tries c1 at 19:55 and nobody answers; b1 asks after the end. When each is due. */
  const due = (s: Calls) =>
    ['c1', 'b1'].map((id) => (s.contact(id).callback?.nextAttemptAt ?? 0) - midnight)
  const evening = (): Calls => {
    const s = new Calls(19 * hour + 55 * minute, { retryAfterMs: 30 * minute })
    s.agent('ann', {})
    s.asks('c1')
    s.accept('ann')
    s.claim('c1')
    s.report('c1', 'noAnswer')
    s.presence('ann', 'paused')
    s.until(20 * hour)
    s.asks('b1')
    assert.deepEqual(due(s), [32 * hour, 32 * hour])
    return s
  }
  const changes: readonly (readonly [string, Partial<CallingHours> | 'any', number, number])[] = [
    ['longer ones let it be called as its schedule has it', { to: 22 * 60 }, 20 * 60 + 25, 0],
    ['none let it be called at any time', 'any', 20 * 60 + 25, 0],
    ['an earlier morning brings it forward', { from: 7 * 60 }, 31 * 60, 31 * 60],
    ['a later morning puts it back', { from: 9 * 60 }, 33 * 60, 33 * 60],
    ['fewer days put it back', { days: [5] }, 80 * 60, 80 * 60],
  ]
  for (const [what, some, c1, b1] of changes) {
    test(what, () => {
      const s = evening()
      call(s, some)
      const now = s.contact('b1').state === 'dialable' ? 0 : due(s)[1]
      assert.deepEqual([due(s)[0], now], [c1 * minute, b1 * minute])
    })
  }

  test('and of those who may be called at once the first place comes first', () => {
    const s = new Calls(20 * hour)
    s.asks('c1')
    s.do({
      ...{ kind: 'requestCallback', pool: 'p', contactId: 'c2', addressRef: 'tel' },
      submission: s.submission('c2', 'tax', { priority: 100 }),
    })
    s.agent('ann', {})
    call(s, 'any')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('whose retry is due in the night is told so again as the hours are narrowed', () => {
    const s = evening()
    call(s, { to: 22 * 60 })
    call(s, {})
    assert.equal(due(s)[0], 32 * hour)
    assert.equal(s.contact('b1').state, 'callbackWaiting')
    s.presence('ann', 'ready')
    s.until(32 * hour - 1)
    assert.equal(s.offered('ann'), '')
    s.until(32 * hour)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('another zone of the calendar by which it calls does the same', () => {
    const s = new Calls(19 * hour)
    const put = (timeZone: string) => {
      const rule = { timeZone, weekly: [], special: [] }
      const etag = s.state.calendars.get('p/town')?.etag ?? ''
      const all = { openings: [{ opensAt: 0, closesAt: 90 * day }], knownUntil: 90 * day }
      s.work({
        ...{ kind: 'putCalendar', pool: 'p', calendarId: 'town', displayName: 'Town', etag },
        ...{ rule, ...all },
      })
    }
    put('Europe/Lisbon')
    const { etag, policy, callback } = s.row('tax')
    assert.ok(callback !== 'none')
    s.work({
      ...{
        kind: 'putQueue',
        pool: 'p',
        queueId: 'tax',
        displayName: 'tax',
        channel: 'voice',
        etag,
      },
      callback: { ...callback, callingHours: { ...hours, zone: '' } },
      policy: {
        ...policy,
        hours: {
          ...{ calendarId: 'town', lastEntryBeforeMs: 0, lastPromiseBeforeMs: 0 },
          ...{ serveOutAfterMs: 0, closingRule: 'serveOut', whenClosed: 'wait' },
          afterHoursQueueId: '',
        },
      },
    })
    s.until(20 * hour)
    s.asks('c1')
    assert.equal(s.contact('c1').callback?.nextAttemptAt, midnight + 32 * hour)
    put('Asia/Tokyo')
    assert.equal(s.contact('c1').callback?.nextAttemptAt, midnight + 23 * hour)
    s.agent('ann', {})
    s.until(23 * hour)
    assert.equal(s.offered('ann'), 'c1')
  })
})

test('hours that a policy brings hold for who waits too', () => {
  const s = new Calls(6 * hour, { callingHours: { ...hours, zone: 'Asia/Tokyo' } })
  s.asks('c1')
  assert.equal(s.contact('c1').state, 'dialable')
  call(s, {})
  assert.equal(s.contact('c1').state, 'callbackWaiting')
})

test('the customer who calls in is served at any hour', () => {
  const s = new Calls(6 * hour)
  s.agent('ann', {})
  s.do({
    ...{ kind: 'requestCallback', pool: 'p', contactId: 'c1', addressRef: 'tel' },
    submission: s.submission('c1', 'tax', { customerKey: 'k' }),
  })
  s.submit('again', 'tax', { customerKey: 'k' })
  assert.equal(s.offered('ann'), 'c1')
})
