// 7: One agent budget over all channels, each with its own targets.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { Interruptible } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, refusal } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import type { Desk } from './desk.ts'
import { Supervisor } from './supervisor.ts'
import { durationMs, MINUTE, minutes, stamp } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const weights = {
  [Channel.CHANNEL_VOICE]: 100,
  [Channel.CHANNEL_CHAT]: 30,
  [Channel.CHANNEL_EMAIL]: 20,
  [Channel.CHANNEL_MESSAGING]: 20,
  [Channel.CHANNEL_SOCIAL]: 20,
  [Channel.CHANNEL_POST]: 50,
  [Channel.CHANNEL_FAX]: 50,
  [Channel.CHANNEL_TASK]: 100,
} as const
type Real = keyof typeof weights

const all = Object.entries(weights).map(([channel, weight]) => ({
  channel: Number(channel) as Real,
  weight,
}))

for (const { channel, weight } of all) {
  test(`7 given an agent of every channel, channel ${channel} takes ${weight}`, async (t) => {
    const centre = await Centre.open(t, world)
    await centre.queue('queue', { channel, callback: 'none' })
    const ann = await centre.agent('ann', {}, all)

    await centre.arrives('one', 'queue')

    const offer = await ann.isOffered('one')
    assert.equal(offer.weight, weight)
    assert.equal((await centre.agentAsSeen(ann)).load, weight)
    await centre.assertSound()
  })
}

test('7 given a budget of 100, chats and emails fill it and a call finds nobody', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('calls', { callback: 'none' })
  await centre.queue('chats', { channel: Channel.CHANNEL_CHAT, callback: 'none' })
  await centre.queue('mail', { channel: Channel.CHANNEL_EMAIL, callback: 'none' })
  const ann = await centre.agent('ann', {}, all)
  for (const chat of ['chat-1', 'chat-2']) {
    await centre.arrives(chat, 'chats')
    await ann.takes(chat)
  }
  for (const mail of ['mail-1', 'mail-2']) {
    await centre.arrives(mail, 'mail')
    await ann.accepts(mail)
  }

  assert.equal((await centre.agentAsSeen(ann)).load, 100)
  const call = await centre.arrives('call', 'calls')
  const third = await centre.arrives('mail-3', 'mail')

  assert.equal(call.state, ContactState.CONTACT_STATE_WAITING)
  assert.equal(third.state, ContactState.CONTACT_STATE_WAITING)
  await ann.completes('mail-1')
  await ann.isOffered('mail-3')
  await centre.assertSound()
})

test('7 given one has chats already, the next chat goes there', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('calls', { callback: 'none' })
  await centre.queue('chats', { channel: Channel.CHANNEL_CHAT, callback: 'none' })
  const ann = await centre.agent('ann', {}, all)
  await centre.arrives('chat-1', 'chats')
  await ann.takes('chat-1')
  const bob = await centre.agent('bob', {}, all)

  await centre.arrives('chat-2', 'chats')
  await ann.takes('chat-2')
  await centre.arrives('call', 'calls')

  await bob.isOffered('call')
})

test('7 given a direct call, it takes of the same budget until it is over', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('calls', { callback: 'none' })
  await centre.queue('mail', { channel: Channel.CHANNEL_EMAIL, callback: 'none' })
  const ann = await centre.agent('ann', {}, all)
  await centre.directCalls(ann, 80)

  const call = await centre.arrives('call', 'calls')
  await centre.arrives('mail', 'mail')

  assert.equal(call.state, ContactState.CONTACT_STATE_WAITING)
  await ann.accepts('mail')
  await ann.completes('mail')
  await centre.directCalls(ann, 0)
  await ann.isOffered('call')
  await centre.assertSound()
})

/** Bo can do everything; emails yield to calls for half an hour. */
async function mailroom(t: TestContext) {
  const centre = await Centre.open(t, world)
  const sue = new Supervisor(centre)
  await centre.queue('calls', { callback: 'none' })
  const interruptible = Interruptible.fromPartial({
    byChannels: [Channel.CHANNEL_VOICE],
    resumeWithin: minutes(30),
  })
  const mail = { queueId: 'mail', channel: Channel.CHANNEL_EMAIL, interruptible }
  await sue.puts({ ...mail, serviceLevelTarget: minutes(240) })
  const bo = await centre.agent('bo', {}, all)
  await centre.arrives('mail', 'mail')
  await bo.accepts('mail')
  return { centre, sue, bo }
}

const workOf = async (centre: Centre, desk: Desk) =>
  (await centre.agentAsSeen(desk)).work.map(({ contactId, state, weight }) => [
    contactId,
    state,
    weight,
  ])

