import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageWith } from '../page.ts'

test('a run puts its own section into the page and leaves the other as it is', () => {
  const first = pageWith('', 'kafka', 'one')
  const both = pageWith(first, 'sqlite', 'two')
  const again = pageWith(both, 'kafka', 'three')
  assert.match(first, /## Separate processes on Kafka\n\n<!-- kafka begins -->\n\none\n/)
  assert.doesNotMatch(first, /SQLite/)
  assert.match(both, /\none\n[^]*\ntwo\n/)
  assert.doesNotMatch(again, /\none\n/)
  assert.match(again, /\nthree\n[^]*\ntwo\n/)
})
