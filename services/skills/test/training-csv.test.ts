import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Training, TrainingCommand } from '../core/index.ts'
import { columnOf } from '@evenkeel/chassis/importing'
import { columns, readRecords } from '../shell/training/csv.ts'

const header = 'agent_id,course_id,date,hours,result,valid_from'
const hour = 3_600_000

const asIs = (training: Training): TrainingCommand => ({
  ...training,
  dayFrom: 0,
  courseEtag: '',
  grants: [],
})

const read = (...lines: readonly string[]) => [
  ...readRecords(Buffer.from([header, ...lines].join('\n')), 'north', asIs),
]

/** Of each line what came of it: the record in short, or column and code. */
const inShort = (...lines: readonly string[]) =>
  read(...lines).map((found) => {
    if (found.kind === 'bad') {
      const { code, message } = found.error
      assert.doesNotMatch(message, /[{}]/)
      return `${found.line} ${columnOf(found.error, columns)} ${code}`
    }
    const { agentId, courseId, date, result, durationMs, validDay, day } = found.training
    const later = validDay - day
    return `${found.line} ${agentId} ${courseId} ${date} ${result} ${durationMs / hour} +${later}`
  })

test('a line is a record', () => {
  assert.deepEqual(
    inShort(
      'bo,taxes,2026-11-20,4,passed,',
      '"cy", taxes ,2026-11-20,3.5,failed,2026-12-01',
      '',
      'bo,taxes,2026-11-21,,attended,',
    ),
    [
      '2 bo taxes 2026-11-20 passed 4 +0',
      '3 cy taxes 2026-11-20 failed 3.5 +11',
      '5 bo taxes 2026-11-21 attended 0 +0',
    ],
  )
})

describe('a line is refused with', () => {
  const wrong: readonly [string, string, string][] = [
    ['no agent', ',taxes,2026-11-20,4,passed,', 'agent_id FIELD_MISSING'],
    ['an agent with a space', 'b o,taxes,2026-11-20,4,passed,', 'agent_id FIELD_MALFORMED'],
    ['no course', 'bo,,2026-11-20,4,passed,', 'course_id FIELD_MISSING'],
    ['no date', 'bo,taxes,,4,passed,', 'date FIELD_MISSING'],
    ['a date of another country', 'bo,taxes,11/20/2026,4,passed,', 'date FIELD_MALFORMED'],
    ['a day that does not exist', 'bo,taxes,2026-11-31,4,passed,', 'date FIELD_MALFORMED'],
    ['hours in words', 'bo,taxes,2026-11-20,four,passed,', 'hours CSV_CELL_MALFORMED'],
    ['hours with a comma', 'bo,taxes,2026-11-20,"3,5",passed,', 'hours CSV_CELL_MALFORMED'],
    ['no hours at all', 'bo,taxes,2026-11-20,0,passed,', 'hours CSV_CELL_MALFORMED'],
    ['too many hours', 'bo,taxes,2026-11-20,1000.5,passed,', 'hours CSV_CELL_MALFORMED'],
    ['an unknown result', 'bo,taxes,2026-11-20,4,Passed,', 'result CSV_CELL_MALFORMED'],
    ['no result', 'bo,taxes,2026-11-20,4,,', 'result CSV_CELL_MALFORMED'],
    [
      'a validity before it',
      'bo,taxes,2026-11-20,4,passed,2026-11-19',
      'valid_from FIELD_OUT_OF_RANGE',
    ],
    ['a cell too few', 'bo,taxes,2026-11-20,4,passed', ' CSV_COLUMN_COUNT'],
    ['a quotation mark that is not closed', '"bo,taxes,2026-11-20,4,passed,', ' CSV_QUOTING'],
  ]
  for (const [what, line, expected] of wrong) {
    test(what, () => assert.deepEqual(inShort(line), [`2 ${expected}`]))
  }

  test('a record that an earlier line has', () => {
    const line = 'bo,taxes,2026-11-20,4,passed,'
    assert.deepEqual(
      inShort(line, 'bo,taxes,2026-11-20,4,failed,', 'bo,taxes,2026-11-21,4,failed,'),
      [
        '2 bo taxes 2026-11-20 passed 4 +0',
        '3 agent_id CSV_RECORD_REPEATED',
        '4 bo taxes 2026-11-21 failed 4 +0',
      ],
    )
  })
})

test('hours and valid_from may be left out', () => {
  const csv = Buffer.from('result,date,agent_id,course_id\npassed,2026-11-20,bo,taxes\n')
  const [found] = readRecords(csv, 'north', asIs)
  assert.ok(found?.kind === 'good')
  assert.deepEqual([found.training.durationMs, found.training.validDay], [0, found.training.day])
})

test('a header is refused that lacks a column', () => {
  assert.throws(() => [...readRecords(Buffer.from('agent_id,date\n'), 'north', asIs)], {
    code: 'CSV_HEADER',
  })
})
