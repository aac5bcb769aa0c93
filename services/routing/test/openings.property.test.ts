import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkZone } from '@evenkeel/chassis/zones'
import fc from 'fast-check'
import { type CalendarRule, limits } from '../core/index.ts'
import { resolveOpenings } from '../shell/calendar/openings.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  // Half an hour of summer time; a change at midnight; quarters of an hour.
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'Asia/Kathmandu',
  // The 30th of December 2011 was left out.
  'Pacific/Apia',
]

const span = fc
  .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
  .filter(([from, to]) => from < to)
  .map(([from, to]) => ({ from, to }))

/** One or two spans a day on some days of the week; some nights go on after midnight. */
const rules: fc.Arbitrary<CalendarRule> = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    days: fc.uniqueArray(fc.record({ day: fc.integer({ min: 1, max: 7 }), hours: span }), {
      selector: ({ day }) => day,
      minLength: 1,
      maxLength: 7,
    }),
  })
  .map(({ timeZone, days }) => ({
    timeZone,
    weekly: days.map(({ day, hours }) => ({ day, ...hours })),
    special: [],
  }))

const times = fc.integer({ min: Date.UTC(2011, 10, 1), max: Date.UTC(2031, 0, 1) })

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** What a clock on the wall shows: asked of Node's own zone data, another way than resolved. */
function wall(time: number, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(time)
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  return {
    day: weekdays.indexOf(part('weekday')) + 1,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

const opensBy = (rule: CalendarRule, time: number): boolean => {
  const { day, minute } = wall(time, rule.timeZone)
  return rule.weekly.some((w) => w.day === day && w.from <= minute && minute < w.to)
}

const hour = 3_600_000

test('openings are in order, apart from each other, and as far ahead as is said', () => {
  fc.assert(
    fc.property(rules, times, (rule, time) => {
      const { openings, knownUntil } = resolveOpenings(rule, time)
      assert.ok(openings.length <= limits.openingsPerCalendar)
      assert.ok(knownUntil >= time + 57 * 24 * hour)
      let last = -1
      for (const { opensAt, closesAt } of openings) {
        assert.ok(last < opensAt && opensAt < closesAt && closesAt <= knownUntil)
        last = closesAt
      }
    }),
    { numRuns: 60 },
  )
})

test('it is open when the clock on the wall says so, through every change of the clocks', () => {
  const offsets = fc.array(fc.integer({ min: 0, max: 57 * 24 * 60 }), {
    minLength: 20,
    maxLength: 20,
  })
  fc.assert(
    fc.property(rules, times, offsets, (rule, time, minutes) => {
      const { openings } = resolveOpenings(rule, time)
      for (const minute of minutes) {
        const at = Math.floor(time / 60_000) * 60_000 + minute * 60_000
        const open = openings.some(({ opensAt, closesAt }) => opensAt <= at && at < closesAt)
        const says = opensBy(rule, at)
        const shift = (ms: number) => wall(at + ms, rule.timeZone).minute
        const steady = (shift(-3 * hour) + 360) % 1440 === shift(3 * hour)
        if (says) assert.ok(open, `${rule.timeZone} ${new Date(at).toISOString()} is closed`)
        // An hour that comes twice is open both times, from its first beginning to its last end.
        else if (steady) assert.ok(!open, `${rule.timeZone} ${new Date(at).toISOString()} is open`)
      }
    }),
    { numRuns: 100 },
  )
})

test('a special day takes the place of its weekday, whole', () => {
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: 540, to: 1020 }))
  const special = [
    { date: '2026-12-25', name: 'Christmas', hours: [] },
    { date: '2026-12-24', name: 'Christmas Eve', hours: [{ from: 540, to: 720 }] },
  ]
  const rule = { timeZone: 'Europe/Berlin', weekly, special }
  const { openings } = resolveOpenings(rule, Date.UTC(2026, 11, 23, 12))
  const told = openings
    .slice(1, 4)
    .map((o) => [o.opensAt, o.closesAt].map((at) => new Date(at).toISOString()))
  assert.deepEqual(told, [
    ['2026-12-23T08:00:00.000Z', '2026-12-23T16:00:00.000Z'],
    ['2026-12-24T08:00:00.000Z', '2026-12-24T11:00:00.000Z'],
    ['2026-12-26T08:00:00.000Z', '2026-12-26T16:00:00.000Z'],
  ])
})

test('what goes on after midnight is one opening', () => {
  const rule = {
    timeZone: 'Europe/Berlin',
    weekly: [
      { day: 5, from: 1200, to: 1440 },
      { day: 6, from: 0, to: 120 },
    ],
    special: [],
  }
  const { openings } = resolveOpenings(rule, Date.UTC(2026, 5, 1))
  assert.ok(openings.every(({ opensAt, closesAt }) => closesAt - opensAt === 6 * hour))
})

test('zones are IANA names', () => {
  for (const name of ['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia', 'Etc/GMT+5']) {
    checkZone('zone', name)
  }
  for (const name of ['Mars/Olympus', '+02:00', '', 'Europe/', '../x']) {
    assert.throws(() => checkZone('zone', name), /it must be an IANA time zone/)
  }
})

test('a zone has one spelling, and its former names are names', () => {
  for (const name of [
    'Asia/Calcutta',
    'Asia/Kolkata',
    'Europe/Kiev',
    'Europe/Kyiv',
    'US/Eastern',
  ]) {
    checkZone('zone', name)
  }
  assert.throws(() => checkZone('zone', 'EUROPE/berlin'), /it must be Europe\/Berlin, as IANA/)
  assert.throws(() => checkZone('zone', 'asia/calcutta'), /it must be Asia\/Calcutta, as IANA/)
})
