import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits, type RespondToCallbackOffer, type TellOutlook } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const hour = 60 * minute
/** A full hour, at which windows begin. */
const noon = 1_700_002_800_000
const quarter = 15 * minute

/**
 * Ten minutes before noon four agents are busy, with five minutes for a contact: eight callbacks in
 * the ten minutes, 48 in an hour, if half of them were not kept for the line.
 */
function callCentre(shareBp = 5_000): Story {
  const s = new Story()
  s.time = noon - 10 * minute
  const within = {
    ...{ withinMs: 10 * minute, slackMs: minute, windowMs: hour, windows: 4 },
    ...{ shareBp, only: false },
  }
  s.queue('tax', { callback: { offerAboveMs: 0, within } })
  for (const agentId of ['ann', 'bob', 'cid', 'dan']) {
    s.agent(agentId, {})
    s.submit(`of-${agentId}`, 'tax')
    s.talk(agentId)
  }
  return s
}

const told = (
  of: TellOutlook['of'],
  milli: readonly number[],
  more: Partial<TellOutlook> = {},
): TellOutlook => ({
  kind: 'tellOutlook',
  ...{ pool: 'p', queueId: 'tax', of, from: noon - hour, intervalMs: quarter, milli },
  ...more,
})

/** By quarters of an hour from an hour before noon; the last number goes on to the end of the day. */
const day = (...milli: number[]): number[] =>
  Array.from({ length: 40 }, (_, at) => milli[Math.min(at, milli.length - 1)] ?? 0)

const places = (...milli: number[]): TellOutlook => told('places', day(...milli))
const expected = (...milli: number[]): TellOutlook => told('expected', day(...milli))

const answer = (
  contactId: string,
  more: Partial<RespondToCallbackOffer> = {},
): RespondToCallbackOffer => ({
  ...{ kind: 'respondToCallbackOffer', pool: 'p', contactId, accept: true },
  ...{ addressRef: `tel-${contactId}`, product: 'within', ...more },
})

let calls = 0

/** Hours after noon at which the offered windows begin, and whether one within ten minutes is. */
function offered(s: Story): { soon: boolean; hours: number[] } {
  const id = `call-${calls++}`
  s.submit(id, 'tax')
  const choices = s.contact(id).callback?.choices
  s.cancel(id)
  const hours = (choices?.windows ?? []).map(({ from }) => (from - noon) / hour)
  return { soon: choices?.within !== undefined, hours }
}

/** How many callers get a promise of the kind before it is offered no more. */
function promised(s: Story, windowFrom?: number): number {
  for (let count = 0; count < 200; count++) {
    const id = `asked-${calls++}`
    s.submit(id, 'tax')
    const { within, windows } = s.contact(id).callback?.choices ?? { windows: [] }
    const has =
      windowFrom === undefined
        ? within !== undefined
        : windows.some(({ from }) => from === windowFrom)
    if (!has) {
      s.cancel(id)
      return count
    }
    s.do(answer(id, windowFrom === undefined ? {} : { windowFrom }))
    s.abandon(id)
  }
  return assert.fail('there is no end to what is promised')
}

