// 12: Opening hours said, and nothing promised that can't be delivered.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DivertCause, EndCause, Staffing } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  Calendar,
  EntryAction,
  GetQueueStatsRequest,
  Queue,
  QueueState,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, Refused } from './api.ts'
import { Centre, ContactState, requirements } from './centre.ts'
import { Supervisor } from './supervisor.ts'
import { clock, minuteOfDay, noonZone } from './noon.ts'
import { MINUTE, minutes, SECOND, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** A site that opens in some minutes, and a queue of it. */
async function opensSoon(centre: Centre, whenClosed: WhenClosed) {
  const { queues } = centre.api
  const caller = new Caller()
  const pool = centre.pool
  const asked = GetQueueStatsRequest.fromPartial({ pool })
  const stats = await caller.call(queues.getQueueStats.bind(queues), asked)
  const now = timeMs(stats.asOf)
  const { timeZone, offsetMinutes } = noonZone(now)
  const opens = minuteOfDay(now) + offsetMinutes + 2
  const hours = { from: clock(opens), to: clock(opens + 60) }
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }))
  const calendar = Calendar.fromPartial({ pool, calendarId: 'office', timeZone, weekly })
  const put = await caller.call(queues.putCalendar.bind(queues), { calendar, validateOnly: false })
  const queue = Queue.fromPartial({
    pool,
    queueId: 'tax',
    channel: Channel.CHANNEL_VOICE,
    hours: { calendarId: 'office', whenClosed },
  })
  await caller.call(queues.putQueue.bind(queues), { queue, validateOnly: false })
  const first = put.calendar?.openings.find(({ opensAt }) => timeMs(opensAt) > now)
  return {
    caller,
    now,
    opensAt: timeMs(first?.opensAt),
    knownUntil: timeMs(put.calendar?.knownUntil),
  }
}

test('12 given closed, when a contact comes, then the answer says when it opens', async (t) => {
  const centre = await Centre.open(t, world)
  const { caller, now, opensAt, knownUntil } = await opensSoon(centre, WhenClosed.WHEN_CLOSED_WAIT)
  assert.ok(opensAt > now && opensAt <= now + 3 * MINUTE)
  assert.ok(knownUntil > now + 28 * 24 * 60 * MINUTE, 'four weeks ahead are known')
  const ann = await centre.agent('ann')

  const { contacts } = centre.api
  const request = centre.submission('early', 'tax')
  const answer = await caller.call(contacts.submitContact.bind(contacts), request)
  assert.equal(timeMs(answer.closed?.opensAt), opensAt)
  assert.equal(answer.closed?.done, WhenClosed.WHEN_CLOSED_WAIT)
  assert.equal(answer.expectedWait, undefined, 'nothing is promised')
  assert.equal(answer.contact?.state, ContactState.CONTACT_STATE_WAITING)
  await centre.assertFree(ann)

  await world.pass(opensAt - now + SECOND)
  await ann.takes('early')
  await ann.completes('early')
  const open = await caller.call(
    contacts.submitContact.bind(contacts),
    centre.submission('in time', 'tax', { contactId: 'in-time' }),
  )
  assert.equal(open.closed, undefined)
  await centre.assertSound()
})

test('12 given closed and to refuse, who comes is told when to come again', async (t) => {
  const centre = await Centre.open(t, world)
  const { caller, opensAt } = await opensSoon(centre, WhenClosed.WHEN_CLOSED_REFUSE)
  const { contacts } = centre.api
  const request = centre.submission('early', 'tax')
  await assert.rejects(caller.call(contacts.submitContact.bind(contacts), request), (error) => {
    assert.ok(error instanceof Refused)
    assert.equal(error.code, 'QUEUE_CLOSED')
    assert.equal(Number(error.fields['opens_at']), opensAt)
    return true
  })
})

