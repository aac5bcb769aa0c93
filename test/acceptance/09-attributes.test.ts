// 9: What the IVR or bot learned reaches the agent, byte for byte.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { status } from '@grpc/grpc-js'
import { refusal } from './api.ts'
import { Centre } from './centre.ts'
import { Legs } from './legs.ts'
import { SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ATTRIBUTES_MAX = 8192
const REFERENCES_MAX = 8
const REFERENCE_BYTES_MAX = 256

/** Every value that a byte can have, forwards and backwards. */
const everyByte = Buffer.from(Array.from({ length: 512 }, (_, i) => (i < 256 ? i : 511 - i)))

const learned: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one zero byte', Buffer.from([0])],
  ['every value of a byte', everyByte],
  ['JSON', Buffer.from('{"need":"tax","name":"Ana Ü. 漢字 😀"}')],
  ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80])],
  ['as much as there may be', Buffer.alloc(ATTRIBUTES_MAX, everyByte)],
]

const references = [
  'https://crm.example/customers/1?tab=tax&lang=fr#top',
  'urn:x:%00%FF',
  `https://e.example/${'a'.repeat(REFERENCE_BYTES_MAX - 18)}`,
]

/** A unary call as JSON over HTTP. */
async function post(method: string, body: unknown) {
  const response = await fetch(`${world.http}/evenkeel.routing.v1.ContactService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { http: response.status, answer: Object(answer) as Readonly<Record<string, unknown>> }
}

for (const [what, attributes] of learned) {
  test(`9 given ${what}, when submitted over gRPC, the offer has it byte for byte`, async (t) => {
    const centre = await Centre.open(t, world)
    await centre.queue('tax')
    const ann = await centre.agent('ann')

    await centre.arrives('call', 'tax', { attributes, references })

    const { contact } = await ann.isOffered('call')
    assert.deepEqual(Buffer.from(contact?.attributes ?? []), attributes)
    assert.deepEqual(contact?.references, references)
  })

  test(`9 given ${what}, when submitted as JSON, the offer has it byte for byte`, async (t) => {
    const centre = await Centre.open(t, world)
    await centre.queue('tax')
    const ann = await centre.agent('ann')
    const { pool } = centre

    const submitted = await post('SubmitContact', {
      pool,
      contactId: 'call',
      queueId: 'tax',
      attributes: attributes.toString('base64'),
      references,
    })

    assert.equal(submitted.http, 200, JSON.stringify(submitted.answer))
    const { contact } = await ann.isOffered('call')
    assert.deepEqual(Buffer.from(contact?.attributes ?? []), attributes)
    assert.deepEqual(contact?.references, references)
    const read = await post('GetContact', { pool, contactId: 'call' })
    const told = Object(read.answer['contact']) as Readonly<Record<string, unknown>>
    assert.equal(told['attributes'] ?? '', attributes.toString('base64'))
    assert.deepEqual(told['references'], references)
  })
}

test('9 given a contact waits, when the server dies and is back, each byte arrives', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax')
  await centre.arrives('call', 'tax', { attributes: everyByte, references })

  await world.crash()

  const ann = await centre.agent('ann')
  const { contact } = await ann.isOffered('call')
  assert.deepEqual(Buffer.from(contact?.attributes ?? []), everyByte)
  assert.deepEqual(contact?.references, references)
})

test('9 given an agent has it, when it is transferred, the next gets every byte', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax')
  const ann = await centre.agent('ann')
  await centre.arrives('call', 'tax', { attributes: everyByte })
  await ann.takes('call')
  const bea = await centre.agent('bea')
  await world.pass(SECOND)

  await centre.transfers('call', 'tax')

  const { contact } = await bea.isOffered('call')
  assert.deepEqual(Buffer.from(contact?.attributes ?? []), everyByte)
})

test('9 given an expert is consulted and takes over, the offer has every byte', async (t) => {
  const centre = await Centre.open(t, world)
  const legs = new Legs(centre)
  await centre.queue('tax')
  await centre.queue('experts', { needs: { tax: 4 } })
  const ann = await centre.agent('ann')
  await centre.arrives('call', 'tax', { attributes: everyByte, references })
  await ann.takes('call')
  const eve = await centre.agent('eve', { tax: 4 })

  await legs.consults(ann, 'call', { as: 'ask', queueId: 'experts' })

  const { contact } = await eve.isOffered('ask')
  assert.deepEqual(Buffer.from(contact?.attributes ?? []), everyByte)
  assert.deepEqual(contact?.references, references)
  await eve.takes('ask')
  await legs.handsOver('call', 'ask')
  const call = await centre.contact('call')
  assert.equal(call.agentId, eve.agentId)
  assert.deepEqual(Buffer.from(call.attributes), everyByte)
})

const tooMuch = [
  {
    what: 'more attributes than there may be',
    more: { attributes: Buffer.alloc(ATTRIBUTES_MAX + 1, 7) },
    code: 'FIELD_TOO_LONG',
    fields: { field: 'attributes', limit: String(ATTRIBUTES_MAX), value: '8193' },
  },
  {
    what: 'more references than there may be',
    more: { references: Array.from({ length: REFERENCES_MAX + 1 }, (_, i) => `urn:x:${i}`) },
    code: 'FIELD_TOO_MANY',
    fields: { field: 'references', limit: String(REFERENCES_MAX), value: '9' },
  },
  {
    what: 'a reference longer than it may be',
    more: { references: ['urn:x:1', `urn:x:${'a'.repeat(REFERENCE_BYTES_MAX)}`] },
    code: 'FIELD_TOO_LONG',
    fields: { field: 'references[1]', limit: String(REFERENCE_BYTES_MAX), value: '262' },
  },
]

for (const { what, more, code, fields } of tooMuch) {
  test(`9 given ${what}, when submitted, it is refused with field, limit and value`, async (t) => {
    const centre = await Centre.open(t, world)
    await centre.queue('tax')

    const refused = await refusal(centre.arrives('call', 'tax', more))

    assert.equal(refused.status, status.INVALID_ARGUMENT)
    assert.equal(refused.code, code)
    assert.deepEqual(refused.fields, fields)
    assert.equal(refused.field, fields.field)
    assert.deepEqual(await centre.openContacts(), [])

    const { attributes, ...rest } = { attributes: undefined, ...more }
    const overHttp = await post('SubmitContact', {
      ...{ pool: centre.pool, contactId: 'call', queueId: 'tax', ...rest },
      attributes: attributes?.toString('base64'),
    })
    assert.equal(overHttp.http, 400)
    const [detail] = Object(overHttp.answer['details']) as { debug: Record<string, unknown> }[]
    assert.equal(detail?.debug['reason'], code)
    assert.deepEqual(detail.debug['metadata'], fields)
    assert.deepEqual(await centre.openContacts(), [])
  })
}

test('9 given a known contact id, when a byte differs, it is refused, the old stay', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax')
  await centre.arrives('call', 'tax', { attributes: everyByte })
  const other = Buffer.from(everyByte)
  other[511] = 1

  const refused = await refusal(centre.arrives('call', 'tax', { attributes: other }))

  assert.equal(refused.code, 'CONTACT_EXISTS')
  const kept = await centre.arrives('call', 'tax', { attributes: everyByte })
  assert.deepEqual(Buffer.from(kept.attributes), everyByte)
})
