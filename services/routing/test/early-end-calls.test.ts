import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContactStreamRequest,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { refusalOf, runningRouting } from './running.ts'

const pool = 'p'

test('a call may end what the ingress topic has not brought yet, if it says so', async (t) => {
  const routing = await runningRouting(t)
  await routing.call('putPool', {
    pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
    validateOnly: false,
  })
  const queue = Queue.fromPartial({ pool, queueId: 'tax', channel: 1 })
  await routing.call('putQueue', { queue, validateOnly: false })
  const abandon = (contactId: string, mayPrecede: boolean) =>
    routing.call('abandonContact', { pool, contactId, mayPrecede })

  const refusal = await abandon('c1', false).catch(refusalOf)
  assert.equal('code' in refusal && refusal.code, 'CONTACT_UNKNOWN')
  assert.deepEqual(await abandon('c1', true), { contact: undefined })

  const talk = routing.talk('contactStream')
  const value = { pool, contactId: 'c2', reason: 'twice', mayPrecede: true }
  talk.send(
    ContactStreamRequest.fromPartial({
      requestId: 'r1',
      command: { $case: 'cancelContact', value },
    }),
  )
  const { requestId, position, result } = await talk.next()
  assert.deepEqual([requestId, result], ['r1', undefined])
  assert.match(position, /^0\/\d+$/)
  talk.end()

  const comes = async (contactId: string) => {
    const submission = SubmitContactRequest.fromPartial({ pool, contactId, queueId: 'tax' })
    return (await routing.call('submitContact', submission)).contact?.state
  }
  assert.equal(await comes('c1'), ContactState.CONTACT_STATE_ABANDONED)
  assert.equal(await comes('c2'), ContactState.CONTACT_STATE_CANCELLED)
})
