import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { longCommand, ROOT } from './process.ts'

const fileOf = (month: string): string =>
  resolve(ROOT, '..', 'shared', 'data', `anonymous-bank-1999-${month}.tsv.gz`)
const FEBRUARY = fileOf('02')
const absent = existsSync(FEBRUARY)
  ? false
  : `${FEBRUARY} is not there: the call log of the bank is not ours to ship`

interface Outcome {
  readonly rase: number
  readonly cover80: number
  readonly rivals: Readonly<Record<string, { readonly rase: number }>>
}

test('expected waits of a real month are near, and as sure as they say', {
  skip: absent,
}, async () => {
  const options = ['--file', FEBRUARY, '--format', 'anonymous-bank', '--json']
  const { code, out, err } = await longCommand('backtest', 'ewt', ...options)
  assert.equal(code, 0, err)
  const outcome: Outcome = JSON.parse(out)
  assert.ok(outcome.rase <= 0.86, `rase ${outcome.rase}`)
  assert.ok(outcome.cover80 >= 0.75 && outcome.cover80 <= 0.85, `cover80 ${outcome.cover80}`)
  for (const [name, rival] of Object.entries(outcome.rivals)) {
    assert.ok(outcome.rase < rival.rase, `${name} has ${rival.rase}`)
  }
})
