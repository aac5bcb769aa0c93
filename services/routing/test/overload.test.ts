import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { AdmissionLimits } from '@evenkeel/chassis/admission'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { RequestCallbackRequest } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import {
  ContactStreamRequest,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { ErrorInfo, RetryInfo } from '@evenkeel/proto/google/rpc/error_details'
import { submit, type Way } from '../shell/calls.ts'
import { type Refusal, refusalOf, runningRouting, site } from './running.ts'

const RESOURCE_EXHAUSTED = 8
const roomy = { poolContactsPerS: 1_000, poolBurstContacts: 1_000, applyLagCommands: 2_000 }

const submission = (pool: string, contactId: string) =>
  SubmitContactRequest.fromPartial({ pool, contactId, queueId: 'tax' })

/** Two pools, and the agent ann in one. */
async function centre(t: TestContext, admission: Partial<AdmissionLimits>) {
  const routing = await runningRouting(t, site(), 'routing-0', { ...roomy, ...admission })
  for (const pool of ['p', 'calm']) {
    const row = {
      pool,
      displayName: '',
      etag: '',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    }
    await routing.call('putPool', { pool: row, validateOnly: false })
    const queue = Queue.fromPartial({ pool, queueId: 'tax', channel: 1 })
    await routing.call('putQueue', { queue, validateOnly: false })
  }
  await routing.agent('ann')
  return routing
}

type Running = Awaited<ReturnType<typeof centre>>

/** All at once; who was turned away, with how. */
async function rush(routing: Running, pool: string, ids: readonly string[]) {
  const turned = new Map<string, Refusal>()
  await Promise.all(
    ids.map((id) =>
      routing.call('submitContact', submission(pool, id)).catch((error: unknown) => {
        turned.set(id, refusalOf(error))
      }),
    ),
  )
  return turned
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)

test('a pool at ten times its share is told when to come; others notice nothing', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 5, poolBurstContacts: 5 })
  const turned = await rush(routing, 'p', names(50))

  assert.ok(turned.size > 0 && turned.size <= 45, `${turned.size} of 50`)
  for (const { status, code, fields, retryAfterMs } of turned.values()) {
    assert.deepEqual([status, code], [RESOURCE_EXHAUSTED, 'POOL_OVER_RATE'])
    assert.deepEqual([fields.pool, fields.limit], ['p', '5'])
    assert.ok(retryAfterMs !== undefined && retryAfterMs > 0 && retryAfterMs <= 10_000)
  }
  await routing.call('submitContact', submission('calm', 'c0'))
  const { agent } = await routing.call('signIn', { pool: 'p', agentId: 'ann', ready: true })
  assert.equal(agent?.presence, Presence.PRESENCE_READY)
})

test('who was turned away has left nothing, and is taken at the time told', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 20, poolBurstContacts: 2 })
  const turned = await rush(routing, 'p', names(20))
  const [first] = turned
  assert.ok(first)
  const [contactId, { retryAfterMs = 0 }] = first
  assert.equal(
    (await routing.refusal('getContact', { pool: 'p', contactId })).code,
    'CONTACT_UNKNOWN',
  )
  await delay(retryAfterMs)
  const { contact } = await routing.call('submitContact', submission('p', contactId))
  assert.equal(contact?.contactId, contactId)
})

test('a repeat of what was taken gets its answer, and the end of a contact is heard', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 1, poolBurstContacts: 1 })
  await routing.call('submitContact', submission('p', 'c1'))
  const turned = await rush(routing, 'p', names(20).slice(2))
  assert.ok(turned.size > 0)
  const { contact } = await routing.call('submitContact', submission('p', 'c1'))
  assert.equal(contact?.contactId, 'c1')
  await routing.call('abandonContact', { pool: 'p', mayPrecede: false, contactId: 'c1' })
})

test('a callback without a call is a new contact like any other', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 1, poolBurstContacts: 1 })
  const asked = (contactId: string) =>
    RequestCallbackRequest.fromPartial({
      ...{ pool: 'p', contactId, addressRef: 'x', newContact: { queueId: 'tax' } },
    })
  await routing.call('submitContact', submission('p', 'c1'))
  const refusals = await Promise.all(
    names(20).map((id) => routing.refusal('requestCallback', asked(`new-${id}`))),
  )
  const codes = refusals.map(({ code }) => code)
  assert.ok(codes.filter((code) => code === 'POOL_OVER_RATE').length >= 18, codes.join(' '))
  // Of a contact that is here: whatever the queue says to it, it is not turned away.
  for (const newContact of [asked('c1').newContact, undefined]) {
    const again = RequestCallbackRequest.fromPartial({ ...asked('c1'), newContact })
    const { code } = await routing.refusal('requestCallback', again)
    assert.notEqual(code, 'POOL_OVER_RATE')
  }
})

