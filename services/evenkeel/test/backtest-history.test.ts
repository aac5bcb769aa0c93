import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { command } from './command.ts'
import { readHistory } from '../history/read.ts'

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-history-'))
after(() => rmSync(folder, { recursive: true }))

const HEADER = 'DateTime,Calls'

/** Quarters of an hour from 8 to 12 on workdays from 2024-01-01 on. */
function rows(days: number, count = (at: number, day: number): number => 20 + at + (day % 5)) {
  const lines: string[] = []
  for (let day = 0, at = Date.parse('2024-01-01'); day < days; at += 86_400_000) {
    if ([0, 6].includes(new Date(at).getUTCDay())) continue
    for (let quarter = 0; quarter < 16; quarter++) {
      const time = new Date(at + (32 + quarter) * 900_000).toISOString().slice(0, 19)
      lines.push(`${time}Z,${count(quarter, day)}`)
    }
    day += 1
  }
  return lines
}

let files = 0
function fileOf(lines: readonly string[], name = `history-${files++}.csv`): string {
  const path = join(folder, name)
  const content = [HEADER, ...lines, ''].join('\n')
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(content) : content)
  return path
}

const on = (file: string, ...flags: string[]): string[] => [
  ...['--file', file, '--format', 'interval-csv'],
  ...flags,
]

describe('a history of intervals', () => {
  const read = async (lines: readonly string[], minutes = 30) => {
    const told: string[] = []
    const series = await readHistory(fileOf(lines), 'interval-csv', minutes, (line) =>
      told.push(line),
    )
    return { ...series, told }
  }

  test('is added up to longer intervals, days in their order', async () => {
    const { grid, days } = await read(rows(2).toReversed())
    assert.deepEqual(grid, { intervalMinutes: 30, firstMinute: 480, intervals: 8 })
    assert.deepEqual(
      days.map(({ date }) => date),
      ['2024-01-01', '2024-01-02'],
    )
    assert.deepEqual(days[0]?.counts.slice(0, 2), [41, 45])
  })

  test('has an interval incomplete where a part is missing, never as 0', async () => {
    const { days, told } = await read(rows(5).filter((_, at) => at !== 18))
    assert.deepEqual(days[1]?.counts.slice(0, 3), [43, undefined, 51])
    assert.match(told.join(' '), /1 intervals of 1 days are incomplete/)
  })

  test('leaves out an interval that is whole on no day, and says so', async () => {
    const cut = [...rows(3), '2024-01-01T12:00:00Z,7', '2024-01-02T12:00:00Z,7']
    const { grid, told } = await read(cut)
    assert.equal(grid.intervals, 8)
    assert.match(told.join(' '), /the interval at 12:00 is whole on no day/)
  })

  test('takes hours in which a weekday never has rows for closed', async () => {
    const fridays = rows(30).filter((line) => {
      const short = new Date(line.slice(0, 10)).getUTCDay() === 5
      return !(short && line.slice(11, 13) >= '10')
    })
    const { days } = await read(fridays)
    const friday = days.find(({ date }) => new Date(date).getUTCDay() === 5)
    assert.deepEqual(friday?.counts.slice(4), [0, 0, 0, 0])
  })

  test('may have offsets that move with the clocks, and no hour twice', async () => {
    const lines = rows(20).map((line, at) => line.replace('Z', at < 160 ? '+01:00' : '+02:00'))
    const { told } = await read([...lines, '2024-01-01T08:00:00+02:00,3'])
    assert.match(told.join(' '), /line 322: DateTime ".*" is in line 2 already/)
  })

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['a negative count', '2024-03-01T08:00:00Z,-3', /Calls "-3" is not a whole number/],
    ['a fraction', '2024-03-01T08:00:00Z,2.5', /Calls "2\.5" is not a whole number/],
    ['no count', '2024-03-01T08:00:00Z,', /Calls "" is not a whole number/],
    ['a word', '2024-03-01T08:00:00Z,many', /Calls "many" is not/],
    ['too many', '2024-03-01T08:00:00Z,1000001', /Calls "1000001" is not/],
    ['a 30th of February', '2024-02-30T08:00:00Z,3', /DateTime "2024-02-30T08:00:00Z" is not/],
    ['seconds', '2024-03-01T08:00:30Z,3', /DateTime "2024-03-01T08:00:30Z" is not/],
    ['another zone', '2024-03-01T08:00:00+09:00,3', /the offset \+09:00 where line 2 has the off/],
    ['no zone', '2024-03-01T08:00:00,3', /no offset where line 2 has the offset Z/],
    ['an odd minute', '2024-03-01T08:07:00Z,3', /does not begin an interval of 15 minutes/],
    ['a column more', '2024-03-01T08:00:00Z,3,4', /3 columns where the header has 2/],
  ]
  for (const [what, line, why] of broken) {
    test(`names the line with ${what}, and goes on without it`, async () => {
      const { days, told } = await read([...rows(20), line])
      assert.equal(days.length, 20)
      assert.match(told.join('\n'), /line 322: /)
      assert.match(told.join('\n'), why)
    })
  }
})

