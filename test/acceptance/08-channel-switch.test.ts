// 8: Customer's chosen channel; a switch keeps the story.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { refusal } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import { LegKind, Legs } from './legs.ts'
import { minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const attributes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const all = [
  { channel: Channel.CHANNEL_VOICE, weight: 100 },
  { channel: Channel.CHANNEL_EMAIL, weight: 30 },
] as const

/** Ana's email is with Bo. */
async function email(t: TestContext, channels: readonly (typeof all)[number][] = all) {
  const centre = await Centre.open(t, world)
  await centre.queue('mail', { channel: Channel.CHANNEL_EMAIL, callback: 'none' })
  await centre.queue('calls', { callback: 'none', handleTime: minutes(1) })
  const bo = await centre.agent('bo', {}, [...channels])
  await centre.arrives('mail-1', 'mail', { attributes, customerKey: 'ana' })
  await bo.accepts('mail-1')
  return { centre, legs: new Legs(centre), bo }
}

const on = { as: 'call-1', queueId: 'calls' }

test("8 given Ana's email is with Bo, when Bo phones, the call has its story", async (t) => {
  const { centre, legs, bo } = await email(t)

  const { contact, leg } = await legs.switches(bo, 'mail-1', on)

  assert.equal(contact.state, ContactState.CONTACT_STATE_HELD)
  assert.equal(leg.state, ContactState.CONTACT_STATE_CONNECTING)
  assert.deepEqual(Buffer.from(leg.attributes), attributes)
  assert.deepEqual([leg.agentId, leg.customerKey], [bo.agentId, 'ana'])
  assert.deepEqual([leg.leg, leg.parentContactId], [LegKind.LEG_KIND_CHANNEL_SWITCH, 'mail-1'])
  assert.equal((await centre.agentAsSeen(bo)).load, 100)
  assert.equal((await centre.figures('calls')).accepted, 0, 'no new arrival is counted')
  await centre.assertSound()
})

test('8 given they talk, when the call is over, the email goes on where it was', async (t) => {
  const { centre, legs, bo } = await email(t)
  await legs.switches(bo, 'mail-1', on)
  await centre.mediaIsUp('call-1')
  await world.pass(30 * SECOND)

  await bo.completes('call-1')

  const mail = await centre.contact('mail-1')
  assert.deepEqual([mail.state, mail.agentId], [ContactState.CONTACT_STATE_CONNECTED, bo.agentId])
  assert.equal((await centre.agentAsSeen(bo)).load, 30)
  await bo.completes('mail-1')
  const [mails, calls] = [await centre.figures('mail'), await centre.figures('calls')]
  assert.deepEqual([mails.accepted, mails.completed], [1, 1])
  assert.deepEqual([calls.accepted, calls.completed], [0, 0])
  await centre.assertFree(bo)
})

test('8 given Bo has no phone, when Bo wants to call, it is refused', async (t) => {
  const { centre, legs, bo } = await email(t, [all[1]])

  const refused = await refusal(legs.switches(bo, 'mail-1', on))

  assert.equal(refused.code, 'ASSIGN_REFUSED')
  assert.equal(refused.fields['constraint'], 'channel')
  const mail = await centre.contact('mail-1')
  assert.equal(mail.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.deepEqual(await centre.openContacts(), ['mail-1'])
})
