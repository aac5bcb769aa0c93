// 7: One agent budget over all channels, each with its own targets.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Centre, ContactState } from './centre.ts'
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
