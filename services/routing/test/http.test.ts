import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contact, dump, running } from './bad-input.ts'
import type { Method } from './running.ts'

test('the same over HTTP: status, code and fields as in Connect', async (t) => {
  const routing = await running(t)
  const post = async (method: Method, body: string) => {
    const response = await fetch(`${routing.http}${routing.pathOf(method)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'connect-timeout-ms': '10000' },
      body,
    })
    return { status: response.status, text: await response.text() }
  }
  const table: readonly (readonly [Method, object, number, string, string])[] = [
    ['getContact', { pool: 'p' }, 400, 'invalid_argument', 'contact_id is missing'],
    ['getContact', { pool: 'p', contactId: 'nobody' }, 404, 'not_found', 'CONTACT_UNKNOWN'],
    [
      'submitContact',
      { ...contact, queueId: 'tax', priority: 1 },
      409,
      'already_exists',
      'CONTACT_EXISTS',
    ],
    ['holdContact', contact, 400, 'failed_precondition', 'CONTACT_STATE'],
    ['contactStream', {}, 501, 'unimplemented', 'METHOD_STREAMS'],
    ['submitContact', { pool: 7 }, 400, 'invalid_argument', 'BODY_MALFORMED'],
  ]
  const before = dump(routing)
  for (const [method, body, status, code, says] of table) {
    const answer = await post(method, JSON.stringify(body))
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code], answer.text)
    assert.ok(answer.text.includes(says), answer.text)
  }
  assert.equal(dump(routing), before)
  const found = await post('getContact', JSON.stringify(contact))
  assert.equal(JSON.parse(found.text).contact.contactId, 'c1')
})
