// 9: What the IVR learned chooses queue, requirements and priority, by a table that can be tried.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import {
  Classification,
  ClassifyContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/classification_service'
import { refusal } from './api.ts'
import { Centre, requirements } from './centre.ts'
import { SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const rules = [
  {
    name: 'french-tax',
    conditions: [
      { fact: 'need', oneOf: ['tax', 'vat'] },
      { fact: 'language', oneOf: ['fr'] },
    ],
    queueId: 'tax',
    requirements: requirements({ french: 2 }),
    priority: 5,
  },
  { name: 'tax', conditions: [{ fact: 'need', oneOf: ['tax', 'vat'] }], queueId: 'tax' },
]
const french = [{ name: 'language', value: 'fr' }]

/** A pool whose table is not put yet. */
async function unsorted(t: TestContext) {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 1 } })
  const { classifications } = centre.api
  const table = Classification.fromPartial({ pool: centre.pool, rules })
  const put = (validateOnly = false) =>
    centre.routing.call(classifications.putClassification.bind(classifications), {
      classification: table,
      validateOnly,
    })
  const tries = (need: string, facts = french) =>
    centre.routing.call(
      classifications.classifyContact.bind(classifications),
      ClassifyContactRequest.fromPartial({ pool: centre.pool, need, facts, table }),
    )
  return { centre, put, tries }
}

test('9 given a table, when it is only tried, it tells and changes nothing', async (t) => {
  const { centre, put, tries } = await unsorted(t)

  const tried = await tries('vat')

  assert.deepEqual([tried.rule, tried.queueId, tried.priority], ['french-tax', 'tax', 5])
  assert.deepEqual(tried.requirements, requirements({ french: 2 }))
  const german = await tries('vat', [{ name: 'language', value: 'de' }])
  assert.deepEqual(german.passedOver, [{ rule: 'french-tax', fact: 'language', value: 'de' }])
  await put(true)
  const refused = await refusal(centre.arrives('ana', '', { need: 'vat', facts: french }))
  assert.equal(refused.code, 'NEED_UNCLASSIFIED')
})

test('9 given the IVR learned a need, the table finds queue, skill, priority', async (t) => {
  const { centre, put } = await unsorted(t)
  await put()
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await centre.arrives('plain', '', { need: 'tax' })
  await world.pass(SECOND)

  const ana = await centre.arrives('ana', '', { need: 'vat', facts: french })

  assert.equal(ana.queueId, 'tax')
  assert.equal(ana.priority, 5)
  assert.deepEqual(ana.requirements, requirements({ french: 2, tax: 1 }))
  assert.deepEqual(ana.classified, { need: 'vat', rule: 'french-tax', version: 1 })
  const { sentence, position } = await centre.explanation('ana')
  assert.match(sentence, /by the rule french-tax, for the need vat/)
  assert.equal(position, 1, 'its priority puts it before who came a second earlier')
  await ann.completes('earlier')
  await ann.isOffered('plain')
  const fay = await centre.agent('fay', { tax: 1, french: 2 })
  await fay.isOffered('ana')
  await centre.assertSound()
})

test('9 given no rule fits, when it calls, it is refused, nothing is taken', async (t) => {
  const { centre, put } = await unsorted(t)
  await put()

  const refused = await refusal(centre.arrives('ana', '', { need: 'parking' }))

  assert.equal(refused.code, 'NEED_UNCLASSIFIED')
  assert.deepEqual(await centre.openContacts(), [])
})