test('12 given closed by hand, who comes hears why and until when, who waits stays', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  await centre.arrives('patient', 'tax')
  const sue = new Supervisor(centre)
  const until = (await sue.now()) + 10 * MINUTE
  const closed = { state: QueueState.QUEUE_STATE_CLOSED, until: stamp(until) }
  await sue.sets('tax', closed)
  await sue.sets('tax', closed)

  await assert.rejects(centre.arrives('late', 'tax'), (error) => {
    assert.ok(error instanceof Refused)
    assert.equal(error.code, 'QUEUE_CLOSED')
    assert.equal(Number(error.fields['opens_at']), until)
    assert.equal(error.fields['reason'], 'fire drill (sue)')
    return true
  })
  const figures = await centre.figures('tax')
  assert.equal(figures.open, false)
  assert.equal(timeMs(figures.opensAt), until)
  assert.equal(figures.status?.reason, 'fire drill')

  const ann = await centre.agent('ann')
  await centre.assertFree(ann)
  const { sentence } = await centre.explanation('patient')
  assert.match(sentence, /sue has closed the queue \w+ \(fire drill\), and it opens in 10 minutes/)
  await world.pass(10 * MINUTE + SECOND)
  await ann.takes('patient')
  await ann.completes('patient')
  assert.equal((await centre.figures('tax')).open, true)
  await centre.assertSound()
})

test('12 given nobody who could ever serve it, a contact is taken, told and listed', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none', needs: { tax: 3 } })
  const ann = await centre.agent('ann', { tax: 2 })
  const sue = new Supervisor(centre)

  const answer = await sue.submits('c1', 'tax')
  assert.equal(answer.staffing, Staffing.STAFFING_NOBODY_KNOWN)
  assert.equal(answer.contact?.state, ContactState.CONTACT_STATE_WAITING)
  const [combination] = await sue.unstaffable()
  assert.equal(combination?.queueId, 'tax')
  assert.deepEqual(combination?.requirements, requirements({ tax: 3 }))
  assert.equal(combination?.staffing, Staffing.STAFFING_NOBODY_KNOWN)
  assert.equal(combination?.waiting, 1)
  const { sentence } = await centre.explanation('c1')
  assert.match(sentence, /no agent is known who has the skills for it/)
  await centre.assertFree(ann)

  await centre.changeSkills(ann, { tax: 3 })
  await ann.takes('c1')
  await ann.completes('c1')
  assert.deepEqual(await sue.unstaffable(), [])
  await centre.assertSound()
})

test('12 given nobody at work for longer than the grace, who comes is refused', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await centre.agent('ann', { tax: 3 })
  const sue = new Supervisor(centre)
  await sue.puts({
    queueId: 'tax',
    requirements: [{ skillId: 'tax', minimumLevel: 3 }],
    unstaffed: { action: EntryAction.ENTRY_ACTION_REFUSE, grace: minutes(1), queueId: '' },
  })
  await sue.sendsHome(ann)
  await centre.arrives('c1', 'tax')
  await world.pass(MINUTE + 5 * SECOND)

  const ended = await centre.contact('c1')
  assert.equal(ended.endCause, EndCause.END_CAUSE_NOBODY_STAFFED)
  await assert.rejects(centre.arrives('c2', 'tax'), (error) => {
    assert.ok(error instanceof Refused)
    assert.equal(error.code, 'NOBODY_STAFFED')
    return true
  })
  const { sentence } = await centre.explanation('c1')
  assert.match(sentence, /nobody who could serve it was at work/)
  await centre.assertSound()
})

test('12 given a limit, who would wait is refused or goes to another queue', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('night', { callback: 'none' })
  const sue = new Supervisor(centre)
  const limit = { waiting: 1, wait: undefined, queueId: '' }
  const refuses = { ...limit, action: EntryAction.ENTRY_ACTION_REFUSE }
  await sue.puts({ queueId: 'tax', entryLimit: refuses })
  await centre.arrives('c1', 'tax')
  await assert.rejects(centre.arrives('c2', 'tax'), (error) => {
    assert.ok(error instanceof Refused)
    assert.equal(error.code, 'ENTRY_LIMIT')
    assert.deepEqual([error.fields['value'], error.fields['limit']], ['1', '1'])
    return true
  })
  const overflows = { ...limit, queueId: 'night', action: EntryAction.ENTRY_ACTION_OVERFLOW }
  await sue.puts({ queueId: 'vat', entryLimit: overflows })
  await centre.arrives('c3', 'vat')
  const sent = await centre.arrives('c4', 'vat')
  assert.equal(sent.queueId, 'night')
  assert.equal(sent.divertedFromQueueId, 'vat')
  assert.equal(sent.divertedBy, DivertCause.DIVERT_CAUSE_LIMIT)
  const { sentence } = await centre.explanation('c4')
  assert.match(sentence, /It was sent to vat, which took nobody more/)
  await centre.assertSound()
})
