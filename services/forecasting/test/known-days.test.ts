import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CalendarRule, durations, type Forecast, type PlannedEvent } from '../core/index.ts'
import { type Day, dayNumber, Forecaster, weekdayOf } from '../models/index.ts'
import { Fitter } from '../shell/advisor/fit.ts'
import type { Material } from '../shell/advisor/history.ts'
import type { Check, Checked, Learn } from '../shell/advisor/questions.ts'
import { materialOf } from './material.ts'
import { GRID, nextDate, simulate } from './simulated.ts'

/** What is known of days beside what came on others: calendars, paydays, planned events. */

const HALF_HOUR = 30 * 60_000
/** Weekdays of nearly twelve weeks, 08:00 to 18:00; the next one is Thursday 2024-03-21. */
const history = simulate({ days: 58, daySd: 0.02, intervalSd: 0.02 })
const today = nextDate(history)

const subject = (material: Partial<Material>, days: readonly Day[] = history) => ({
  ...{ pool: 'north', queueId: 'tax', zone: 'UTC', intervalMs: HALF_HOUR, today },
  material: materialOf(days, GRID, material),
})

function forecasts(material: Partial<Material>, days = history): ReadonlyMap<string, Forecast> {
  const question: Learn = { kind: 'learn', days: 8, ...subject(material, days) }
  const answer = new Fitter().answer(question)
  assert.ok(answer.kind === 'learned')
  return new Map(answer.forecasts.map((one) => [one.date, one]))
}

const totalOf = (forecast: Forecast | undefined): number =>
  (forecast?.expectedMilli ?? []).reduce((sum, milli) => sum + milli, 0) / 1_000

const office = (special: CalendarRule['special']): CalendarRule => ({
  timeZone: 'UTC',
  weekly: [1, 2, 3, 4, 5].map((day) => ({ day, from: 480, to: 1_080 })),
  special,
})

/** Of a day of the month of March 2024, and of an hour. */
const at = (date: number, hour = 0): number =>
  dayNumber('2024-03-01') * durations.day + (date - 1) * durations.day + hour * 3_600_000

const mailing = (more: Partial<PlannedEvent> = {}): PlannedEvent => ({
  ...{ pool: 'north', eventId: 'mail', displayName: 'Mailing', queueIds: [] },
  ...{ from: at(25), until: at(27), extraContacts: 1_000, factorMilli: 0 },
  ...{ uncertaintyBp: 3_000, etag: '' },
  ...more,
})

const reasonsOf = (forecast: Forecast | undefined): readonly string[] =>
  (forecast?.because ?? []).map(({ kind, name }) => `${kind} ${name}`.trim())

test('a day that has not come yet is no holiday: Friday is not taken for a Monday', () => {
  const forecaster = new Forecaster(GRID.intervals)
  for (const day of history) forecaster.learn(day)
  const sum = (date: string, told = date): number =>
    forecaster.forecast(date, told)?.expected.reduce((all, one) => all + one, 0) ?? 0
  assert.equal(weekdayOf(today), 4)
  assert.ok(sum('2024-03-22', today) < 0.9 * sum('2024-03-22'), 'Mondays have a third more')
})

