import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayNumber, weekdayOf } from '../models/index.ts'

describe('dates', () => {
  const known: readonly (readonly [string, number])[] = [
    ['1969-12-31', 3],
    ['1970-01-01', 4],
    ['2000-02-29', 2],
    ['2003-03-03', 1],
    ['2003-07-04', 5],
  ]
  for (const [date, weekday] of known) {
    test(`${date} is day ${weekday} of its week`, () => assert.equal(weekdayOf(date), weekday))
  }

  test('a day is one day after the day before, over a leap day too', () => {
    assert.equal(dayNumber('2004-03-01') - dayNumber('2004-02-28'), 2)
    assert.equal(dayNumber('1970-01-01'), 0)
  })
})