test('7 given all of them wait, each by its own target, the most urgent comes first', async (t) => {
  const centre = await Centre.open(t, world)
  const sue = new Supervisor(centre)
  const targets = all.map(({ channel }, n) => ({ channel, minutes: 1 + ((5 * n) % 8) }))
  for (const one of targets) {
    const queueId = `queue-${one.channel}`
    const serviceLevelTarget = minutes(one.minutes)
    await sue.puts({ queueId, channel: one.channel, serviceLevelTarget })
    await centre.arrives(`contact-${one.channel}`, queueId)
  }

  // Of all a whole person, so that one comes after the other.
  const whole = all.map(({ channel }) => ({ channel, weight: 100 }))
  const bo = await centre.agent('bo', {}, whole)

  for (const { channel } of targets.toSorted((a, b) => a.minutes - b.minutes)) {
    await bo.accepts(`contact-${channel}`)
    await bo.completes(`contact-${channel}`)
  }
  await centre.assertFree(bo)
  await centre.assertSound()
})

test('7 given channels that count for now, the others wait until that is over', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('chats', { channel: Channel.CHANNEL_CHAT, callback: 'none' })
  await centre.queue('mail', { channel: Channel.CHANNEL_EMAIL, callback: 'none' })
  const bo = await centre.agent('bo', {}, all)
  const caller = new Caller()
  const { agents } = centre.api
  const only = (channels: Channel[]) =>
    caller.call(agents.setActiveChannels.bind(agents), {
      pool: centre.pool,
      agentId: bo.agentId,
      channels,
      reason: channels.length === 0 ? '' : 'emails pile up',
      until: channels.length === 0 ? undefined : stamp(asOf + 60 * MINUTE),
    })
  const asOf = await new Supervisor(centre).now()
  await only([Channel.CHANNEL_EMAIL])

  const chat = await centre.arrives('chat', 'chats')
  await centre.arrives('mail', 'mail')

  assert.equal(chat.state, ContactState.CONTACT_STATE_WAITING)
  await bo.accepts('mail')
  await bo.completes('mail')
  await only([])
  await bo.isOffered('chat')
  await centre.assertSound()
})

test('7 given an email and a call, Bo takes the call, then goes on with the email', async (t) => {
  const { centre, bo } = await mailroom(t)
  await centre.world.pass(2 * MINUTE)

  await centre.arrives('call', 'calls')
  await bo.takes('call')

  const { CONTACT_STATE_INTERRUPTED: aside, CONTACT_STATE_CONNECTED: connected } = ContactState
  assert.deepEqual(await workOf(centre, bo), [
    ['mail', aside, 0],
    ['call', connected, 100],
  ])
  const mail = await centre.contact('mail')
  assert.deepEqual([mail.agentId, mail.interruptions], [bo.agentId, 1])
  assert.match(
    (await centre.explanation('mail')).sentence,
    /bo.* has set this email .* aside for a cust/,
  )
  assert.equal((await centre.figures('mail')).inService, 1)
  await centre.world.pass(5 * MINUTE)
  await bo.completes('call')
  assert.deepEqual(await workOf(centre, bo), [['mail', connected, 20]])
  await centre.world.pass(MINUTE)
  await bo.completes('mail')
  // Three minutes of work, and not eight: the mean, 5 minutes at first, comes down.
  assert.ok(durationMs((await centre.figures('mail')).handleTime) < 5 * MINUTE)
  await centre.assertFree(bo)
  await centre.assertSound()
})

test('7 given an email aside, it can not be held, and it can be completed', async (t) => {
  const { centre, bo } = await mailroom(t)
  await centre.arrives('call', 'calls')
  await bo.takes('call')

  const { contacts } = centre.api
  const hold = { pool: centre.pool, contactId: 'mail' }
  const refused = await refusal(new Caller().call(contacts.holdContact.bind(contacts), hold))
  assert.equal(refused.code, 'CONTACT_STATE')
  await bo.completes('mail')

  assert.equal((await centre.contact('mail')).state, ContactState.CONTACT_STATE_COMPLETED)
  assert.equal((await centre.contact('call')).state, ContactState.CONTACT_STATE_CONNECTED)
  await centre.assertSound()
})

test('7 given no end of a call, somebody else gets the email, at its place', async (t) => {
  const { centre, bo } = await mailroom(t)
  await centre.arrives('call', 'calls')
  await bo.takes('call')
  await centre.arrives('later', 'mail')

  await centre.world.pass(31 * MINUTE)

  assert.equal((await centre.contact('mail')).state, ContactState.CONTACT_STATE_WAITING)
  const ann = await centre.agent('ann', {}, all)
  await ann.isOffered('mail')
  await centre.assertSound()
})
