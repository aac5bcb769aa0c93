import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import {
  AgentSessionRequest,
  type AgentSessionResponse,
  Presence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  ContactStreamRequest,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { runningRouting } from './running.ts'

const pool = 'p'
const submission = (contactId: string, more: Partial<SubmitContactRequest> = {}) =>
  SubmitContactRequest.fromPartial({ pool, contactId, queueId: 'tax', ...more })

/** A pool with a queue of calls. */
async function centre(t: TestContext) {
  const routing = await runningRouting(t)
  await routing.call('putPool', {
    pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
    validateOnly: false,
  })
  const queue = Queue.fromPartial({ pool, queueId: 'tax', channel: 1 })
  await routing.call('putQueue', { queue, validateOnly: false })
  return routing
}

type Running = Awaited<ReturnType<typeof centre>>

describe('a contact stream', () => {
  const submit = (requestId: string, contactId: string) =>
    ContactStreamRequest.fromPartial({
      requestId,
      command: { $case: 'submitContact', value: submission(contactId) },
    })

  test('answers each of many outstanding commands by its request_id', async (t) => {
    const talk = (await centre(t)).talk('contactStream')
    const ids = Array.from({ length: 200 }, (_, i) => `r${i}`)
    for (const id of ids) talk.send(submit(id, `c-${id}`))
    const answers = new Map<string, string>()
    for (const _ of ids) {
      const { requestId, position, result } = await talk.next()
      assert.match(position, /^0\/\d+$/)
      answers.set(requestId, result?.$case === 'contact' ? result.value.contactId : 'refused')
    }
    assert.deepEqual(answers, new Map(ids.map((id) => [id, `c-${id}`])))
    talk.end()
    assert.equal(await talk.ended(), undefined)
  })

  test('goes on after a refusal, which has its code', async (t) => {
    const talk = (await centre(t)).talk('contactStream')
    const refusals: readonly (readonly [ContactStreamRequest, string])[] = [
      [{ ...submit('', 'c1') }, 'FIELD_MISSING'],
      [{ ...submit('r1', 'a b') }, 'FIELD_MALFORMED'],
      [ContactStreamRequest.fromPartial({ requestId: 'r2' }), 'FIELD_MISSING'],
      [{ ...submit('r3', 'c1'), timeout: { seconds: 61, nanos: 0 } }, 'FIELD_OUT_OF_RANGE'],
      [
        ContactStreamRequest.fromPartial({
          requestId: 'r4',
          command: { $case: 'holdContact', value: { pool, contactId: 'nobody' } },
        }),
        'CONTACT_UNKNOWN',
      ],
    ]
    for (const [request, code] of refusals) {
      talk.send(request)
      const { requestId, result } = await talk.next()
      assert.equal(requestId, request.requestId)
      assert.equal(result?.$case, 'error')
      const detail = result.value.details[0]?.value ?? Buffer.alloc(0)
      assert.equal(ErrorInfo.decode(detail).reason, code)
    }
    talk.send(submit('r5', 'c1'))
    assert.equal((await talk.next()).result?.$case, 'contact')
    talk.cancel()
  })
})

describe("an agent's desk", () => {
  type Command = NonNullable<AgentSessionRequest['command']>
  const say = (requestId: string, command: Command): AgentSessionRequest => ({ requestId, command })
  const opening = (sessionToken = '') =>
    say('open', { $case: 'open', value: { pool, agentId: 'ann', sessionToken, ready: true } })
  const is =
    ($case: NonNullable<AgentSessionResponse['event']>['$case']) =>
    ({ event }: AgentSessionResponse) =>
      event?.$case === $case

  async function seated(routing: Running, sessionToken = '') {
    const desk = routing.talk('agentSession')
    desk.send(opening(sessionToken))
    const { event } = await desk.next()
    assert.equal(event?.$case, 'opened')
    return { desk, token: event.value.sessionToken, opened: event.value }
  }

  const offerOf = ({ event }: AgentSessionResponse) => {
    assert.equal(event?.$case, 'offer')
    return event.value
  }

  test('is offered what comes, with every byte of its attributes, and answers', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const { desk, opened } = await seated(routing)
    assert.equal(opened.agent?.presence, Presence.PRESENCE_READY)
    assert.deepEqual(opened.grace, { seconds: 15, nanos: 0 })
    const attributes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    await routing.call('submitContact', submission('c1', { attributes }))
    const offer = offerOf(await desk.until(is('offer')))
    assert.equal(offer.contact?.contactId, 'c1')
    assert.deepEqual(Buffer.from(offer.contact.attributes), attributes)
    const { offerId } = offer
    desk.send(say('a1', { $case: 'acceptOffer', value: { pool: '', agentId: '', offerId } }))
    const told = await desk.until(is('contact'))
    assert.equal(told.event?.$case === 'contact' && told.event.value.contactId, 'c1')
    const result = await desk.until(is('result'))
    assert.deepEqual(result.event, {
      $case: 'result',
      value: { requestId: 'a1', error: undefined },
    })
    desk.cancel()
  })

  test('hears of contacts that the agent had before it was opened', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const who = { pool, agentId: 'ann' }
    await routing.call('signIn', { ...who, ready: true })
    const { contact } = await routing.call('submitContact', submission('c1'))
    await routing.call('acceptOffer', { ...who, offerId: contact?.offerId ?? '' })
    const { desk } = await seated(routing)
    const had = await desk.until(is('contact'))
    assert.equal(had.event?.$case, 'contact')
    assert.equal(had.event.value.state, ContactState.CONTACT_STATE_CONNECTING)
    await routing.call('completeContact', { ...who, contactId: 'c1' })
    const told = await desk.until(is('contact'))
    assert.equal(told.event?.$case, 'contact')
    assert.equal(told.event.value.state, ContactState.CONTACT_STATE_COMPLETED)
    desk.cancel()
  })

  test('hears that an offer is gone', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const { desk } = await seated(routing)
    await routing.call('submitContact', submission('c1'))
    const { offerId } = offerOf(await desk.until(is('offer')))
    await routing.call('abandonContact', { pool, mayPrecede: false, contactId: 'c1' })
    const { event } = await desk.until(is('offerClosed'))
    assert.deepEqual(event, { $case: 'offerClosed', value: { offerId, contactId: 'c1' } })
    desk.cancel()
  })

  test('goes on after a refusal, and answers a ping', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const { desk } = await seated(routing)
    const accept = { pool: '', agentId: '', offerId: 'o-0-0' }
    desk.send(say('r1', { $case: 'acceptOffer', value: accept }))
    const refused = await desk.until(is('result'))
    assert.ok(refused.event?.$case === 'result' && refused.event.value.error !== undefined)
    desk.send(say('r2', { $case: 'ping', value: {} }))
    const pong = await desk.until(is('result'))
    assert.deepEqual(pong.event, { $case: 'result', value: { requestId: 'r2', error: undefined } })
    desk.cancel()
  })

  test('cut keeps its offer, and resumed by its token shows it again', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const { desk, token } = await seated(routing)
    await routing.call('submitContact', submission('c1'))
    const { offerId } = offerOf(await desk.until(is('offer')))
    desk.cancel()
    const ann = () => routing.replica.state.agents.must('p/ann')
    await routing.reached(() => !ann().connected)
    assert.equal(ann().presence, 'ready')
    const again = await seated(routing, token)
    assert.equal(again.token, token)
    assert.equal(offerOf(await again.desk.until(is('offer'))).offerId, offerId)
    assert.equal(ann().graceUntil, Number.POSITIVE_INFINITY)
    again.desk.cancel()
  })

  test('replaced by another ends; its token is worth nothing more', async (t) => {
    const routing = await centre(t)
    await routing.agent('ann')
    const first = await seated(routing)
    const second = await seated(routing)
    assert.notEqual(first.token, second.token)
    assert.equal((await first.desk.ended())?.code, 'SESSION_UNKNOWN')
    const late = routing.talk('agentSession')
    late.send(opening(first.token))
    assert.equal((await late.ended())?.code, 'SESSION_UNKNOWN')
    second.desk.send(say('r1', { $case: 'ping', value: {} }))
    await second.desk.until(is('result'))
    second.desk.cancel()
  })

  test('does not open with anything but an opening, for nobody, or nowhere', async (t) => {
    const routing = await centre(t)
    const open = (change: object) => {
      const value = { pool, agentId: 'ann', sessionToken: '', ready: true, ...change }
      return say('r1', { $case: 'open', value })
    }
    const table: readonly (readonly [AgentSessionRequest, string])[] = [
      [say('', { $case: 'ping', value: {} }), 'FIELD_MISSING'],
      [say('r1', { $case: 'ping', value: {} }), 'FIELD_MISSING'],
      [open({}), 'AGENT_UNKNOWN'],
      [open({ pool: 'q' }), 'POOL_UNKNOWN'],
      [open({ pool: 'P' }), 'FIELD_MALFORMED'],
      [open({ agentId: '' }), 'FIELD_MISSING'],
      [open({ sessionToken: 't'.repeat(65) }), 'FIELD_MALFORMED'],
    ]
    for (const [request, code] of table) {
      const desk = routing.talk('agentSession')
      desk.send(request)
      assert.equal((await desk.ended())?.code, code)
    }
  })
})

