import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RejectedInput } from '@evenkeel/chassis/errors'
import type { ShiftActivity as WireActivity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { replacementOf, shiftOf, shiftWire } from '../shell/translate/shifts.ts'
import { lastShiftOf, shiftPageToken } from '../shell/pages.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import type { Shift } from '../core/index.ts'

const hour = 3_600_000
const shift: Shift = {
  pool: 'north',
  agentId: 'ana',
  shiftId: 'monday',
  from: 8 * hour,
  until: 16 * hour,
  activities: [
    { activity: 'onChannel', channels: ['voice', 'chat'], from: 9 * hour, until: 10 * hour },
    { activity: 'meal', channels: [], from: 12 * hour, until: 13 * hour },
  ],
  etag: 'v1',
}
const wire = shiftWire(shift)
const at = (hours: number) => ({ seconds: hours * 3_600, nanos: 0 })
const meal: WireActivity = { activity: 3, from: at(12), until: at(13), channels: [] }

const refusedAs = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof RejectedInput) return `${error.code} ${error.fields.field ?? ''}`
    throw error
  }
  return 'accepted'
}

describe('what is said of shifts', () => {
  const bad: readonly (readonly [string, Partial<typeof wire>, string])[] = [
    ['no pool', { pool: '' }, 'FIELD_MISSING shift.pool'],
    ['no agent', { agentId: '' }, 'FIELD_MISSING shift.agent_id'],
    ['no id', { shiftId: '' }, 'FIELD_MISSING shift.shift_id'],
    ['an id in capitals', { shiftId: 'Monday' }, 'FIELD_MALFORMED shift.shift_id'],
    ['no begin', { from: undefined }, 'FIELD_MISSING shift.from'],
    ['no end', { until: undefined }, 'FIELD_MISSING shift.until'],
    ['an end before its begin', { until: at(7) }, 'SHIFT_LENGTH shift'],
    ['more than a day', { until: at(33) }, 'SHIFT_LENGTH shift'],
    [
      'no activity',
      { activities: [{ ...meal, activity: 0 }] },
      'FIELD_MISSING shift.activities[0].activity',
    ],
    [
      'an activity of tomorrow',
      { activities: [{ ...meal, activity: Number('9') as WireActivity['activity'] }] },
      'ENUM_UNKNOWN shift.activities[0].activity',
    ],
    [
      'a meal on the phone',
      { activities: [{ ...meal, channels: [1] }] },
      'FIELD_MALFORMED shift.activities[0].channels',
    ],
    [
      'a channel twice',
      { activities: [{ ...meal, activity: 1, channels: [1, 1] }] },
      'FIELD_DUPLICATE shift.activities[0].channels',
    ],
    [
      'a meal too late',
      { activities: [{ ...meal, until: at(17) }] },
      'ACTIVITY_OUTSIDE shift.activities',
    ],
    [
      'a meal of no length',
      { activities: [{ ...meal, until: at(12) }] },
      'ACTIVITY_OUTSIDE shift.activities',
    ],
    [
      'two meals at once',
      { activities: [meal, { ...meal, from: at(12.5), until: at(14) }] },
      'ACTIVITY_OVERLAP shift.activities',
    ],
    [
      'too many activities',
      { activities: Array.from({ length: 21 }, () => meal) },
      'FIELD_TOO_MANY shift.activities',
    ],
  ]
  for (const [name, change, refusal] of bad) {
    test(`with ${name} is refused`, () => {
      assert.equal(
        refusedAs(() => shiftOf('shift', { ...wire, ...change })),
        refusal,
      )
    })
  }

  const request = { pool: 'north', agentId: 'ana', from: at(0), until: at(24), shifts: [wire] }
  const badDays: readonly (readonly [string, Partial<typeof request>, string])[] = [
    ['no span', { until: at(0) }, 'FIELD_OUT_OF_RANGE until'],
    ['half a week', { until: at(84) }, 'FIELD_OUT_OF_RANGE until'],
    [
      'a shift of somebody else',
      { shifts: [{ ...wire, agentId: 'bo' }] },
      'FIELD_MALFORMED shifts[0].agent_id',
    ],
    ['an id twice', { shifts: [wire, wire] }, 'FIELD_DUPLICATE shifts'],
    ['too many shifts', { shifts: Array.from({ length: 9 }, () => wire) }, 'FIELD_TOO_MANY shifts'],
  ]
  for (const [name, change, refusal] of badDays) {
    test(`with a day of ${name} is refused`, () => {
      assert.equal(
        refusedAs(() => replacementOf({ ...request, ...change })),
        refusal,
      )
    })
  }

  test('comes out of the log as it went in', () => {
    const { etag: _, ...rest } = shift
    const own = { ...rest, etag: '' }
    const day = { pool: 'north', agentId: 'ana', from: 0, until: 24 * hour, shifts: [own] }
    const commands = [
      { kind: 'putShift', shift },
      { kind: 'removeShift', pool: 'north', agentId: 'ana', shiftId: 'monday', etag: 'v1' },
      { kind: 'replaceShifts', ...day },
      {
        kind: 'importShifts',
        pool: 'north',
        days: [{ line: 2, ...day, givesWayUntil: 48 * hour }],
      },
    ] as const
    for (const command of commands) {
      assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
    }
  })

  test('is paged by tokens of one list', () => {
    const token = shiftPageToken('shifts north ', { from: 5, seq: 7 })
    assert.deepEqual(lastShiftOf('shifts north ', token), { from: 5, seq: 7 })
    assert.equal(
      refusedAs(() => lastShiftOf('shifts south ', token)),
      'PAGE_TOKEN_MALFORMED page_token',
    )
  })
})
