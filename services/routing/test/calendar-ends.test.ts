import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Calendar, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { calendar, queue, running, wellFormed } from './bad-input.ts'

const timeMs = (at: { seconds: number } | undefined): number => (at?.seconds ?? 0) * 1_000
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const day = 86_400_000

test('a calendar that ends soon is warned of wherever it is answered with', async (t) => {
  const routing = await running(t)
  const { asOf } = await routing.call('getQueueStats', wellFormed.getQueueStats)
  const now = timeMs(asOf)
  const hours = [{ from: '08:00', to: '12:00' }]
  const of = (days: readonly number[]) =>
    Calendar.fromPartial({
      specialDays: days.map((ahead) => ({ date: dateOf(now + ahead * day), hours })),
    }).specialDays
  const put = async (specialDays: Calendar['specialDays'], weekly: Calendar['weekly']) => {
    const known = (await routing.call('listCalendars', page)).calendars[0]
    const whole = { ...calendar, weekly, specialDays, etag: known?.etag ?? '' }
    return (await routing.call('putCalendar', { calendar: whole, validateOnly: false })).calendar
  }

  const ending = await put(of([2, 5]), [])
  const end = timeMs(ending?.endsAt)
  assert.ok(end > now + 4 * day && end < now + 6 * day)
  const { etag } = (await routing.call('listQueues', page)).queues[0] ?? { etag: '' }
  const withHours = Queue.fromPartial({ ...queue, etag, hours: { calendarId: 'office' } })
  const answer = await routing.call('putQueue', { ...wellFormed.putQueue, queue: withHours })
  assert.equal(timeMs(answer.queue?.hoursEndAt), end)
  assert.equal(timeMs((await routing.call('listQueues', page)).queues[0]?.hoursEndAt), end)

  assert.equal((await put(of([2, 20]), []))?.endsAt, undefined)
  assert.equal((await put(of([2]), calendar.weekly))?.endsAt, undefined)
  assert.equal((await routing.call('listQueues', page)).queues[0]?.hoursEndAt, undefined)
})

const page = { pool: 'p', pageSize: 0, pageToken: '' }
