import { test } from 'node:test'
import { Calendar, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  calendar,
  type Expected,
  invalid,
  notFound,
  queue,
  refuses,
  running,
  wellFormed,
} from './bad-input.ts'

const bad = (field: string, value?: string): Expected => ({
  code: 'FIELD_MALFORMED',
  status: invalid,
  field,
  ...(value === undefined ? {} : { value }),
})

const spelling = 'Europe/Berlin, as IANA spells this time zone'

test('a calendar is refused with whatever is wrong with it', async (t) => {
  const routing = await running(t)
  const span = (from: string, to: string, weekday = 1) => ({ weekday, hours: { from, to } })
  const special = (date: string) => Calendar.fromPartial({ specialDays: [{ date }] })
  const nine = Array.from({ length: 9 }, (_, hour) => span(`0${hour}:00`, `0${hour}:30`))
  const table: readonly (readonly [Partial<Calendar>, Expected])[] = [
    [{ timeZone: 'Mars/Olympus' }, bad('calendar.time_zone', '"Mars/Olympus"')],
    [{ timeZone: '+02:00' }, bad('calendar.time_zone')],
    [
      { timeZone: 'EUROPE/berlin' },
      { ...bad('calendar.time_zone', '"EUROPE/berlin"'), limit: spelling },
    ],
    [{ timeZone: '' }, { ...bad('calendar.time_zone'), code: 'FIELD_MISSING' }],
    [{ weekly: [] }, { ...bad('calendar.weekly'), code: 'FIELD_MISSING' }],
    [
      { weekly: [span('08:00', '12:00'), span('11:00', '13:00')] },
      bad('calendar.weekly', '08:00-12:00 and 11:00-13:00'),
    ],
    [{ weekly: nine }, { ...bad('calendar.weekly', '9'), code: 'FIELD_TOO_MANY' }],
    [
      { weekly: [span('17:00', '08:00')] },
      { ...bad('calendar.weekly[0].hours.to'), code: 'FIELD_OUT_OF_RANGE' },
    ],
    [{ weekly: [span('8:00', '12:00')] }, bad('calendar.weekly[0].hours.from')],
    [
      { weekly: [span('08:00', '12:00', 8)] },
      { ...bad('calendar.weekly[0].weekday', '8'), code: 'FIELD_OUT_OF_RANGE' },
    ],
    [
      { specialDays: special('2026-02-30').specialDays },
      bad('calendar.special_days[0].date', '2026-02-30'),
    ],
    [
      { etag: 'stale', displayName: 'x' },
      { code: 'ETAG_MISMATCH', status: 10 },
    ],
    [{ pool: 'q' }, { code: 'POOL_UNKNOWN', status: notFound }],
  ]
  for (const [change, expected] of table) {
    const request = { calendar: { ...calendar, ...change }, validateOnly: false }
    await refuses(routing, 'putCalendar', request, expected)
  }
})

test('the hours of a queue are refused with whatever is wrong with them', async (t) => {
  const routing = await running(t)
  await routing.call('putCalendar', { calendar, validateOnly: false })
  const of = (hours: object) =>
    Queue.fromPartial({ hours: { calendarId: 'office', ...hours } }).hours
  const minutes = (count: number) => ({ seconds: count * 60, nanos: 0 })
  const table: readonly (readonly [Queue['hours'], Expected])[] = [
    [
      of({ lastEntryBeforeClosing: minutes(5), lastPromiseBeforeClosing: minutes(10) }),
      {
        code: 'CLOSING_TIMES',
        status: invalid,
        field: 'hours.last_promise_before_closing',
        limit: '300000',
        value: '600000',
      },
    ],
    [
      of({ serveOutAfterClosing: minutes(721) }),
      { ...bad('queue.hours.serve_out_after_closing', '43260000'), code: 'FIELD_OUT_OF_RANGE' },
    ],
    [of({ calendarId: '' }), { ...bad('queue.hours.calendar_id'), code: 'FIELD_MISSING' }],
    [of({ calendarId: 'none' }), { code: 'CALENDAR_UNKNOWN', status: notFound }],
    [of({ whenClosed: 3 }), { code: 'CLOSED_WITHOUT_CALLBACK', status: 9 }],
    [of({ whenClosed: 4 }), { ...bad('queue.hours.after_hours_queue_id'), code: 'FIELD_MISSING' }],
    [of({ whenClosed: 4, afterHoursQueueId: 'tax' }), { code: 'AFTER_HOURS_QUEUE', status: 9 }],
    [of({ closingRule: 9 }), { ...bad('queue.hours.closing_rule', '9'), code: 'ENUM_UNKNOWN' }],
  ]
  const [{ etag } = { etag: '' }] = (await routing.call('listQueues', page)).queues
  for (const [hours, expected] of table) {
    await refuses(
      routing,
      'putQueue',
      { ...wellFormed.putQueue, queue: { ...queue, etag, hours } },
      expected,
    )
  }
})

const page = { pool: 'p', pageSize: 0, pageToken: '' }
