import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { durations } from '../core/index.ts'
import { dateOf, dayNumber } from '../models/index.ts'
import { Fitter } from '../shell/advisor/fit.ts'
import { Arrivals, dayOf, daysBefore } from '../shell/advisor/history.ts'
import { LocalDays } from '../shell/advisor/local-day.ts'
import type { Learn, Learned } from '../shell/advisor/questions.ts'
import { materialOf } from './material.ts'
import { expectedOn, GRID, nextDate, simulate, TRUTH } from './simulated.ts'

const HALF_HOUR = 30 * 60_000

const learning = (changes: Partial<Learn> = {}): Learn => {
  const days = simulate({ days: 58 })
  return {
    ...{ kind: 'learn', pool: 'north', queueId: 'tax', zone: 'UTC', intervalMs: HALF_HOUR },
    ...{ today: nextDate(days), days: 8, material: materialOf(days, GRID) },
    ...changes,
  }
}

const learned = (fitter: Fitter, question: Learn): Learned => {
  const answer = fitter.answer(question)
  assert.ok(answer.kind === 'learned', answer.kind)
  return answer
}

describe('what a worker learns', () => {
  test('is near the truth, says its model and how near it came, and is closed on weekends', () => {
    const { forecasts, backtest, yesterday } = learned(new Fitter(), learning())
    assert.equal(forecasts.length, 8)
    const [today] = forecasts
    assert.ok(today)
    const truth = expectedOn(today.date, TRUTH)
    const said = today.expectedMilli.slice(16, 36).map((milli) => milli / 1_000)
    const off = said.reduce((sum, one, at) => sum + Math.abs(one - (truth[at] ?? 0)), 0)
    assert.ok(off < 0.1 * truth.reduce((sum, one) => sum + one, 0), `off by ${off}`)
    assert.ok(backtest.days >= 40 && backtest.errors.length === 4)
    assert.ok(backtest.covered80Bp > 7_000 && backtest.covered95Bp > 9_000)
    assert.ok(yesterday && yesterday.off < yesterday.came)
    const closed = forecasts.filter(({ model }) => model === 'closed')
    assert.equal(closed.length, 2)
    assert.ok(closed.every((one) => one.expectedMilli.every((milli) => milli === 0)))
  })

  test('is the same again, from the same', () => {
    const one = learned(new Fitter(), learning())
    const other = learned(new Fitter(), learning())
    assert.deepEqual(one.forecasts, other.forecasts)
  })

  test('is unknown from three days, with wide bands', () => {
    const days = simulate({ days: 3 })
    const question = learning({ today: nextDate(days), material: materialOf(days, GRID) })
    const [today] = learned(new Fitter(), question).forecasts
    assert.equal(today?.model, 'unknown')
    assert.ok((today.logVarianceMicro[20] ?? 0) > 100_000)
    assert.deepEqual(today.errors, [])
  })

  test('is nothing, where nothing is known', () => {
    const question = learning({ material: materialOf([], GRID, { since: 0 }) })
    assert.equal(new Fitter().answer(question).kind, 'nothing')
  })
})

describe('within the day', () => {
  const half = (factor: number) => {
    const fitter = new Fitter()
    const question = learning()
    const { forecasts } = learned(fitter, question)
    const expected = forecasts[0]?.expectedMilli.slice(16, 36) ?? []
    const counts = expected.map((milli) => Math.round((factor * milli) / 1_000))
    const { today } = question
    const until = dayNumber(today) * durations.day + 14 * 3_600_000
    const material = materialOf([{ date: today, counts }], GRID, { since: 0 })
    const answer = fitter.answer({ ...question, kind: 'update', until, material })
    assert.ok(answer.kind === 'updated')
    const rest = answer.curve.expectedMilli[30] ?? 0
    return { seen: answer.intervalsSeen, change: rest / (forecasts[0]?.expectedMilli[30] ?? 1) }
  }

  test('the rest of the day follows what came', () => {
    assert.equal(half(1.3).seen, 28)
    assert.ok(half(1.3).change > 1.1, `${half(1.3).change}`)
    assert.ok(half(0.7).change < 0.9)
    assert.ok(Math.abs(half(1).change - 1) < 0.05)
  })

  test('what was not learned here is not made up', () => {
    const { kind: _, days: __, ...subject } = learning()
    const answer = new Fitter().answer({ ...subject, kind: 'update', until: durations.day })
    assert.equal(answer.kind, 'unlearned')
  })
})

describe('local days', () => {
  /** Of Berlin, 2026: 23 hours on 29 March, 25 on 25 October. */
  const table = [
    ['2026-03-28', 48, []],
    ['2026-03-29', 46, [4, 5]],
    ['2026-10-25', 50, [4, 5]],
  ] as const
  for (const [date, intervals, unknown] of table) {
    test(`${date} has ${intervals} half-hours, ${unknown.length} teach nothing`, () => {
      const days = new LocalDays('Europe/Berlin', HALF_HOUR)
      const day = days.day(date)
      assert.equal(day.intervals.length, intervals)
      assert.equal(day.intervals.at(-1)?.from, day.until - HALF_HOUR)
      const material = materialOf([{ date: '2026-01-01', counts: [1] }], GRID, { since: 0 })
      const { counts } = dayOf(new Arrivals(material, day.until), day, days)
      const missing = counts.flatMap((count, at) => (count === undefined ? [at] : []))
      assert.deepEqual(missing, unknown)
    })
  }

  test('of another zone have what came in their own hours, and gaps are not known', () => {
    const days = new LocalDays('Asia/Kolkata', HALF_HOUR)
    const date = '2026-03-02'
    const at = (hour: number): number => dayNumber(date) * durations.day + hour * 3_600_000
    const material = materialOf([{ date, counts: [7] }], GRID, {
      since: at(-12),
      incidents: [{ from: at(10), until: at(11), missing: false }],
    })
    const arrivals = new Arrivals(material, at(18.5))
    const found = daysBefore(dateOf(dayNumber(date) + 1), arrivals, days)
    assert.deepEqual(
      found.map((day) => day.date),
      ['2026-03-02'],
    )
    const { counts } = found[0] ?? { counts: [] }
    assert.equal(counts[27], 7)
    assert.deepEqual(
      counts.flatMap((count, place) => (count === undefined ? [place] : [])),
      // The first day known begins at 05:30 there.
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 31, 32],
    )
  })
})