describe('a holiday', () => {
  const hours = office([
    { date: '2024-03-22', name: 'Founder', hours: [] },
    { date: '2024-03-26', name: 'Inventory', hours: [{ from: 480, to: 720 }] },
  ])

  test('has nobody, by its name; the day after is as days after holidays are', () => {
    const usual = forecasts({})
    const found = forecasts({ hours })
    const friday = found.get('2024-03-22')
    assert.equal(friday?.model, 'closed')
    assert.equal(totalOf(friday), 0)
    assert.deepEqual(reasonsOf(friday), ['holiday Founder'])
    assert.deepEqual(reasonsOf(found.get('2024-03-25')), ['afterHoliday Founder'])
    assert.deepEqual(reasonsOf(found.get('2024-03-27')), [])
    assert.ok(Math.abs(totalOf(found.get(today)) / totalOf(usual.get(today)) - 1) < 0.001)
  })

  test('with hours of its own has nobody outside of them', () => {
    const found = forecasts({ hours }).get('2024-03-26')
    const usual = forecasts({}).get('2024-03-26')
    assert.deepEqual(reasonsOf(found), ['specialHours Inventory'])
    assert.deepEqual(found?.expectedMilli.slice(24), new Array<number>(24).fill(0))
    assert.equal(found?.expectedMilli[20], usual?.expectedMilli[20])
  })

  test('is none for who takes in whoever comes while it is closed', () => {
    const found = forecasts({ hours, takesWhileClosed: true })
    assert.notEqual(found.get('2024-03-22')?.model, 'closed')
    assert.deepEqual(found.get('2024-03-26'), {
      ...forecasts({}).get('2024-03-26'),
      because: found.get('2024-03-26')?.because,
    })
  })

  test('on which somebody came all the same teaches nothing', () => {
    const last = history.at(-1)
    assert.ok(last)
    const odd = [...history.slice(0, -1), { ...last, counts: last.counts.map(() => 3) }]
    const closed = office([{ date: last.date, name: 'Strike', hours: [] }])
    const [plain, marked] = [forecasts({}, odd), forecasts({ hours: closed }, odd)]
    assert.ok(totalOf(marked.get(today)) > 1.2 * totalOf(plain.get(today)))
  })

  test('an opening on a Saturday is expected, and nobody is sure how many come', () => {
    const saturday = office([
      { date: '2024-03-23', name: 'Fair', hours: [{ from: 480, to: 1_080 }] },
    ])
    const found = forecasts({ hours: saturday }).get('2024-03-23')
    assert.equal(found?.model, 'unknown')
    assert.ok(totalOf(found) > 1_000)
    assert.ok((found?.logVarianceMicro[20] ?? 0) >= 360_000)
  })
})

test('what paydays bring is learned, and they move before a weekend', () => {
  const paid = ['2024-01-15', '2024-01-31', '2024-02-15', '2024-02-29', '2024-03-15']
  const days = history.map((day) =>
    paid.includes(day.date)
      ? { ...day, counts: day.counts.map((count) => Math.round(1.4 * (count ?? 0))) }
      : day,
  )
  // The 24th is a Sunday: Friday the 22nd.
  const known = forecasts({ paydays: [15, 24, 31] }, days)
  const [plain, friday] = [forecasts({}, days), known.get('2024-03-22')]
  assert.deepEqual(reasonsOf(friday), ['payday'])
  assert.deepEqual(reasonsOf(known.get('2024-03-25')), ['afterPayday'])
  const lift = totalOf(friday) / totalOf(plain.get('2024-03-22'))
  assert.ok(lift > 1.1 && lift < 1.5, `${lift}`)
})

describe('a planned event', () => {
  test('is put on its days as contacts usually come, named, and widens the bands', () => {
    const [plain, found] = [forecasts({}), forecasts({ planned: [mailing()] })]
    const extra = (date: string): number => totalOf(found.get(date)) - totalOf(plain.get(date))
    const [monday, tuesday] = [extra('2024-03-25'), extra('2024-03-26')]
    assert.ok(Math.abs(monday + tuesday - 1_000) < 2, `${monday} and ${tuesday}`)
    assert.ok(monday > 1.1 * tuesday, 'as Mondays have more')
    assert.equal(extra('2024-03-27'), 0)
    const one = found.get('2024-03-25')
    assert.deepEqual(
      one?.because.map(({ kind, eventId, name }) => ({ kind, eventId, name })),
      [{ kind: 'plannedEvent', eventId: 'mail', name: 'Mailing' }],
    )
    assert.ok(Math.abs((one?.because[0]?.extraMilli ?? 0) / 1_000 - monday) < 2)
    const sure = (forecast: Forecast | undefined): number => forecast?.logVarianceMicro[20] ?? 0
    assert.ok(sure(one) > 1.5 * sure(plain.get('2024-03-25')))
    assert.equal(
      one?.expectedMilli[2],
      plain.get('2024-03-25')?.expectedMilli[2],
      'nobody at night',
    )
  })

  test('by a factor, also of fewer, is on what comes in its time alone', () => {
    const half = mailing({
      extraContacts: 0,
      factorMilli: 500,
      from: at(25, 10),
      until: at(25, 12),
    })
    const [plain, found] = [forecasts({}), forecasts({ planned: [half] })].map(
      (all) => all.get('2024-03-25')?.expectedMilli ?? [],
    )
    const ratio = (interval: number): number => (found?.[interval] ?? 0) / (plain?.[interval] ?? 1)
    assert.ok(Math.abs(ratio(20) - 0.5) < 0.001)
    assert.deepEqual([ratio(19), ratio(24)], [1, 1])
  })

  test('that is over is kept out of what is learned', () => {
    const last = history.slice(-3).map(({ date }) => date)
    const surged = history.map((day) =>
      last.includes(day.date)
        ? { ...day, counts: day.counts.map((count) => 2 * (count ?? 0)) }
        : day,
    )
    const past = mailing({ from: at(18), until: at(21), extraContacts: 0, factorMilli: 1_100 })
    const [plain, misled] = [forecasts({}), forecasts({}, surged)]
    const apart = forecasts({ planned: [past] }, surged)
    assert.ok(totalOf(misled.get(today)) > 1.2 * totalOf(plain.get(today)))
    assert.ok(Math.abs(totalOf(apart.get(today)) / totalOf(plain.get(today)) - 1) < 0.05)
  })

  test('on a closed day brings nobody to the forecast', () => {
    const saturday = mailing({ from: at(23, 8), until: at(23, 18) })
    const found = forecasts({ planned: [saturday] }).get('2024-03-23')
    assert.equal(totalOf(found), 0)
    assert.equal(found?.model, 'closed')
  })
})

