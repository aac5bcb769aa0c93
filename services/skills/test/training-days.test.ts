import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { timeMsMax } from '../core/index.ts'
import { dateOf, dayBegin, dayOf, weekOf, yearOf } from '../shell/training/days.ts'
import { refuses } from './refuses.ts'

const utc = (text: string): number => Date.parse(text)
const iso = (ms: number): string => new Date(ms).toISOString()

describe('a day', () => {
  test('is counted from 1970 and written again as it was', () => {
    for (const date of ['1970-01-01', '2024-02-29', '2026-11-22', '9999-12-31']) {
      assert.equal(dateOf(dayOf('date', date)), date)
    }
    assert.equal(dayOf('date', '1970-01-02'), 1)
  })

  const wrong = [
    '2026-02-30',
    '2026-2-3',
    '1969-12-31',
    '22.11.2026',
    '2026-11-22T00:00',
    '10000-01-01',
  ]
  for (const date of wrong) {
    test(`is refused as ${date}`, () => {
      const limit = 'a day of the years 1970-9999 as yyyy-mm-dd'
      const value = JSON.stringify(date)
      refuses(() => dayOf('date', date), { code: 'FIELD_MALFORMED', field: 'date', limit, value })
    })
  }

  const begins: readonly [string, string, string][] = [
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22', 'Europe/Berlin', '2026-11-21T23:00:00.000Z'],
    ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
    // The clocks are put forward at midnight: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ]
  for (const [date, zone, begin] of begins) {
    test(`${date} begins in ${zone} at ${begin}`, () => {
      assert.equal(iso(dayBegin(dayOf('date', date), zone)), begin)
    })
  }

  test('after the last that can be named begins at the last instant', () => {
    assert.equal(dayBegin(dayOf('date', '9999-12-31') + 1, 'UTC'), timeMsMax)
  })
})

test('a year is the one that it is where the pool is', () => {
  const sylvester = utc('2026-12-31T23:30:00Z')
  assert.equal(yearOf(0, 'UTC', sylvester).year, 2026)
  const { year, from, until } = yearOf(0, 'Europe/Berlin', sylvester)
  assert.deepEqual([year, dateOf(from), dateOf(until)], [2027, '2027-01-01', '2028-01-01'])
})

describe('a week', () => {
  test('begins on Monday where the pool is', () => {
    const { from, until, hours } = weekOf(utc('2026-11-22T23:30:00Z'), 'Europe/Berlin')
    assert.deepEqual(
      [iso(from), iso(until)],
      ['2026-11-22T23:00:00.000Z', '2026-11-29T23:00:00.000Z'],
    )
    assert.equal(hours.length, 168)
  })

  test('has the next hour for the one that the clocks leave out', () => {
    const { from, until, hours } = weekOf(utc('2026-03-29T12:00:00Z'), 'Europe/Berlin')
    assert.equal(until - from, 167 * 3_600_000)
    const sunday2 = 6 * 24 + 2
    assert.deepEqual(hours[sunday2], hours[sunday2 + 1])
    assert.equal(iso(hours[sunday2]?.from ?? 0), '2026-03-29T01:00:00.000Z')
  })

  test('has a long hour where they show one twice', () => {
    const { from, until, hours } = weekOf(utc('2026-10-25T12:00:00Z'), 'Europe/Berlin')
    assert.equal(until - from, 169 * 3_600_000)
    const long = hours[6 * 24 + 2] ?? { from: 0, until: 0 }
    assert.equal(long.until - long.from, 2 * 3_600_000)
  })
})
