import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Command } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import type { TrainingCommand } from '../core/index.ts'
import { codec, encodeCommand, type SubmittedCommand } from '../shell/translate/codec.ts'
import { grant } from './partition.ts'
import { refuses } from './refuses.ts'

const hour = 3_600_000
const training: TrainingCommand = {
  pool: 'north',
  agentId: 'bo@example.com',
  courseId: 'taxes',
  date: '2026-11-20',
  day: 20_777,
  result: 'passed',
  durationMs: 3.5 * hour,
  validDay: 20_788,
  etag: 'v1',
  dayFrom: 1_795_129_200_000,
  courseEtag: 'v2',
  grants: [
    { ...grant('tax', 3), source: 'trained', validFrom: 1_796_079_600_000 },
    { ...grant('french', 1), source: 'provisional', handleTimePermille: 1_400 },
  ],
}

const commands: readonly [string, SubmittedCommand][] = [
  [
    'a course',
    {
      kind: 'putCourse',
      course: {
        pool: 'north',
        courseId: 'taxes',
        displayName: 'Taxes',
        durationMs: 4 * hour,
        grants: [
          {
            skillId: 'french',
            level: 1,
            source: 'provisional',
            validDays: 0,
            handleTimePermille: 1_400,
          },
          {
            skillId: 'tax',
            level: 3,
            source: 'trained',
            validDays: 365,
            handleTimePermille: 1_000,
          },
        ],
        etag: '',
      },
    },
  ],
  ['a record', { kind: 'putTraining', training, actor: 'sue' }],
  [
    'a record as long as its course, which grants nothing',
    { kind: 'putTraining', training: { ...training, durationMs: 0, grants: [] }, actor: '' },
  ],
  [
    'a removal',
    {
      kind: 'removeTraining',
      pool: 'north',
      agentId: 'bo',
      courseId: 'taxes',
      date: '2026-11-20',
      etag: 'v1',
      actor: 'sue',
    },
  ],
  [
    'an import',
    {
      kind: 'importTrainings',
      pool: 'north',
      actor: 'sue',
      lines: [
        { line: 2, training: { ...training, durationMs: 0, etag: '' } },
        { line: 9, training: { ...training, date: '2026-11-21', day: 20_778, etag: '' } },
      ],
    },
  ],
  [
    'a policy',
    {
      kind: 'putTrainingPolicy',
      policy: {
        pool: 'north',
        timeZone: 'Mars/Olympus',
        yearlyTargetMs: 0,
        sessionMs: hour,
        yearlyLimitMs: 40 * hour,
        etag: '',
      },
    },
  ],
]

describe('a command of training survives the log', () => {
  for (const [what, command] of commands) {
    test(what, () => assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command))
  }
})

test('an import with a record twice, or of another pool, is no command', () => {
  const value = (other: Partial<TrainingCommand>) => {
    const lines = [
      { line: 2, training },
      { line: 3, training: { ...training, ...other } },
    ]
    return encodeCommand({ kind: 'importTrainings', pool: 'north', actor: '', lines })
  }
  const twice = 'bo@example.com/taxes/2026-11-20'
  refuses(() => codec.decodeCommand(value({})), {
    code: 'FIELD_DUPLICATE',
    field: 'lines',
    value: twice,
  })
  refuses(() => codec.decodeCommand(value({ pool: 'south' })), {
    code: 'FIELD_MALFORMED',
    field: 'lines[1].record.pool',
    limit: 'north',
  })
  const kind = { $case: 'putTraining', value: { record: undefined } } as const
  const bytes = Command.encode(Command.fromPartial({ kind })).finish()
  refuses(() => codec.decodeCommand(bytes), { code: 'FIELD_MISSING', field: 'training.record' })
})
