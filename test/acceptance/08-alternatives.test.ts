// 8, and 1: A chat or a mail past its limit may be something else; only the customer says so.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import {
  AlternativeKind,
  AlternativesStatus,
  SpanOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { AlternativesPolicy } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { refusal } from './api.ts'
import { chooses } from './asking.ts'
import { attemptOf, Centre, ContactState, DialOutcome, requirements } from './centre.ts'
import { minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const { CHANNEL_CHAT, CHANNEL_TASK, CHANNEL_VOICE } = Channel
const on = (channel: Channel) => [{ channel, weight: 100 }]

/** A chat for tax in Finnish; Aino, who has both, is busy with another. */
async function chatPastItsLimit(t: TestContext) {
  const centre = await Centre.open(t, world)
  await centre.queue('calls')
  await centre.queue('tickets', { channel: CHANNEL_TASK, callback: 'none' })
  const alternatives = AlternativesPolicy.fromPartial({
    offerAbove: minutes(1),
    choices: [
      { alternativeId: 'call', kind: AlternativeKind.ALTERNATIVE_KIND_CALLBACK, queueId: 'calls' },
      {
        alternativeId: 'ticket',
        kind: AlternativeKind.ALTERNATIVE_KIND_TICKET,
        queueId: 'tickets',
      },
      {
        alternativeId: 'english',
        kind: AlternativeKind.ALTERNATIVE_KIND_REQUIREMENTS,
        requirements: requirements({ english: 2 }),
        insteadOfSkillIds: ['finnish'],
      },
    ],
  })
  const chat = { channel: CHANNEL_CHAT, callback: 'none', alternatives } as const
  await centre.queue('chats', { ...chat, needs: { tax: 1 } })
  const aino = await centre.agent('aino', { tax: 3, finnish: 5 }, on(CHANNEL_CHAT))
  const finnish = { requirements: requirements({ finnish: 2 }) }
  await centre.arrives('earlier', 'chats', finnish)
  await aino.takes('earlier')
  return { centre, aino, finnish }
}

const offeredTo = async (centre: Centre, contactId: string): Promise<string[]> => {
  const { alternatives } = await centre.contact(contactId)
  return (alternatives?.offered ?? []).map(({ alternativeId }) => alternativeId)
}

test('8 given a chat past its limit, it is offered what somebody serves', async (t) => {
  const { centre, aino, finnish } = await chatPastItsLimit(t)
  await centre.agent('carl', { finnish: 3 }, on(CHANNEL_VOICE))

  await centre.arrives('ana', 'chats', finnish)

  assert.deepEqual(await offeredTo(centre, 'ana'), ['call'], 'nobody for tickets, or in English')
  assert.match((await centre.explanation('ana')).sentence, /offered something else: a callback/)
  await aino.completes('earlier')
  await aino.isOffered('ana')
  assert.equal((await refusal(chooses(centre, 'ana', 'call'))).code, 'ALTERNATIVES_NOT_OFFERED')
  await centre.assertSound()
})

test('8 given English is chosen, what was not chosen is still required', async (t) => {
  const { centre, aino, finnish } = await chatPastItsLimit(t)
  const emma = await centre.agent('emma', { english: 5 }, on(CHANNEL_CHAT))
  const evan = await centre.agent('evan', { english: 5, tax: 1 }, on(CHANNEL_CHAT))
  await centre.arrives('ana', 'chats', finnish)
  assert.deepEqual(await offeredTo(centre, 'ana'), ['english'])
  await centre.assertFree(evan)

  await chooses(centre, 'ana', 'english')

  await evan.isOffered('ana')
  await centre.assertFree(emma)
  const ana = await centre.contact('ana')
  assert.deepEqual(ana.requirements, requirements({ english: 2, tax: 1 }))
  assert.equal(ana.history.at(-1)?.outcome, SpanOutcome.SPAN_OUTCOME_ALTERNATIVE_CHOSEN)
  const { status, chosenAlternativeId, actor } = ana.alternatives ?? assert.fail()
  assert.equal(status, AlternativesStatus.ALTERNATIVES_STATUS_CHOSEN)
  assert.deepEqual([chosenAlternativeId, actor], ['english', 'bot'])
  await aino.completes('earlier')
  await centre.assertFree(aino)
  await centre.assertSound()
})

test('8 given a ticket is chosen, when the customer leaves, the case is served', async (t) => {
  const { centre, finnish } = await chatPastItsLimit(t)
  const tess = await centre.agent('tess', { finnish: 2 }, on(CHANNEL_TASK))
  await centre.arrives('busy', 'tickets')
  await tess.accepts('busy')
  await centre.arrives('ana', 'chats', finnish)
  await world.pass(SECOND)
  await centre.arrives('later', 'tickets')

  await chooses(centre, 'ana', 'ticket')
  await world.crash()
  await tess.losesLine()
  await tess.sitDown()
  await centre.hangsUp('ana')

  const { channel, queueId, state } = await centre.contact('ana')
  assert.deepEqual([channel, queueId], [CHANNEL_TASK, 'tickets'])
  assert.equal(state, ContactState.CONTACT_STATE_WAITING)
  await tess.completes('busy')
  await tess.isOffered('ana')
  await centre.assertSound()
})

test('8 given a callback is chosen, it is called back, and keeps its one id', async (t) => {
  const { centre, finnish } = await chatPastItsLimit(t)
  const carl = await centre.agent('carl', { finnish: 3 }, on(CHANNEL_VOICE))
  await centre.arrives('ana', 'chats', finnish)

  await chooses(centre, 'ana', 'call', { addressRef: 'phone:ana' })
  await centre.hangsUp('ana')

  await carl.accepts('ana')
  const attemptId = attemptOf(await centre.contact('ana'))
  const claimed = await centre.claims('dialler', 'ana', attemptId)
  assert.equal(claimed.callback?.addressRef, 'phone:ana')
  const human = DialOutcome.DIAL_OUTCOME_HUMAN
  const reached = await centre.reports('dialler', 'ana', attemptId, human)
  assert.equal(reached.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.deepEqual([reached.channel, reached.queueId], [CHANNEL_VOICE, 'calls'])
  await centre.assertSound()
})
