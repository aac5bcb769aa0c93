import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { longCommand, ROOT } from './process.ts'

const FILE = resolve(ROOT, '..', 'shared', 'data', 'bank-calls-5min-first-100-days.csv.gz')
const skip = existsSync(FILE)
  ? false
  : `${FILE} is not there: the bank's calls are not ours to ship`

/** Half-hours, the last 30 days, each from those before it. */
async function backtest<T>(subject: string): Promise<T> {
  const options = ['--file', FILE, '--format', 'interval-csv', '--test-days', '30', '--json']
  const { code, out, err } = await longCommand('backtest', subject, ...options)
  assert.equal(code, 0, err)
  const report: T = JSON.parse(out)
  return report
}

interface Forecast {
  readonly wape: number
  readonly cover80: number
  readonly cover95: number
  readonly rivals: Readonly<Record<string, { readonly wape: number }>>
}

test('a real bank, a day ahead: near, and as sure as the bands say', { skip }, async () => {
  const { wape, cover80, cover95, rivals } = await backtest<Forecast>('forecast')
  assert.ok(wape <= 0.05, `wape ${wape}`)
  assert.ok(cover80 >= 0.75 && cover80 <= 0.9, `cover80 ${cover80}`)
  assert.ok(cover95 >= 0.92 && cover95 <= 0.98, `cover95 ${cover95}`)
  for (const [name, rival] of Object.entries(rivals)) {
    assert.ok(wape < rival.wape, `${name} has ${rival.wape}`)
  }
})

test('a real bank, within the day: the morning tells of the rest', { skip }, async () => {
  const report =
    await backtest<Readonly<Record<string, { readonly rmse_change: number }>>>('intraday')
  const change = report['10:00']?.rmse_change ?? 0
  assert.ok(change <= -0.12, `changed by ${change}`)
})

interface Drift {
  readonly days: number
  readonly false_alarm_days: number
  readonly detection: Readonly<
    Record<string, { readonly found: number; readonly median_delay_min: number }>
  >
}

test('a real bank, drift: rarely without need, always and soon where it matters', {
  skip,
}, async () => {
  const { days, false_alarm_days: alarms, detection } = await backtest<Drift>('drift')
  assert.equal(days, 30)
  assert.ok(alarms <= 0.05 * days, `${alarms} of ${days}`)
  assert.equal(detection['1.4']?.found, 1)
  assert.ok((detection['1.4']?.median_delay_min ?? 60) <= 30)
})
