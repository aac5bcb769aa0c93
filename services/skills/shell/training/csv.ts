import { RejectedInput } from '@evenkeel/chassis/errors'
import {
  results,
  type Training,
  type TrainingCommand,
  type TrainingLine,
  trainingMs,
} from '../../core/index.ts'
import { type Cells, malformedCell, readTable } from '@evenkeel/chassis/importing'
import type { Found } from '@evenkeel/chassis/importing'
import { refusedInput } from '../refusals.ts'
import { agentIdOf } from '../translate/ids.ts'
import { dayOf } from './days.ts'
import { courseIdOf, validDayOf } from '../translate/training.ts'

const required = ['agent_id', 'course_id', 'date', 'result'] as const
const optional = ['hours', 'valid_from'] as const
export const columns = [...required, ...optional] as const

type Column = (typeof columns)[number]

/**
 * The records of a file in their order. `resolve` refuses what its course or pool does not allow.
 * Throws RejectedInput when the file as a whole can't be read.
 */
export function* readRecords(
  csv: Uint8Array,
  pool: string,
  resolve: (training: Training) => TrainingCommand,
): Generator<Found<TrainingLine>> {
  const firstLines = new Map<string, number>()
  for (const { line, cells } of readTable<Column>(csv, required, optional).lines) {
    try {
      const training = trainingIn(cells(), pool)
      const { agentId, courseId, date } = training
      const key = `${agentId} ${courseId} ${date}`
      const first = firstLines.get(key)
      if (first !== undefined) {
        const value = `${courseId} of ${date}`
        const fields = { field: 'agent_id', agent: agentId, value, limit: first }
        throw refusedInput('CSV_RECORD_REPEATED', fields)
      }
      firstLines.set(key, line)
      yield { kind: 'good', line, training: resolve(training) }
    } catch (error) {
      if (!(error instanceof RejectedInput)) throw error
      yield { kind: 'bad', line, error }
    }
  }
}

function trainingIn(cells: Cells<Column>, pool: string): Training {
  const date = cells('date')
  const day = dayOf('date', date)
  return {
    pool,
    agentId: agentIdOf('agent_id', cells('agent_id')),
    courseId: courseIdOf('course_id', cells('course_id')),
    date,
    day,
    durationMs: durationIn(cells('hours')),
    result: resultIn(cells('result')),
    validDay: validDayOf('valid_from', cells('valid_from'), day),
    etag: '',
  }
}

/** 4 or 3.5; empty: as long as the course takes. */
function durationIn(cell: string): number {
  if (cell === '') return 0
  const ms = /^\d{1,4}(\.\d{1,2})?$/.test(cell) ? Math.round(Number(cell) * 3_600_000) : Number.NaN
  if (ms >= trainingMs.min && ms <= trainingMs.max) return ms
  throw malformedCell('hours', cell, 'hours such as 4 or 3.5, 0.02 to 1000, or empty')
}

function resultIn(cell: string): Training['result'] {
  const result = results.find((known) => known === cell)
  if (result === undefined) throw malformedCell('result', cell, `one of ${results.join(' ')}`)
  return result
}
