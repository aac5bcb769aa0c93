import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { LineFigures, LINES } from '../backtest/reallocation/centre.ts'
import { type ChannelDay, shifted, type TwoChannelDay } from '../backtest/reallocation/days.ts'
import { POLICIES, type PolicyName } from '../backtest/reallocation/policies.ts'
import { replay } from '../backtest/reallocation/report.ts'
import { centreOf, StaffedDay } from '../backtest/reallocation/staffed-day.ts'
import { command } from './command.ts'
import { Random } from '../day/random.ts'
import { covarianceOf } from '@evenkeel/forecasting/models'

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-reallocation-'))
after(() => rmSync(folder, { recursive: true }))

const SIZE = 28
const flat = (count: number): readonly number[] => new Array<number>(SIZE).fill(count)
/** Learned from days that were a little off, as a whole and in each half-hour. */
const covariance = covarianceOf(
  SIZE,
  Array.from({ length: 60 }, (_, index) => {
    const random = new Random(index, 'past')
    const level = 0.04 * random.normal()
    const counts = flat(150).map((count) => count * Math.exp(level + 0.04 * random.normal()))
    return { date: `day ${index}`, expected: flat(150), counts }
  }),
)
const came = (counts: readonly number[], expected = flat(150)): ChannelDay => ({
  ...{ date: '2003-06-02', expected, counts, covariance },
})
const from11 = (before: number, since: number): readonly number[] =>
  flat(before).map((count, at) => (at < 8 ? count : since))
const silent = (): void => undefined
const ordinary: TwoChannelDay = { a: came(flat(150)), b: came(flat(150)) }
/** A has slack from 11:00 on, B has too much. */
const shift: TwoChannelDay = { a: came(from11(150, 115)), b: came(from11(150, 205)) }

describe('a replay of two channels', () => {
  test('a day as it was forecast moves nobody', () => {
    const { policies } = replay([ordinary], 0.25, silent)
    for (const name of ['cumulative_ratio', 'last_hour_ratio'] as const) {
      assert.equal(policies[name].moves_per_day, 0, name)
      assert.equal(policies[name].abandonment, policies.none.abandonment, name)
    }
    assert.ok(policies.evenkeel.moves_per_day <= 2)
  })

  test('a surge is served by the other channel, best by who knows, then by who follows', () => {
    const { policies } = replay([shift], 0.25, silent)
    assert.ok(policies.oracle.abandonment < policies.evenkeel.abandonment)
    assert.ok(policies.evenkeel.abandonment < policies.cumulative_ratio.abandonment)
    assert.ok(policies.cumulative_ratio.abandonment < policies.none.abandonment)
    assert.ok(policies.evenkeel.late < policies.none.late)
    assert.equal(policies.oracle.share_of_oracle, 1)
    assert.equal(policies.none.moves_per_day, 0)
  })

  test('whose agents may not be moved is as if there were no policy', () => {
    const { policies, share_of_oracle } = replay([shift], 0, silent)
    assert.equal(share_of_oracle, null)
    assert.ok(Object.values(policies).every(({ moves_per_day: moves }) => moves === 0))
  })

  test('no policy but the oracle sees the half-hour that it decides for, or a later one', () => {
    const centre = centreOf(0.25)
    const at = 20
    const other = (day: ChannelDay): ChannelDay => ({
      ...day,
      counts: day.counts.map((count, index) => (index < at ? count : count / 3)),
    })
    const day = new StaffedDay(shift, centre)
    const changed = new StaffedDay({ a: shift.a, b: other(shift.b) }, centre)
    const decided = (name: PolicyName, one: StaffedDay): number => POLICIES[name](one, at, 0)
    for (const name of ['cumulative_ratio', 'last_hour_ratio', 'evenkeel'] as const) {
      assert.ok(decided(name, day) > 0, `${name} moves somebody from A to B`)
      assert.equal(decided(name, changed), decided(name, day), name)
    }
    assert.notEqual(decided('oracle', changed), decided('oracle', day))
  })

  test('shifts come by turns, from 11:00 on, and are drawn alike each time', () => {
    const days = [ordinary, ordinary, ordinary, ordinary]
    const draw = () => shifted(days, 8, new Random(1, 'shifts'))
    const after11 = (day: ChannelDay): number => day.counts.slice(8).reduce((all, one) => all + one)
    const factors = draw().map(({ a, b }) => [after11(a) / 3_000, after11(b) / 3_000])
    const meant = [
      [1.35, 1],
      [1, 1.35],
      [1, 1],
      [0.8, 1.35],
    ]
    for (const [index, [a = 0, b = 0]] of factors.entries()) {
      assert.ok(Math.abs(a - (meant[index]?.[0] ?? 0)) < 0.05, `${index}: A ${a}`)
      assert.ok(Math.abs(b - (meant[index]?.[1] ?? 0)) < 0.05, `${index}: B ${b}`)
    }
    assert.deepEqual(draw(), draw())
    assert.deepEqual(draw()[0]?.a.counts.slice(0, 8), flat(150).slice(0, 8))
  })

  test('figures between two rates that are computed are near', () => {
    const figures = new LineFigures(LINES.a)
    for (const arrivals of [0, 0.3, 17, 150.5, 151]) {
      const lost = figures.lostPerMinute(arrivals, 25)
      assert.ok(lost >= 0 && lost <= arrivals / 30 + 1e-9, `${lost}`)
    }
    assert.ok(figures.lostPerMinute(151, 25) > figures.lostPerMinute(150.5, 25))
  })
})