describe('the check of a planned event', () => {
  const checked = (event: PlannedEvent, material: Partial<Material> = {}, days = history) => {
    const question: Check = { kind: 'check', event, days: 14, ...subject(material, days) }
    const answer = new Fitter().answer(question)
    assert.ok(answer.kind === 'checked')
    return answer
  }
  const contacts = ({ extraMilli, closedMilli }: Checked): readonly number[] =>
    [extraMilli, closedMilli].map((milli) => Math.round(milli / 1_000))

  const spans: readonly (readonly [string, Partial<PlannedEvent>, readonly number[]])[] = [
    ['on working days is served whole', {}, [1_000, 0]],
    [
      'on a Saturday comes to a closed door',
      { from: at(23, 8), until: at(23, 18) },
      [1_000, 1_000],
    ],
    [
      'that begins before eight is spread from eight on',
      { from: at(25, 7), until: at(25, 9) },
      [1_000, 0],
    ],
    [
      'by a factor on a Saturday is a part of a usual day',
      {
        ...{ from: at(23), until: at(24), extraContacts: 0, factorMilli: 1_100 },
      },
      [400, 400],
    ],
  ]
  for (const [name, more, wanted] of spans) {
    test(name, () => {
      const found = contacts(checked(mailing(more), { hours: office([]) }))
      wanted.forEach((one, place) => {
        const off = Math.abs((found[place] ?? 0) - one)
        assert.ok(off <= 0.08 * one, `${found.join(' and ')}, not ${wanted.join(' and ')}`)
      })
    })
  }

  test('beyond a week says unknown, with wide bands, and never nothing', () => {
    const far = checked(mailing({ from: at(90), until: at(120) }))
    assert.equal(far.days.length, 14)
    assert.equal(far.daysLeft, 16)
    const open = far.days.filter(({ model }) => model !== 'closed')
    assert.ok(open.length >= 9 && open.every(({ model }) => model === 'unknown'))
    for (const { curve, expectedMilli } of open) {
      assert.ok(curve.logVarianceMicro.every((one) => Number.isSafeInteger(one) && one > 0))
      assert.ok(expectedMilli.every(Number.isSafeInteger))
      assert.ok(expectedMilli.some((milli) => milli > 0))
      assert.ok((curve.logVarianceMicro[20] ?? 0) > 100_000)
    }
  })

  test('of a queue of which nothing is known, is spread over its hours', () => {
    const event = mailing({ from: at(25), until: at(26) })
    const hours = office([])
    const found = checked(event, { hours, first: undefined, since: 0 }, [])
    assert.deepEqual(contacts(found), [1_000, 0])
    assert.equal(found.days[0]?.model, 'unknown')
    assert.equal(found.days[0]?.extraMilli[16], 50_000)
    const closed = mailing({ from: at(23), until: at(24) })
    const refused = checked(closed, { hours, first: undefined, since: 0 }, [])
    assert.deepEqual(contacts(refused), [1_000, 1_000])
  })
})