describe('what is promised goes by who will be there', () => {
  test('with nothing told, by who is there now', () => {
    const s = callCentre()
    assert.deepEqual(offered(s), { soon: true, hours: [0, 1, 2, 3] })
    assert.equal(promised(s), 4)
    assert.equal(promised(callCentre(), noon), 24)
  })

  test('nothing for the hour in which all are at lunch', () => {
    const s = callCentre()
    s.do(places(4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 0, 0, 0, 0, 4_000))
    assert.deepEqual(offered(s), { soon: true, hours: [0, 2, 3] })
  })

  test('more for the hours of a second shift, and no more for the next minutes', () => {
    const s = callCentre()
    s.do(places(20_000))
    assert.equal(promised(s), 4, 'they are not here yet')
    assert.equal(promised(s, noon), 120, 'half of what twenty answer in an hour')
  })

  test('fewer for the next minutes, if some go home before they are over', () => {
    const s = callCentre()
    s.do(places(2_000))
    assert.equal(promised(s), 2)
  })

  test('nobody is at work yet, and the windows of the shift are promised', () => {
    const s = callCentre()
    for (const agentId of ['ann', 'bob', 'cid', 'dan']) s.presence(agentId, 'draining')
    assert.deepEqual(offered(s).hours, [])
    s.do(places(0, 0, 0, 0, 0, 0, 0, 0, 4_000))
    assert.deepEqual(offered(s), { soon: false, hours: [1, 2, 3] })
  })

  test('what is promised for an hour leaves the others what they have', () => {
    const s = callCentre()
    s.do(places(4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 8_000))
    assert.equal(promised(s, noon + hour), 48)
    assert.deepEqual(offered(s), { soon: true, hours: [0, 2, 3] })
  })

  test('beyond what shifts are told of for sure, nobody on shift is not none', () => {
    const s = callCentre()
    const none = Array.from({ length: 200 }, () => 0)
    s.do(told('places', none, { from: noon - hour, intervalMs: hour }))
    assert.deepEqual(offered(s), { soon: false, hours: [] })
    s.time -= 23 * hour
    s.do(told('places', [], { from: noon - hour, intervalMs: hour }))
    s.do(told('places', none, { from: noon + hour, intervalMs: hour }))
    // From here on 24 h and 10 minutes from now.
    assert.deepEqual(offered(s).hours.length, 4)
  })
})

describe('what is promised goes by who is expected', () => {
  test('more than the share where so few come that all are answered all but surely', () => {
    const s = callCentre()
    s.do(places(4_000))
    s.do(expected(1_000))
    // 48 answers in the hour are 36 all but surely, and four of these are for who is expected.
    assert.equal(promised(s, noon), 32)
  })

  test('the share alone on a busy day, and where nobody knows what comes', () => {
    const busy = callCentre()
    busy.do(expected(15_000))
    assert.equal(promised(busy, noon), 24)
    const unknown = callCentre()
    unknown.do(expected(1_000))
    unknown.do(told('expected', []))
    assert.equal(promised(unknown, noon), 24)
  })

  test('who waits on the line comes to an agent too', () => {
    const s = callCentre()
    s.do(expected(1_000))
    for (let n = 0; n < 8; n++) s.submit(`line-${n}`, 'tax')
    // 56 answers until its end are 42.9 all but surely, for 4.7 who are expected, and 9 who wait.
    assert.equal(promised(s, noon), 29)
  })
})

describe('what is told', () => {
  test('takes the place of what was told of the day, and is kept until the day is over', () => {
    const s = callCentre()
    s.do(places(0))
    assert.deepEqual(offered(s).hours, [])
    s.do(places(4_000))
    assert.deepEqual(offered(s).hours, [0, 1, 2, 3])
    s.do(told('places', [0, 0], { from: noon - 2 * hour, intervalMs: 30 * minute }))
    const { places: days } = s.state.outlooks.must('p/tax')
    assert.deepEqual(
      days.map(({ from }) => (from - noon) / hour),
      [-1],
    )
  })

  test('of days that no window reaches is not kept', () => {
    const s = callCentre()
    s.do(told('places', day(1_000), { from: noon + 97 * hour }))
    assert.equal(s.state.outlooks.get('p/tax'), undefined)
    for (let n = 0; n < 10; n++) s.do(told('places', day(n), { from: noon + n * 10 * hour }))
    assert.equal(s.state.outlooks.must('p/tax').places.length, limits.outlookDays)
  })

  test('of a queue that is not known, or of too many intervals, is refused', () => {
    const s = callCentre()
    assert.equal(s.refuse(told('places', [1], { queueId: 'law' })), 'QUEUE_UNKNOWN')
    const long = Array.from({ length: limits.outlookIntervals + 1 }, () => 0)
    assert.equal(s.refuse(told('expected', long)), 'OUTLOOK_TOO_LONG')
  })
})
