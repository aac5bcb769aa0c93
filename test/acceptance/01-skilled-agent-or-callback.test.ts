// 1: A skilled agent or a callback, never a lesser agent.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AgentRule } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { ConstraintKind } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import { refusal } from './api.ts'
import { CallbackStatus, Centre, ContactState } from './centre.ts'
import { durationMs, MINUTE, minutes } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test('1 given only a lesser agent is free, when a call comes, it gets a callback', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3 }, handleTime: minutes(5) })
  const ann = await centre.agent('ann', { tax: 3 })
  const bob = await centre.agent('bob', { tax: 2 })
  await centre.arrives('first', 'tax')
  await ann.takes('first')

  const second = await centre.arrives('second', 'tax')

  assert.equal(second.state, ContactState.CONTACT_STATE_WAITING)
  assert.equal(second.callback?.status, CallbackStatus.CALLBACK_STATUS_OFFERED)
  assert.ok(durationMs(second.callback.expectedWait) > MINUTE, 'the wait that was expected')
  await centre.assertFree(bob)
  await centre.assertSound()
})

test('1 given nobody skilled frees up, when an hour passes, the lesser is not asked', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3, french: 1 } })
  const bob = await centre.agent('bob', { tax: 2, french: 5 })
  const cleo = await centre.agent('cleo', { tax: 5 })
  for (let call = 1; call <= 30; call += 1) await centre.arrives(`call-${call}`, 'tax')

  for (let quarter = 1; quarter <= 4; quarter += 1) await world.pass(15 * MINUTE)

  await centre.assertFree(bob)
  await centre.assertFree(cleo)
  assert.equal((await centre.openContacts()).length, 30)
  assert.equal((await centre.contact('call-1')).offersMade, 0)
  await centre.assertSound()
})

test('1 given a caller who waits, when the skilled agent is free, that one gets it', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3 } })
  const ann = await centre.agent('ann', { tax: 3 })
  const bob = await centre.agent('bob', { tax: 2 })
  await centre.arrives('first', 'tax')
  await ann.takes('first')
  await centre.arrives('second', 'tax')
  await centre.prefersToWait('second')

  await ann.completes('first')

  await ann.isOffered('second')
  await centre.assertFree(bob)
})

test('1 given a call asks more than its queue, when it comes, both must be met', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 1 } })
  const bob = await centre.agent('bob', { tax: 2 })
  const french = [
    { skillId: 'tax', minimumLevel: 2 },
    { skillId: 'french', minimumLevel: 1 },
  ]

  const call = await centre.arrives('french-call', 'tax', { requirements: french })

  assert.equal(call.state, ContactState.CONTACT_STATE_WAITING)
  await centre.assertFree(bob)
})

test('1 given an offer, when the agent turns out less skilled, it is taken back', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3 } })
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.arrives('call', 'tax')
  await ann.isOffered('call')

  await centre.changeSkills(ann, { tax: 2 })

  await ann.losesOffer()
  assert.equal((await centre.contact('call')).state, ContactState.CONTACT_STATE_WAITING)
  await centre.assertFree(ann)
  await centre.assertSound()
})

test('1 given a short wait, when nobody is free, no callback is offered', async (t) => {
  const centre = await Centre.open(t, world)
  const short = { handleTime: minutes(5), callback: { offerAbove: minutes(20) } }
  await centre.queue('tax', { needs: { tax: 3 }, ...short })
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.arrives('first', 'tax')
  await ann.takes('first')

  const second = await centre.arrives('second', 'tax')

  assert.equal(second.state, ContactState.CONTACT_STATE_WAITING)
  assert.equal(second.callback, undefined)
})

test('1 given a call waits, when asked why, it says who is busy or less skilled', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3 } })
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.agent('bob', { tax: 2 })
  await centre.arrives('first', 'tax')
  await ann.takes('first')
  await centre.arrives('second', 'tax')

  const { sentence, position, constraints } = await centre.explanation('second')

  assert.equal(position, 1)
  assert.deepEqual(
    constraints.toSorted((a, b) => a.kind - b.kind),
    [
      { kind: ConstraintKind.CONSTRAINT_KIND_LEVEL_TOO_LOW, skillId: 'tax', agents: 1 },
      { kind: ConstraintKind.CONSTRAINT_KIND_BUSY, skillId: '', agents: 1 },
    ],
  )
  assert.match(sentence, /callback/)
  assert.match(sentence, /tax/)
})

test('1 given a rule, when several are skilled, the decision names the rule', async (t) => {
  const centre = await Centre.open(t, world)
  const rule = AgentRule.AGENT_RULE_LEAST_FLEXIBLE
  await centre.queue('french', { needs: { french: 1 } })
  await centre.queue('tax', {
    needs: { tax: 3 },
    agentChoice: { rule, contactsPerHour: 0, contactsInRow: 0 },
  })
  const expert = await centre.agent('expert', { tax: 5, french: 5 })
  await world.pass(MINUTE)
  const novice = await centre.agent('novice', { tax: 3 })

  await centre.arrives('call', 'tax')

  await novice.isOffered('call')
  await centre.assertFree(expert)
  const { decision, sentence } = await centre.explanation('call')
  assert.equal(decision?.rule, 'least_flexible')
  assert.deepEqual(decision.runnerUpAgentIds, [expert.agentId])
  assert.match(sentence, /can do the least else/)
})

test('1 given a supervisor assigns by hand, the floor holds and says so', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3 } })
  const bob = await centre.agent('bob', { tax: 2 })
  await centre.arrives('call', 'tax')

  const refused = await refusal(centre.assigns('call', bob))

  assert.equal(refused.code, 'ASSIGN_REFUSED')
  assert.equal(refused.fields['constraint'], 'levelTooLow')
  assert.equal(refused.fields['skill_id'], 'tax')
  await centre.assertFree(bob)
  await centre.changeSkills(bob, { tax: 3 })
  await bob.isOffered('call')
})

test('1 given two decline, when the queue escalates, the second line’s floor holds', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('experts', { needs: { tax: 4 } })
  const escalation = { afterOffers: 2, priorityBump: 10, queueId: 'experts' }
  await centre.queue('tax', { needs: { tax: 1 }, escalation })
  const ann = await centre.agent('ann', { tax: 3 })
  const bob = await centre.agent('bob', { tax: 3 })
  await centre.arrives('call', 'tax')

  await ann.declines('call')
  await bob.declines('call')

  const { queueId, priority, escalatedAt } = await centre.contact('call')
  assert.deepEqual({ queueId, priority }, { queueId: 'experts', priority: 10 })
  assert.ok(escalatedAt)
  await centre.assertFree(ann)
  const expert = await centre.agent('expert', { tax: 4 })
  await expert.isOffered('call')
  await centre.assertSound()
})
