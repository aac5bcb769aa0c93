// 19: Cross-training across programmes and brands; variety as a tie-break among equals.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AgentChoice, AgentRule } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { Course, TrainingRecord, TrainingResult } from '@evenkeel/proto/evenkeel/skills/v1/training'
import { SuggestTrainingRequest } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import { Caller } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import type { Desk } from './desk.ts'
import { Supervisor } from './supervisor.ts'
import { minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** One of a kind in a row is enough, where anybody else has an equal claim. */
const varied = AgentChoice.fromPartial({
  rule: AgentRule.AGENT_RULE_LONGEST_IDLE,
  contactsInRow: 1,
})

/** One contact from its arrival to its end. */
async function serves(centre: Centre, desk: Desk, contactId: string, queueId: string) {
  await centre.arrives(contactId, queueId)
  await desk.takes(contactId)
  await desk.completes(contactId)
}

const both = { red: 2, blue: 2 }

test('19 given two for both brands, who has just had this one is spared', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('red', { needs: { red: 1 }, callback: 'none', agentChoice: varied })
  await centre.queue('blue', { needs: { blue: 1 }, callback: 'none', agentChoice: varied })
  const ann = await centre.agent('ann', both)
  await serves(centre, ann, 'first', 'red')
  await world.pass(SECOND)
  const bo = await centre.agent('bo', both)

  // By idle time alone it would be ann's turn.
  await centre.arrives('second', 'red')

  const offer = await bo.isOffered('second')
  assert.equal(offer.contact?.queueId, 'red')
  await centre.assertFree(ann)
  const { sentence } = await centre.explanation('second')
  assert.match(sentence, /the others of equal claim have just had several of this kind in a row/)
  await centre.arrives('third', 'blue')
  await ann.isOffered('third')
  await centre.assertSound()
})

test('19 given nobody else, nobody waits for variety, and no lesser level will do', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('red', { needs: { red: 2 }, callback: 'none', agentChoice: varied })
  const ann = await centre.agent('ann', both)
  const cy = await centre.agent('cy', { red: 1 })

  await serves(centre, ann, 'first', 'red')
  await serves(centre, ann, 'second', 'red')
  await serves(centre, ann, 'third', 'red')

  await centre.assertFree(cy)
  await centre.assertSound()
})

test('19 given too few for a brand, who is suggested for its course serves it next', async (t) => {
  const centre = await Centre.open(t, world)
  const { pool } = centre
  const { training } = centre.api
  const caller = new Caller()
  await centre.queue('red', { needs: { red: 1 }, callback: 'none' })
  await centre.queue('blue', { needs: { blue: 1 }, callback: 'none' })
  const bo = await centre.agent('bo', { red: 3 })
  await centre.arrives('waits', 'blue')
  const source = SkillSource.SKILL_SOURCE_TRAINED
  const grants = [{ skillId: 'blue', level: 1, source, validDays: 0, handleTimePermille: 0 }]
  const course = Course.fromPartial({ pool, courseId: 'blue', duration: minutes(240), grants })
  await caller.call(training.putCourse.bind(training), { course, validateOnly: false })

  const requirements = [{ skillId: 'blue', minimumLevel: 1, fullyQualified: false }]
  const combinations = [{ displayName: 'Blue', requirements, wanted: 1 }]
  const asked = SuggestTrainingRequest.fromPartial({ pool, combinations })
  const told = await caller.call(training.suggestTraining.bind(training), asked)
  const [suggestion] = told.suggestions
  assert.deepEqual([suggestion?.agentId, suggestion?.courseIds], [bo.agentId, ['blue']])
  const { state } = await centre.contact('waits')
  assert.equal(state, ContactState.CONTACT_STATE_WAITING)

  const date = new Date(await new Supervisor(centre).now()).toISOString().slice(0, 10)
  const passed = TrainingResult.TRAINING_RESULT_PASSED
  const facts = { pool, agentId: bo.agentId, courseId: 'blue', date, result: passed }
  const record = TrainingRecord.fromPartial(facts)
  const put = { record, actor: 'sue', validateOnly: false }
  await caller.call(training.putTrainingRecord.bind(training), put)

  await bo.takes('waits')
  await bo.completes('waits')
  await serves(centre, bo, 'red-again', 'red')
  await centre.assertSound()
})
