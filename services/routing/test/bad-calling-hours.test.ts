import { test } from 'node:test'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  calendar,
  contact,
  type Expected,
  invalid,
  queue,
  refuses,
  running,
  seconds,
  wellFormed,
} from './bad-input.ts'

const of = 'queue.callback.calling_hours'
const malformed = (field: string, value?: string): Expected => ({
  code: 'FIELD_MALFORMED',
  status: invalid,
  field,
  ...(value === undefined ? {} : { value }),
})
const outOfRange = (field: string, value: string): Expected => ({
  ...malformed(field, value),
  code: 'FIELD_OUT_OF_RANGE',
})

const withHours = (hours: object, more: Partial<Queue> = {}) => ({
  queue: Queue.fromPartial({
    ...queue,
    callback: {
      offerAbove: seconds(1),
      callingHours: { from: '08:00', to: '20:00', timeZone: 'Europe/Lisbon', ...hours },
    },
    ...more,
  }),
  validateOnly: false,
})

test('calling hours are refused with whatever is wrong with them', async (t) => {
  const routing = await running(t)
  const table: readonly (readonly [object, Expected])[] = [
    [{ from: '20:00', to: '08:00' }, outOfRange(`${of}.to`, '08:00')],
    [{ from: '08:00', to: '08:00' }, outOfRange(`${of}.to`, '08:00')],
    [{ from: '8:00' }, malformed(`${of}.from`)],
    [{ to: '24:01' }, malformed(`${of}.to`)],
    [{ weekdays: [0] }, outOfRange(`${of}.weekdays[0]`, '0')],
    [{ weekdays: [8] }, outOfRange(`${of}.weekdays[0]`, '8')],
    [{ weekdays: [1, 1] }, { ...malformed(`${of}.weekdays`), code: 'FIELD_DUPLICATE' }],
    [{ timeZone: 'Mars/Olympus' }, malformed(`${of}.time_zone`, '"Mars/Olympus"')],
    [{ timeZone: '+02:00' }, malformed(`${of}.time_zone`)],
    [{ timeZone: 'europe/Lisbon' }, malformed(`${of}.time_zone`, '"europe/Lisbon"')],
    [{ timeZone: '' }, { code: 'CALLING_HOURS_ZONE', status: invalid }],
  ]
  const { etag } = (await routing.call('listQueues', page)).queues[0] ?? { etag: '' }
  for (const [hours, expected] of table) {
    await refuses(routing, 'putQueue', withHours(hours, { etag }), expected)
  }
})

test('a time zone that does not exist is refused wherever somebody may be', async (t) => {
  const routing = await running(t)
  await routing.call('putCalendar', { calendar, validateOnly: false })
  const timeZone = 'Europe/Atlantis'
  const zone = malformed('time_zone', '"Europe/Atlantis"')
  await refuses(routing, 'submitContact', { ...wellFormed.submitContact, timeZone }, zone)
  const shouted = { ...wellFormed.submitContact, contactId: 'c2', timeZone: 'EUROPE/BERLIN' }
  await refuses(routing, 'submitContact', shouted, malformed('time_zone', '"EUROPE/BERLIN"'))
  const { respondToCallbackOffer, requestCallback, rescheduleCallback } = wellFormed
  await refuses(routing, 'respondToCallbackOffer', { ...respondToCallbackOffer, timeZone }, zone)
  await refuses(routing, 'requestCallback', { ...requestCallback, timeZone }, zone)
  await refuses(routing, 'rescheduleCallback', { ...rescheduleCallback, timeZone }, zone)
  const long = malformed('time_zone')
  await refuses(
    routing,
    'submitContact',
    { ...wellFormed.submitContact, ...contact, timeZone: 'x'.repeat(65) },
    long,
  )
})

const page = { pool: 'p', pageSize: 0, pageToken: '' }
