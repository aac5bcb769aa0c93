// 12: Opening hours said, and nothing promised that can't be delivered: callbacks at closing time.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { EndCause } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  Calendar,
  ClosingRule,
  QueueHours,
  WhenClosed,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { attemptOf, CALLBACK, Centre, ContactState, DialOutcome } from './centre.ts'
import { refusal } from './api.ts'
import { asksForCallback, offLine } from './asking.ts'
import { Supervisor } from './supervisor.ts'
import { MINUTE, minutes, SECOND, timeMs } from './time.ts'
import { clock, minuteOfDay, noonZone } from './noon.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ANA = { customerKey: 'customer-ana' }

/**
 * A queue that closes in ten minutes, and opens half an hour later. Ana was called back in vain and
 * is to be tried again a quarter of an hour later; Bo has asked for a callback; Ann has a call.
 */
async function evening(t: TestContext, closingRule: ClosingRule) {
  const centre = await Centre.open(t, world)
  const sue = new Supervisor(centre)
  const now = await sue.now()
  const { timeZone, offsetMinutes } = noonZone(now)
  const noon = minuteOfDay(now) + offsetMinutes
  const spans = [
    { from: clock(noon - 60), to: clock(noon + 10) },
    { from: clock(noon + 40), to: clock(noon + 300) },
  ]
  const days = [1, 2, 3, 4, 5, 6, 7]
  const weekly = days.flatMap((weekday) => spans.map((hours) => ({ weekday, hours })))
  const office = Calendar.fromPartial({ calendarId: 'office', timeZone, weekly })
  const [today, later] = (await sue.putsCalendar(office)).openings
  await sue.puts({
    queueId: 'tax',
    hours: QueueHours.fromPartial({ calendarId: 'office', closingRule }),
    callback: { ...CALLBACK, retryAfter: minutes(15) },
  })
  const ann = await centre.agent('ann')
  await asksForCallback(centre, 'ana', { newContact: offLine('tax', ANA) })
  await ann.accepts('ana')
  const attemptId = attemptOf(await centre.contact('ana'))
  await centre.claims('dialler', 'ana', attemptId)
  await centre.reports('dialler', 'ana', attemptId, DialOutcome.DIAL_OUTCOME_NO_ANSWER)
  await centre.arrives('call', 'tax')
  await ann.takes('call')
  await asksForCallback(centre, 'bo', { newContact: offLine('tax') })
  return {
    centre,
    ann,
    sue,
    now,
    closesAt: timeMs(today?.closesAt),
    opensAt: timeMs(later?.opensAt),
  }
}

test('12 given callbacks at closing, when who is in is served, they are called', async (t) => {
  const { centre, ann, sue, now, closesAt } = await evening(t, ClosingRule.CLOSING_RULE_SERVE_OUT)

  await world.pass(closesAt - now + MINUTE)

  await ann.completes('call')
  await ann.accepts('bo')
  const { code } = await refusal(centre.arrives('late', 'tax'))
  assert.equal(code, 'QUEUE_CLOSED')
  const attemptId = attemptOf(await centre.contact('bo'))
  await centre.claims('dialler', 'bo', attemptId)
  await centre.reports('dialler', 'bo', attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
  const eve = await centre.agent('eve')
  const due = (await centre.contact('ana')).callback?.nextAttemptAt
  await world.pass(timeMs(due) - (await sue.now()) + SECOND)
  await eve.isOffered('ana')
  await centre.assertSound()
})

test('12 given callbacks at closing, they are called at the next opening, in order', async (t) => {
  const { centre, ann, sue, now, closesAt, opensAt } = await evening(
    t,
    ClosingRule.CLOSING_RULE_NEXT_OPENING,
  )
  await world.pass(closesAt - now + MINUTE)
  await ann.completes('call')
  await world.pass(10 * MINUTE)
  await centre.assertFree(ann)

  const again = await sue.submits('ana-2', 'tax', ANA)
  assert.equal(again.contact?.contactId, 'ana', 'it meets the callback')
  assert.equal(again.contact?.state, ContactState.CONTACT_STATE_DIALABLE, 'and is not on the line')
  assert.equal(again.closed?.done, WhenClosed.WHEN_CLOSED_CALLBACK)
  assert.equal(timeMs(again.closed?.opensAt), opensAt)
  await centre.hangsUp('ana-2')

  await world.pass(opensAt - (await sue.now()) + SECOND)
  await ann.accepts('ana')
  await centre.assertSound()
})

test('12 given callbacks at closing, when they are cancelled, each is told', async (t) => {
  const { centre, now, closesAt } = await evening(t, ClosingRule.CLOSING_RULE_CANCEL)

  await world.pass(closesAt - now + MINUTE)

  for (const contactId of ['ana', 'bo']) {
    const { state, endCause } = await centre.contact(contactId)
    assert.equal(state, ContactState.CONTACT_STATE_CANCELLED, contactId)
    assert.equal(endCause, EndCause.END_CAUSE_QUEUE_CLOSED, contactId)
  }
  const { given, kept, broken, open } = await centre.promises('tax')
  assert.equal(given, kept + broken, 'no promise is left')
  assert.equal(open, 0)
  await centre.assertSound()
})
