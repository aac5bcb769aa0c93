// 25: References by queue, skill and language travel with the offer.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Centre } from './centre.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const references = [
  'https://kb.example/tax/refunds?lang=fr',
  'https://kb.example/skills/tax/3',
  'urn:script:welcome:fr',
]

test('25 given references, each offer has them, also after a decline', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { needs: { tax: 3, french: 1 } })
  const ann = await centre.agent('ann', { tax: 3, french: 2 })
  const bea = await centre.agent('bea', { tax: 5, french: 1 })

  await centre.arrives('call', 'tax', { references })

  const first = await ann.isOffered('call')
  assert.deepEqual(first.contact?.references, references)
  assert.deepEqual(
    first.contact.requirements.map(({ skillId }) => skillId),
    ['french', 'tax'],
  )
  await ann.declines('call')
  const second = await bea.isOffered('call')
  assert.deepEqual(second.contact?.references, references)
})

test('25 given an escalation, the second line has the same references', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('experts', { needs: { tax: 4 } })
  const escalation = { afterOffers: 1, priorityBump: 0, queueId: 'experts' }
  await centre.queue('tax', { needs: { tax: 1 }, escalation })
  const expert = await centre.agent('expert', { tax: 5 })
  await centre.arrives('busy', 'experts')
  await expert.takes('busy')
  const ann = await centre.agent('ann', { tax: 1 })
  await centre.arrives('call', 'tax', { references })

  await ann.declines('call')
  await expert.completes('busy')

  const { contact } = await expert.isOffered('call')
  assert.deepEqual(contact?.references, references)
  assert.equal(contact.queueId, 'experts')
})