/** Weekdays from a Monday on, 08:00 to 12:00 in half-hours. */
function file(name: string, days: number, hours = 4): string {
  const random = new Random(days, name)
  const lines = ['DateTime,Calls']
  for (let at = 0; lines.length <= days * hours * 2; at++) {
    const date = new Date(Date.UTC(2003, 2, 3 + at))
    if (date.getUTCDay() === 0 || date.getUTCDay() === 6) continue
    for (let half = 0; half < hours * 2; half++) {
      date.setUTCHours(8, 30 * half)
      lines.push(`${date.toISOString().slice(0, 19)}Z,${random.poisson(900)}`)
    }
  }
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

describe('npx evenkeel backtest reallocation', () => {
  const format = ['--format', 'interval-csv']
  const long = file('long.csv', 30)

  test('prints one line of JSON with every policy', async () => {
    const { code, out, err } = await command(
      'backtest',
      'reallocation',
      '--file',
      long,
      ...format,
      '--test-days',
      '10',
      '--json',
    )
    assert.equal(code, 0, err)
    assert.equal(out.split('\n').length, 2)
    const report = JSON.parse(out)
    assert.deepEqual(Object.keys(report), ['days', 'policies', 'share_of_oracle', 'moves_per_day'])
    assert.equal(report.days, 10)
    assert.deepEqual(Object.keys(report.policies), [
      ...['none', 'cumulative_ratio', 'last_hour_ratio', 'evenkeel', 'oracle'],
    ])
    assert.equal(report.share_of_oracle, report.policies.evenkeel.share_of_oracle)
    assert.equal(report.moves_per_day, report.policies.evenkeel.moves_per_day)
  })

  test('prints a table for people; shifts and another file change it', async () => {
    const base = ['--file', long, ...format, '--test-days', '5']
    const plain = await command('backtest', 'reallocation', ...base)
    assert.match(plain.out, /5 days, two channels/)
    assert.match(plain.out, /last hour ratio +\d+\.\d\d% +\d+\.\d\d% +\d+\.\d +/)
    const shifts = await command('backtest', 'reallocation', ...base, '--shifts')
    const other = await command(
      'backtest',
      'reallocation',
      ...base,
      '--file2',
      file('other.csv', 30),
    )
    assert.notEqual(shifts.out, plain.out)
    assert.notEqual(other.out, plain.out)
  })

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no file', format, /--file must be given/],
    ['no format', ['--file', long], /--format must be one of/],
    ['another argument', ['--file', long, ...format, 'now'], /unexpected argument now/],
    ['a share above 1', ['--file', long, ...format, '--movable', '1.5'], /--movable "1.5" is not/],
    ['a file that is not there', ['--file', `${long}x`, ...format], /can't be read/],
    [
      'a second file that is not there',
      ['--file', long, ...format, '--file2', 'x'],
      /can't be read/,
    ],
    [
      'a second file of other hours',
      ['--file', long, ...format, '--file2', file('short-day.csv', 30, 3)],
      /8 half-hours .*6 half-hours .*must be the same \(HISTORY_INTERVAL\)/,
    ],
    [
      'a file that has no day behind another',
      ['--file', file('few.csv', 3), ...format],
      /none of the last 30 days of .* has a forecast .*\(HISTORY_TOO_SHORT\)/,
    ],
  ]
  for (const [what, args, why] of refused) {
    test(`refuses ${what}`, async () => {
      const { code, out, err } = await command('backtest', 'reallocation', ...args)
      assert.equal(code, 2)
      assert.equal(out, '')
      assert.match(err, why)
    })
  }
})