describe('a watch', () => {
  test('of contacts shows all that is there, then what changes, of its pool alone', async (t) => {
    const routing = await centre(t)
    await routing.call('submitContact', submission('c1'))
    await routing.call('submitContact', submission('c2'))
    const watch = routing.talk('watchContacts')
    watch.send({ pool, changesOnly: false })
    watch.end()
    const seen: string[] = []
    for (let i = 0; i < 3; i++) {
      const { event } = await watch.next()
      seen.push(event?.$case === 'contact' ? event.value.contactId : (event?.$case ?? ''))
    }
    assert.deepEqual(seen, ['c1', 'c2', 'snapshotComplete'])
    await routing.call('abandonContact', { pool, mayPrecede: false, contactId: 'c2' })
    const { event } = await watch.next()
    assert.equal(event?.$case, 'contact')
    assert.deepEqual(
      [event.value.contactId, event.value.state],
      ['c2', ContactState.CONTACT_STATE_ABANDONED],
    )
    watch.cancel()
  })

  test('of changes only begins with the next change', async (t) => {
    const routing = await centre(t)
    await routing.call('submitContact', submission('c1'))
    const watch = routing.talk('watchContacts')
    watch.send({ pool, changesOnly: true })
    watch.end()
    assert.equal((await watch.next()).event?.$case, 'snapshotComplete')
    await routing.call('submitContact', submission('c2'))
    const { event } = await watch.next()
    assert.equal(event?.$case === 'contact' && event.value.contactId, 'c2')
    watch.cancel()
  })

  test('tells all who watch a pool, also when one has left, and nobody of another', async (t) => {
    const routing = await centre(t)
    await routing.call('putPool', {
      pool: {
        pool: 'other',
        displayName: '',
        etag: '',
        dialPacing: undefined,
        profilesMaxAge: undefined,
      },
      validateOnly: false,
    })
    const other = Queue.fromPartial({ pool: 'other', queueId: 'tax', channel: 1 })
    await routing.call('putQueue', { queue: other, validateOnly: false })
    const watching = async (watched: string) => {
      const watch = routing.talk('watchContacts')
      watch.send({ pool: watched, changesOnly: true })
      watch.end()
      assert.equal((await watch.next()).event?.$case, 'snapshotComplete')
      return watch
    }
    type Watch = Awaited<ReturnType<typeof watching>>
    const told = async (watch: Watch) => {
      const { event } = await watch.next()
      return event?.$case === 'contact' && event.value.contactId
    }
    const [one, two, elsewhere] = [
      await watching(pool),
      await watching(pool),
      await watching('other'),
    ]
    await routing.call('submitContact', submission('c1'))
    assert.deepEqual([await told(one), await told(two)], ['c1', 'c1'])
    one.cancel()
    await routing.call('submitContact', submission('c2'))
    await routing.call('submitContact', submission('c3', { pool: 'other' }))
    assert.deepEqual([await told(two), await told(elsewhere)], ['c2', 'c3'])
    for (const watch of [two, elsewhere]) watch.cancel()
  })

  test('of queues shows all, then what differs', async (t) => {
    const routing = await centre(t)
    const watch = routing.talk('watchQueues')
    watch.send({ pool, interval: { seconds: 0, nanos: 100_000_000 } })
    watch.end()
    assert.deepEqual(
      (await watch.next()).queues.map((queue) => [queue.queueId, queue.waiting]),
      [['tax', 0]],
    )
    await routing.call('submitContact', submission('c1'))
    const changed = await watch.until(({ queues }) => queues[0]?.waiting === 1)
    assert.equal(changed.queues.length, 1)
    watch.cancel()
  })

  test('of a pool that is not there is refused', async (t) => {
    const routing = await centre(t)
    const contacts = routing.talk('watchContacts')
    contacts.send({ pool: 'q', changesOnly: false })
    contacts.end()
    assert.equal((await contacts.ended())?.code, 'POOL_UNKNOWN')
    const queues = routing.talk('watchQueues')
    queues.send({ pool, interval: { seconds: 61, nanos: 0 } })
    queues.end()
    assert.equal((await queues.ended())?.code, 'FIELD_OUT_OF_RANGE')
  })

  test('whose reader falls behind is cut off, and told so', async (t) => {
    const routing = await centre(t)
    const watch = routing.talk('watchContacts')
    watch.send({ pool, changesOnly: true })
    watch.end()
    await watch.next()
    watch.pause()
    const attributes = Buffer.alloc(8_192)
    const submit = (_: unknown, i: number) =>
      routing.call('submitContact', submission(`c${i}`, { attributes }))
    await Promise.all(Array.from({ length: 600 }, submit))
    watch.resume()
    const end = await watch.ended()
    assert.equal(end?.code, 'WATCH_TOO_SLOW')
  })
})