describe('npx evenkeel backtest forecast, intraday, drift', () => {
  const file = fileOf(rows(40), 'forty.csv.gz')

  test('print one line of JSON each, all numbers', async () => {
    for (const subject of ['forecast', 'intraday', 'drift']) {
      const { code, out, err } = await command(
        'backtest',
        subject,
        ...on(file, '--test-days', '5', '--json'),
      )
      assert.equal(code, 0, err)
      assert.equal(out.split('\n').length, 2)
      assert.doesNotMatch(out, /NaN|Infinity/)
      const keys = Object.keys(JSON.parse(out))
      if (subject === 'forecast') {
        for (const key of ['wape', 'rmse', 'crps', 'cover80', 'cover95', 'rivals']) {
          assert.ok(keys.includes(key), key)
        }
      }
      if (subject === 'intraday') assert.deepEqual(keys, ['09:00', '10:00', '12:00', '14:00'])
      if (subject === 'drift') assert.ok(keys.includes('false_alarm_days'))
    }
  })

  test('say how far they are, and print a table for people', async () => {
    const { out, err } = await command('backtest', 'forecast', ...on(file, '--interval', '1h'))
    assert.match(err, /40 days of 4 intervals; the last 13 are judged/)
    assert.match(err, /forecasting: 100%/)
    assert.match(out, /last week +\d+\.\d%/)
  })

  test('one huge spike is one error, and no more', async () => {
    const spiked = rows(40, (at, day) => (day === 30 && at === 3 ? 900_000 : 20 + at + (day % 5)))
    const { code, out } = await command(
      'backtest',
      'forecast',
      ...on(fileOf(spiked), '--test-days', '8', '--json'),
    )
    assert.equal(code, 0)
    assert.ok(JSON.parse(out).wape < 0.2, out)
  })

  const mostlyBroken = [...rows(2), '2024-03-01T08:00:00Z,-1']
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no file', ['forecast', '--format', 'interval-csv'], /--file must be given/],
    [
      'no format',
      ['drift', '--file', file],
      /--format must be one of anonymous-bank, interval-csv/,
    ],
    ['another format', ['drift', '--file', file, '--format', 'xml'], /--format "xml" is not/],
    ['one day', ['forecast', ...on(fileOf(rows(1)))], /has 1 day: .*\(HISTORY_TOO_SHORT\)/],
    ['only days to judge', ['forecast', ...on(file, '--test-days', '40')], /HISTORY_TOO_SHORT/],
    ['no days to judge', ['forecast', ...on(file, '--test-days', '0')], /--test-days "0" is not N/],
    ['zeros', ['drift', ...on(fileOf(rows(9, () => 0)))], /every count of the file is 0/],
    ['no lines', ['forecast', ...on(fileOf([]))], /HISTORY_EMPTY/],
    ['other columns', ['forecast', ...on(bare('a,b\n1,2\n'))], /no column DateTime, Calls/],
    ['many broken lines', ['forecast', ...on(fileOf(mostlyBroken))], /line 34: .*HISTORY_BROKEN/],
    ['a finer interval', ['forecast', ...on(file, '--interval', '5m')], /HISTORY_INTERVAL/],
    ['an odd interval', ['forecast', ...on(file, '--interval', '75m')], /HISTORY_INTERVAL/],
    ['half a minute', ['forecast', ...on(file, '--interval', '90s')], /whole minutes/],
    ['an unknown flag', ['intraday', ...on(file, '--train', file)], /unknown flag --train/],
  ]
  for (const [what, args, why] of refused) {
    test(`refuse ${what}`, async () => {
      const { code, out, err } = await command('backtest', ...args)
      assert.equal(code, 2, err)
      assert.equal(out, '')
      assert.match(err, why)
    })
  }
})

function bare(text: string): string {
  const path = join(folder, `bare-${files++}.csv`)
  writeFileSync(path, text)
  return path
}
