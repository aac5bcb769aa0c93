import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { longCommand, ROOT } from './process.ts'

const FILE = resolve(ROOT, '..', 'shared', 'data', 'bank-calls-5min-first-100-days.csv.gz')
const absent = existsSync(FILE)
  ? false
  : `${FILE} is not there: the counts of the bank are not ours to ship`

interface Outcome {
  readonly days: number
  readonly share_of_oracle: number
  readonly moves_per_day: number
  readonly policies: Readonly<
    Record<
      'none' | 'last_hour_ratio' | 'evenkeel',
      { readonly late: number; readonly moves_per_day: number }
    >
  >
}

const cases = [
  ['as they were', [], 0.6],
  ['with shifts that nobody forecast', ['--shifts'], 0.78],
] as const

for (const [what, options, share] of cases) {
  test(`of 30 real days ${what}, moves spare ${100 * share}% of what an oracle would`, {
    skip: absent,
  }, async () => {
    const flags = ['--file', FILE, '--format', 'interval-csv', '--json', ...options]
    const { code, out, err } = await longCommand('backtest', 'reallocation', ...flags)
    assert.equal(code, 0, err)
    const { days, share_of_oracle, moves_per_day, policies }: Outcome = JSON.parse(out)
    assert.equal(days, 30)
    assert.ok(share_of_oracle >= share, `${share_of_oracle} of the oracle's gain`)
    const most = (2 / 3) * policies.last_hour_ratio.moves_per_day
    assert.ok(moves_per_day <= most, `${moves_per_day} moves a day, at most ${most}`)
    assert.ok(policies.evenkeel.late < policies.none.late)
  })
}
