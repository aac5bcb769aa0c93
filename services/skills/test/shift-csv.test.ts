import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import { readShifts } from '../shell/roster/csv.ts'

const header = 'agent_id,date,start,end,activities'
const berlin = { pool: 'north', zone: 'Europe/Berlin' }

const read = (lines: readonly string[], place = berlin) => [
  ...readShifts(Buffer.from([header, ...lines].join('\n')), place),
]
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

/** Each shift as begin, end, and its activities. */
function shiftsIn(lines: readonly string[]): readonly string[] {
  return read(lines).flatMap((found) => {
    if (found.kind === 'bad') throw found.error
    return found.shifts.map(({ shiftId, from, until, activities }) => {
      const named = activities.map(
        (one) => ` ${one.activity}${one.channels.map((c) => `/${c}`).join('')} ${iso(one.from)}`,
      )
      return `${shiftId} ${iso(from)} ${iso(until)}${named.join('')}`
    })
  })
}

describe('a file of shifts', () => {
  const good: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'has local times',
      ['ana,2026-11-23,08:00,16:30,break@10:00..10:15 voice+chat@13:00..15:00'],
      [
        '2026-11-23 2026-11-23T07:00 2026-11-23T15:30 break 2026-11-23T09:00' +
          ' onChannel/voice/chat 2026-11-23T12:00',
      ],
    ],
    [
      'has shifts across midnight',
      ['ana,2026-11-23,22:00,06:00,meal@01:00..01:30'],
      ['2026-11-23 2026-11-23T21:00 2026-11-24T05:00 meal 2026-11-24T00:00'],
    ],
    [
      'ends at midnight, too',
      ['ana,2026-11-23,16:00,24:00,'],
      ['2026-11-23 2026-11-23T15:00 2026-11-23T23:00'],
    ],
    [
      'knows that the night of the clocks put forward is short',
      ['ana,2026-03-28,22:00,06:00,'],
      ['2026-03-28 2026-03-28T21:00 2026-03-29T04:00'],
    ],
    [
      'and that of the clocks put back is long, with either two o’clock',
      ['ana,2026-10-24,22:00,06:00,break@02:30+02:00..02:45+02:00 meal@02:30+01:00..03:00'],
      ['2026-10-24 2026-10-24T20:00 2026-10-25T05:00 break 2026-10-25T00:30 meal 2026-10-25T01:30'],
    ],
    [
      'numbers the parts of a day',
      ['ana,2026-11-23,14:00,18:00,', 'ana,2026-11-23,08:00,12:00,'],
      [
        '2026-11-23 2026-11-23T07:00 2026-11-23T11:00',
        '2026-11-23.2 2026-11-23T13:00 2026-11-23T17:00',
      ],
    ],
    ['has days off', ['ana,2026-11-23,,,'], []],
  ]
  for (const [name, lines, shifts] of good) {
    test(name, () => assert.deepEqual(shiftsIn(lines), shifts))
  }

  test('has whole local days, the long one too', () => {
    const [day] = read(['ana,2026-10-25,08:00,16:00,', 'ana,2026-10-26,,,'])
    assert.ok(day?.kind === 'good')
    assert.equal(day.until - day.from, 25 * 3_600_000)
    assert.equal((day.givesWayUntil ?? 0) - day.until, 24 * 3_600_000)
  })

  const bad: readonly (readonly [string, string, string, string])[] = [
    ['no such day', 'ana,2026-02-30,08:00,16:00,', 'CSV_CELL_MALFORMED', 'date'],
    ['a date of another country', 'ana,23.11.2026,08:00,16:00,', 'CSV_CELL_MALFORMED', 'date'],
    ['no time', 'ana,2026-11-23,8,16:00,', 'CSV_CELL_MALFORMED', 'start'],
    ['no end', 'ana,2026-11-23,08:00,,', 'CSV_CELL_MALFORMED', 'end'],
    ['a time that was left out', 'ana,2026-03-29,02:30,10:00,', 'LOCAL_TIME_SKIPPED', 'start'],
    ['a time that was there twice', 'ana,2026-10-25,02:30,10:00,', 'LOCAL_TIME_TWICE', 'start'],
    ['an offset of elsewhere', 'ana,2026-11-23,08:00+05:00,10:00,', 'LOCAL_TIME_OFFSET', 'start'],
    [
      'an activity that is none',
      'ana,2026-11-23,08:00,16:00,nap@12:00..13:00',
      'CSV_CELL_MALFORMED',
      'activities',
    ],
    [
      'a channel twice',
      'ana,2026-11-23,08:00,16:00,voice+voice@12:00..13:00',
      'CSV_CELL_MALFORMED',
      'activities',
    ],
    [
      'a break after the shift',
      'ana,2026-11-23,08:00,16:00,break@17:00..17:15',
      'ACTIVITY_OUTSIDE',
      'activities',
    ],
    [
      'two things at once',
      'ana,2026-11-23,08:00,16:00,meal@12:00..13:00 break@12:30..12:45',
      'ACTIVITY_OVERLAP',
      'activities',
    ],
    ['too short a shift', 'ana,2026-11-23,08:00,08:05,', 'SHIFT_LENGTH', 'end'],
    ['nobody', ',2026-11-23,08:00,16:00,', 'FIELD_MISSING', 'agent_id'],
    ['a cell too many', 'ana,2026-11-23,08:00,16:00,,', 'CSV_COLUMN_COUNT', ''],
  ]
  for (const [name, line, code, field] of bad) {
    test(`with ${name} says so by its line, and leaves that day alone`, () => {
      const found = read(['bo,2026-11-23,08:00,16:00,', line])
      const wrong = found.flatMap((one) => (one.kind === 'bad' ? [one] : []))
      assert.deepEqual(
        wrong.map((one) => [one.line, one.error.code, one.error.fields.field ?? '']),
        [[3, code, field]],
      )
      assert.equal(found.length, 2)
    })
  }

  test('with a bad line of a day leaves all of that day out, and no other', () => {
    const found = read([
      'ana,2026-11-23,08:00,12:00,',
      'ana,2026-11-23,14:00,99:00,',
      'ana,2026-11-24,08:00,12:00,',
    ])
    const codes = found.map((one) =>
      one.kind === 'bad' ? `${one.line} ${one.error.code}` : one.line,
    )
    assert.deepEqual(codes, ['3 CSV_CELL_MALFORMED', '2 CSV_DAY_LEFT', 4])
  })

  test('with two shifts at once names both', () => {
    const found = read(['ana,2026-11-23,22:00,06:00,', 'ana,2026-11-24,05:00,13:00,'])
    const [, second] = found
    assert.ok(second?.kind === 'bad' && second.error.code === 'SHIFT_OVERLAP')
    assert.equal(second.error.fields.other, '2026-11-23, line 2')
    assert.equal(second.error.fields.value, '2026-11-24')
  })

  const files: readonly (readonly [string, Uint8Array, string])[] = [
    ['in Latin-1', Buffer.from(`${header}\nj\u00fcrgen,,,,`, 'latin1'), 'CSV_NOT_UTF8'],
    ['with semicolons', Buffer.from(header.replaceAll(',', ';')), 'CSV_DELIMITER'],
    ['without its header', Buffer.from('ana,2026-11-23,08:00,16:00,'), 'CSV_HEADER'],
  ]
  for (const [name, csv, code] of files) {
    test(`${name} is refused whole`, () => {
      assert.throws(
        () => [...readShifts(csv, berlin)],
        (error) => error instanceof RejectedInput && error.code === code,
      )
    })
  }
})
