// 12: Nothing promised that can't be delivered: when customers may be called.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { asksForCallback, offLine } from './asking.ts'
import { refusal } from './api.ts'
import { attemptOf, CALLBACK, Centre, ContactState, DialOutcome } from './centre.ts'
import { clock, minuteOfDay, noonZone } from './noon.ts'
import { Supervisor } from './supervisor.ts'
import { MINUTE, minutes, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const zoneAt = (time: number, hours: number): string => {
  const zone = hours - Math.floor(minuteOfDay(time) / 60)
  return zone === 0 ? 'UTC' : `Etc/GMT${zone > 0 ? '-' : '+'}${Math.abs(zone)}`
}

/** Nobody is called before a quarter past noon, by the clock of where it is noon now. */
async function noon(t: TestContext) {
  const centre = await Centre.open(t, world)
  const sue = new Supervisor(centre)
  const now = await sue.now()
  const { timeZone, offsetMinutes } = noonZone(now)
  const begins = minuteOfDay(now) + offsetMinutes + 15
  const callingHours = { from: clock(begins), to: '20:00', weekdays: [], timeZone }
  const retryAfter = minutes(1)
  await sue.puts({ queueId: 'tax', callback: { ...CALLBACK, retryAfter, callingHours } })
  const ann = await centre.agent('ann')
  return { centre, sue, ann, now, timeZone, begins }
}

test('12 given calling hours, nobody is called before they begin, and all then', async (t) => {
  const { centre, sue, ann, now, timeZone, begins } = await noon(t)

  await asksForCallback(centre, 'early', { newContact: offLine('tax') })

  const { sentence } = await centre.explanation('early')
  const said = `not dialled before ${clock(begins)} in ${timeZone.replace('+', '\\+')}`
  assert.match(sentence, new RegExp(said))
  await world.pass(10 * MINUTE)
  await centre.assertFree(ann)
  const { callback } = await centre.contact('early')
  assert.equal(callback?.promisedAt, undefined, 'nothing is promised outside')
  const begin = timeMs(callback?.nextAttemptAt)
  assert.ok(begin > now + 14 * MINUTE && begin <= now + 15 * MINUTE)
  await world.pass(begin - (await sue.now()))
  await ann.isOffered('early')
  await centre.assertSound()
})

test('12 given the customer is elsewhere, the clock of there holds', async (t) => {
  const { centre, ann, now } = await noon(t)
  const evening = zoneAt(now, 19)
  const newContact = offLine('tax', { timeZone: evening })
  await asksForCallback(centre, 'far', { newContact })
  assert.equal((await centre.contact('far')).timeZone, evening)
  await ann.accepts('far')
  const attemptId = attemptOf(await centre.contact('far'))
  await centre.claims('dialler', 'far', attemptId)
  await world.pass(MINUTE / 6)
  const busy = DialOutcome.DIAL_OUTCOME_BUSY
  const parked = await centre.reports('dialler', 'far', attemptId, busy)
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)

  const unknown = { newContact: offLine('tax', { timeZone: 'Europe/Atlantis' }) }
  const { code, field } = await refusal(asksForCallback(centre, 'lost', unknown))
  assert.deepEqual([code, field], ['FIELD_MALFORMED', 'new_contact.time_zone'])
  await centre.assertSound()
})

test('12 given hours that come too late, a callback is refused, not promised', async (t) => {
  const { centre, sue, now, timeZone } = await noon(t)
  const callingHours = { from: '00:00', to: '01:00', weekdays: [], timeZone }
  const giveUpAfter = minutes(60)
  await sue.puts({ queueId: 'vat', callback: { ...CALLBACK, giveUpAfter, callingHours } })
  const { code, fields } = await refusal(
    asksForCallback(centre, 'never', { newContact: offLine('vat') }),
  )
  assert.equal(code, 'CALLING_HOURS_NEVER')
  assert.ok(Number(fields['next_from_ms']) > now + 60 * MINUTE)
})
