import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RejectedInput, idPatterns, parse } from '../index.ts'

const channels = { 1: 'voice', 2: 'chat' } as const
const same = (_field: string, value: string) => value

// what is parsed, what comes of it: a value, or code and fields
const accepted: readonly (readonly [string, () => unknown, unknown])[] = [
  ['id', () => parse.id('contact_id', 'c:1@x'), 'c:1@x'],
  ['no id where none is needed', () => parse.optionalId('team', ''), ''],
  ['slug', () => parse.id('pool', 'eu-1', idPatterns.slug), 'eu-1'],
  ['empty text', () => parse.text('display_name', '', 200), ''],
  ['text with tab and newline', () => parse.text('note', 'a\tb\n', 200), 'a\tb\n'],
  ['text of exactly the limit', () => parse.text('note', '\u20ac', 3), '\u20ac'],
  ['integer at its bounds', () => parse.integer('level', 10, 1, 10), 10],
  ['minus zero is zero', () => Object.is(parse.integer('level', -0, 0, 10), 0), true],
  ['page size 0', () => parse.pageSize('page_size', 0, 500, 100), 100],
  ['enum', () => parse.enumOf('channel', 2, channels), 'chat'],
  ['duration', () => parse.durationMs('ttl', { seconds: 1, nanos: 5e8 }, 1, 5000), 1500],
  ['duration down to whole ms', () => parse.durationMs('d', { seconds: 0, nanos: 1 }, 0, 9), 0],
  ['absent duration', () => parse.durationMs('ttl', undefined, 1, 5000, 700), 700],
  [
    'absent duration as undefined',
    () => parse.durationMs('d', undefined, 1, 5, undefined),
    undefined,
  ],
  [
    'timestamp',
    () => parse.timeMs('at', { seconds: 1700000000, nanos: 999_999_999 }),
    1700000000999,
  ],
  ['absent timestamp', () => parse.timeMs('at', undefined, 0), 0],
  ['list', () => parse.list('refs', ['a', 'b'], 2, same), ['a', 'b']],
  ['unique', () => parse.unique('refs', ['a', 'b'], (v) => v), ['a', 'b']],
  ['message', () => parse.message('skill', { level: 1 }), { level: 1 }],
]

for (const [name, parsing, value] of accepted) {
  test(`accepted: ${name}`, () => assert.deepEqual(parsing(), value))
}

type Refusal = readonly [string, () => unknown, string, Record<string, string | number>]

const slugSays = idPatterns.slug.says
const rejected: readonly Refusal[] = [
  ['no id', () => parse.id('pool', ''), 'FIELD_MISSING', { field: 'pool' }],
  [
    'id with a capital',
    () => parse.id('pool', 'EU', idPatterns.slug),
    'FIELD_MALFORMED',
    { field: 'pool', limit: slugSays, value: '"EU"' },
  ],
  [
    'id with a line feed at its end',
    () => parse.id('pool', 'eu\n', idPatterns.slug),
    'FIELD_MALFORMED',
    { field: 'pool', limit: slugSays, value: '"eu\\n"' },
  ],
  [
    'text too long in bytes, not characters',
    () => parse.text('note', '\u20ac\u20ac', 5),
    'FIELD_TOO_LONG',
    { field: 'note', limit: 5, value: 6 },
  ],
  ['no text', () => parse.text('note', '', 5, 1), 'FIELD_MISSING', { field: 'note' }],
  [
    'text with an escape sequence',
    () => parse.text('note', '\u001b[31m', 50),
    'FIELD_MALFORMED',
    { field: 'note', limit: 'well-formed text without control characters' },
  ],
  [
    'half a surrogate pair',
    () => parse.text('note', '\ud800', 50),
    'FIELD_MALFORMED',
    { field: 'note', limit: 'well-formed text without control characters' },
  ],
  [
    'bytes',
    () => parse.bytes('attributes', new Uint8Array(9), 8),
    'FIELD_TOO_LONG',
    { field: 'attributes', limit: 8, value: 9 },
  ],
  [
    'integer',
    () => parse.integer('level', 11, 1, 10),
    'FIELD_OUT_OF_RANGE',
    { field: 'level', limit: '1 to 10', value: 11 },
  ],
  [
    'no number',
    () => parse.integer('n', Number.NaN, 1, 2),
    'FIELD_OUT_OF_RANGE',
    { field: 'n', limit: '1 to 2', value: Number.NaN },
  ],
  ['enum unset', () => parse.enumOf('channel', 0, channels), 'FIELD_MISSING', { field: 'channel' }],
  [
    'enum of a newer version',
    () => parse.enumOf('channel', 9, channels),
    'ENUM_UNKNOWN',
    { field: 'channel', limit: '1, 2', value: 9 },
  ],
  [
    'duration of mixed signs',
    () => parse.durationMs('ttl', { seconds: 1, nanos: -1 }, 0, 5000),
    'FIELD_MALFORMED',
    { field: 'ttl', limit: 'a valid google.protobuf.Duration' },
  ],
  [
    'duration too long',
    () => parse.durationMs('ttl', { seconds: 6, nanos: 0 }, 0, 5000),
    'FIELD_OUT_OF_RANGE',
    { field: 'ttl', limit: '0 to 5000 ms', value: 6000 },
  ],
  ['no timestamp', () => parse.timeMs('at', undefined), 'FIELD_MISSING', { field: 'at' }],
  [
    'timestamp before 1970',
    () => parse.timeMs('at', { seconds: -1, nanos: 0 }),
    'FIELD_MALFORMED',
    { field: 'at', limit: 'a google.protobuf.Timestamp of the years 1970-9999' },
  ],
  [
    'too many',
    () => parse.list('refs', ['a', 'b', 'c'], 2, same),
    'FIELD_TOO_MANY',
    { field: 'refs', limit: 2, value: 3 },
  ],
  [
    'an element, named by its index',
    () => parse.list('refs', ['a', ''], 2, (field, value) => parse.id(field, value)),
    'FIELD_MISSING',
    { field: 'refs[1]' },
  ],
  [
    'one twice',
    () => parse.unique('skills', ['tax', 'tax'], (v) => v),
    'FIELD_DUPLICATE',
    { field: 'skills', value: 'tax' },
  ],
  ['no message', () => parse.message('skill', undefined), 'FIELD_MISSING', { field: 'skill' }],
]

for (const [name, parsing, code, fields] of rejected) {
  test(`refused: ${name}`, () => {
    assert.throws(parsing, (error) => {
      assert.ok(error instanceof RejectedInput)
      assert.equal(error.code, code)
      assert.deepEqual(error.fields, fields)
      return true
    })
  })
}

test('nothing refused that may be personal is repeated in what is said about it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (content) => {
      const secret = `+49-170-${content}`
      const parsers = [
        () => parse.text('f', `${secret}\u0000`, 1000),
        () => parse.text('f', secret, 1),
        () => parse.id('f', `${secret}\u0000`, idPatterns.opaque),
        () => parse.bytes('f', Buffer.from(secret), 1),
      ]
      for (const run of parsers) {
        assert.throws(run, (error) => {
          assert.ok(error instanceof RejectedInput)
          return !JSON.stringify({ ...error, message: error.message }).includes('+49-170-')
        })
      }
    }),
  )
})
