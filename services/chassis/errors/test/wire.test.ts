import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput, duration, lastOf, pageToken, parse, timestamp } from '../index.ts'

describe('ms on the wire', () => {
  for (const ms of [0, 1, 999, 1000, 1_700_000_000_123]) {
    test(`${ms} comes back as it went`, () => {
      assert.equal(parse.timeMs('at', timestamp(ms)), ms)
      assert.equal(parse.durationMs('for', duration(ms), 0, ms), ms)
    })
  }

  test('parts of a ms are kept, and never make a whole second', () => {
    assert.deepEqual(timestamp(1000.5), { seconds: 1, nanos: 500_000 })
    assert.deepEqual(timestamp(1999.999_999_9), { seconds: 1, nanos: 999_999_999 })
  })

  test('both parts of a duration have the sign of the whole', () => {
    assert.deepEqual(duration(-1500), { seconds: -1, nanos: -500_000_000 })
  })
})

describe('a page token', () => {
  const id = /^[a-z]{1,8}$/

  test('gives back the last row, none the start', () => {
    assert.equal(lastOf('page_token', 'agents north', pageToken('agents north', 'bo'), id), 'bo')
    assert.equal(lastOf('page_token', 'agents north', '', id), '')
  })

  for (const [what, token] of [
    ['of another list', pageToken('agents south', 'bo')],
    ['with padding', `${pageToken('agents north', 'bo')}==`],
    ['without a row', pageToken('agents north', '')],
    ['with no row of this list', pageToken('agents north', 'b0')],
    ['longer than any', 'x'.repeat(257)],
  ] as const) {
    test(`${what} is refused`, () => {
      assert.throws(
        () => lastOf('page_token', 'agents north', token, id),
        (error) => error instanceof RejectedInput && error.code === 'PAGE_TOKEN_MALFORMED',
      )
    })
  }
})
