import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadRequest, ErrorInfo, RetryInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import {
  CodedError,
  RejectedInput,
  common,
  commonErrors,
  type ErrorTable,
  errorsMarkdown,
  fromRejection,
  shortMessage,
  statusBytes,
} from '../index.ts'

const table: ErrorTable = {
  CONTACT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'There is no contact {contact_id}.',
  },
  OVERLOADED: { status: 'UNAVAILABLE', retryable: true, message: 'The service says it its way.' },
}

test("a core's rejection becomes an error with the table's status and its own fields", () => {
  const error = fromRejection({ code: 'CONTACT_UNKNOWN', fields: { contact_id: 'c-1' } }, table)
  assert.ok(error instanceof CodedError)
  assert.equal(error.message, 'There is no contact c-1.')
  assert.equal(error.status, 'NOT_FOUND')
  assert.equal(error.retryable, false)
  assert.deepEqual(error.fields, { contact_id: 'c-1' })
})

test("a service's own table comes before the common one", () => {
  assert.equal(fromRejection({ code: 'OVERLOADED', fields: {} }, table).status, 'UNAVAILABLE')
  assert.equal(fromRejection({ code: 'LOG_UNAVAILABLE', fields: {} }, table).status, 'UNAVAILABLE')
})

test('a code in no table is a fault, not an answer', () => {
  for (const code of ['NO_SUCH_CODE', 'toString', '__proto__']) {
    assert.throws(
      () => fromRejection({ code, fields: {} }, table),
      (error) => !(error instanceof CodedError),
    )
  }
})

test('google.rpc.Status carries code, sentence, field and delay', () => {
  const input = new RejectedInput('FIELD_TOO_LONG', commonErrors.FIELD_TOO_LONG, {
    field: 'contact.references[3]',
    limit: 512,
    value: 600,
  })
  const refused = Status.decode(statusBytes(input))
  assert.equal(refused.code, 3)
  assert.equal(
    refused.message,
    'contact.references[3] has 600 bytes, the limit is 512. Shorten it.',
  )
  assert.deepEqual(
    refused.details.map((d) => d.typeUrl),
    ['type.googleapis.com/google.rpc.ErrorInfo', 'type.googleapis.com/google.rpc.BadRequest'],
  )
  const [info, bad] = refused.details
  assert.deepEqual(ErrorInfo.decode(info?.value ?? new Uint8Array()), {
    reason: 'FIELD_TOO_LONG',
    domain: 'evenkeel',
    metadata: { field: 'contact.references[3]', limit: '512', value: '600' },
  })
  const violation = BadRequest.decode(bad?.value ?? new Uint8Array()).fieldViolations[0]
  assert.equal(violation?.field, 'contact.references[3]')
  assert.equal(violation?.reason, 'FIELD_TOO_LONG')

  const busy = common('OVERLOADED', { limit: 10, what: 'calls' }, { retryAfterMs: 1500 })
  const last = Status.decode(statusBytes(busy)).details.at(-1)
  assert.equal(last?.typeUrl, 'type.googleapis.com/google.rpc.RetryInfo')
  assert.deepEqual(RetryInfo.decode(last?.value ?? new Uint8Array()), {
    retryDelay: { seconds: 1, nanos: 500_000_000 },
  })
})

test('a status stays small enough for a header, whatever the fields hold', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`field${i}`, '\u20ac'.repeat(10_000)]),
  )
  const entry = { status: 'INVALID_ARGUMENT', retryable: true, message: '{field1}' } as const
  const error = new CodedError('FIELD_TOO_LONG', entry, { field: '\u20ac'.repeat(9999), ...fields })
  const trailers =
    (statusBytes(error).length * 4) / 3 + encodeURIComponent(shortMessage(error)).length
  assert.ok(trailers < 8192, `${trailers} bytes are more than peers take`)
})

test('placeholders are fields that errors are raised with, and every sentence is one', () => {
  const names = 'service field limit value type reason rpc what pool partition position'
  const known = new Set([...names.split(' '), 'address', 'reference', 'halt', 'cause'])
  for (const [code, entry] of Object.entries(commonErrors)) {
    assert.match(code, /^[A-Z][A-Z_]{2,62}[A-Z]$/)
    assert.match(entry.message, /\.$/, `${code} is no sentence`)
    for (const [, name = ''] of entry.message.matchAll(/\{(\w+)\}/g)) {
      assert.ok(known.has(name), `${code}: {${name}}`)
    }
  }
})

test('the page of errors has every code of every table once, and is stable', () => {
  const sections = [
    { title: 'Common', table: commonErrors },
    { title: 'Routing', table },
  ]
  const page = errorsMarkdown(sections)
  assert.equal(page, errorsMarkdown(sections))
  for (const code of Object.keys(commonErrors)) {
    const lines = page.split('\n').filter((line) => line.startsWith(`| \`${code}\` |`))
    assert.equal(lines.length, code === 'OVERLOADED' ? 2 : 1, code)
  }
  assert.match(
    page,
    /\| `CONTACT_UNKNOWN` \| NOT_FOUND \| no \| There is no contact \{contact_id\}\. \|/,
  )
})