test('a pool that is called other is not taken for those that nobody knows', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 1, poolBurstContacts: 1 })
  const pool = {
    pool: 'other',
    displayName: '',
    etag: '',
    dialPacing: undefined,
    profilesMaxAge: undefined,
  }
  await routing.call('putPool', { pool, validateOnly: false })
  const queue = Queue.fromPartial({ pool: 'other', queueId: 'tax', channel: 1 })
  await routing.call('putQueue', { queue, validateOnly: false })
  const known = await rush(routing, 'other', names(5))
  const unknown = await rush(routing, 'made-up', names(5))
  const shed = async (name: string) => {
    const labels = `pool="${name}",cause="pool_rate"`
    const line = new RegExp(`^evenkeel_routing_contacts_shed_total\\{${labels}\\} (\\d+)$`, 'm')
    return Number(line.exec(await routing.figures())?.[1])
  }
  const over = (of: typeof known) =>
    [...of.values()].filter(({ code }) => code === 'POOL_OVER_RATE').length
  assert.ok(over(known) > 0 && over(unknown) > 0)
  assert.deepEqual([await shed('other'), await shed('')], [over(known), over(unknown)])
})

test('a record that waits on its topic is told so each time, and counted never', async (t) => {
  const routing = await centre(t, { applyLagCommands: 2 })
  const ask = (contactId: string, by: Way) => {
    const value = submission('p', contactId)
    const call = {
      ...{ deadlineMs: 10_000, signal: t.signal },
      ...{ atLeast: undefined, position: () => undefined },
    }
    return submit(routing.hosted, { $case: 'submitContact', value }, call, () => undefined, by)
  }
  const shed = () => [...routing.hosted.admission.shed()].find(({ pool }) => pool === 'p')?.count
  // A tick may wait beside them: of two it is one too few.
  const first = [ask('c0', 'call'), ask('c1', 'call')]
  for (const _ of names(3)) {
    assert.throws(() => ask('c2', 'topic'), { code: 'APPLYING_BEHIND' })
  }
  assert.equal(shed(), undefined)
  assert.throws(() => ask('c2', 'call'), { code: 'APPLYING_BEHIND' })
  assert.equal(shed(), 1)
  await Promise.all(first)
  await ask('c2', 'topic')
})

test('a contact stream is told the same, goes on, and ends contacts', async (t) => {
  const routing = await centre(t, { poolContactsPerS: 1, poolBurstContacts: 1 })
  const talk = routing.talk('contactStream')
  for (const id of names(20)) {
    const command = { $case: 'submitContact', value: submission('p', id) } as const
    talk.send(ContactStreamRequest.fromPartial({ requestId: id, command }))
  }
  const turned: string[] = []
  for (const _ of names(20)) {
    const { requestId, result } = await talk.next()
    if (result?.$case !== 'error') continue
    const [info, retry] = result.value.details
    assert.equal(ErrorInfo.decode(info?.value ?? Buffer.alloc(0)).reason, 'POOL_OVER_RATE')
    assert.ok(RetryInfo.decode(retry?.value ?? Buffer.alloc(0)).retryDelay)
    turned.push(requestId)
  }
  assert.ok(turned.length > 0 && !turned.includes('c0'))
  const value = { pool: 'p', mayPrecede: false, contactId: 'c0' }
  const command = { $case: 'abandonContact', value } as const
  talk.send(ContactStreamRequest.fromPartial({ requestId: 'end', command }))
  assert.equal((await talk.next()).result?.$case, 'contact')
  talk.cancel()
})

test('where applying is behind only desks and ends of contacts go on', async (t) => {
  const routing = await centre(t, { applyLagCommands: 3 })
  await routing.call('submitContact', submission('p', 'open'))
  const rushing = rush(routing, 'p', names(200))
  const [{ agent }] = await Promise.all([
    routing.call('signIn', { pool: 'p', agentId: 'ann', ready: true }),
    routing.call('cancelContact', { pool: 'p', contactId: 'open', reason: '', mayPrecede: false }),
  ])
  assert.equal(agent?.presence, Presence.PRESENCE_READY)
  const turned = await rushing
  assert.ok(turned.size > 0)
  for (const [contactId, { status, code, fields, retryAfterMs }] of turned) {
    assert.deepEqual([status, code], [RESOURCE_EXHAUSTED, 'APPLYING_BEHIND'])
    assert.deepEqual([fields.pool, fields.limit], ['p', '3'])
    assert.ok(Number(fields.value) >= 3 && retryAfterMs !== undefined && retryAfterMs >= 100)
    assert.equal(routing.replica.state.contacts.get(`p/${contactId}`), undefined)
  }
  await routing.call('submitContact', submission('p', [...turned.keys()][0] ?? ''))
})
