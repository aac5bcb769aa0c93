import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { assertAddsUp } from './adds-up.ts'
import { longCommand, ROOT } from './process.ts'

const REAL = resolve(ROOT, '..', 'shared', 'data', 'anonymous-bank-1999-01.tsv.gz')
const absent = existsSync(REAL)
  ? false
  : `${REAL} is not there: the call log of the bank is not ours to ship`

test('replay of a real day, 10 January 1999 at a bank, adds up', { skip: absent }, async () => {
  const options = [
    '--format',
    'anonymous-bank',
    '--date',
    '1999-01-10',
    '--speed',
    '1000',
    '--json',
  ]
  const day = await longCommand('replay', REAL, ...options)
  assert.equal(day.code, 0, day.err)
  assert.ok(assertAddsUp(day).contacts.accepted > 1000)
})
