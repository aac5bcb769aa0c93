import { parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import {
  checkLines,
  type ImportLine,
  limits,
  type SkillsCommand,
  type SkillsState,
  Trial,
} from '../core/index.ts'
import { columns, readCsv } from './csv.ts'
import { answerMs, type ImportReport, importAll, type Take } from './importing.ts'
import { knownPool } from './refusals.ts'
import { tallyOf } from './tally.ts'
import { encodeCommand } from './translate/codec.ts'
import { byOf, poolIdOf } from './translate/ids.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
  readonly actor: string
  readonly reason: string
}

/** Profiles of a file. */
export async function importAgents(
  hosted: Hosted<SkillsState>,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  const pool = poolIdOf('pool', request.pool)
  const csv = parse.bytes('csv', request.csv, limits.importCsvBytes)
  if (csv.length === 0) throw refused('FIELD_MISSING', 'csv')
  const replica = hosted.of(pool)
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
  knownPool(replica.state, pool)
  const { lines, ...mask } = readCsv(csv, pool)
  const said = { pool, validateOnly: false, ...mask, ...byOf(request) } as const
  const take = request.validateOnly ? trial(replica, mask) : storing(replica, said, call)
  const { importSliceLines } = limits
  const report = await importAll(lines, importSliceLines, columns, take, call)
  if (request.validateOnly) call.position(replica.position())
  return report
}

type Said = Omit<Extract<SkillsCommand, { kind: 'importSlice' }>, 'kind' | 'lines'>

function storing(replica: Replica<SkillsState>, said: Said, call: Call): Take<ImportLine> {
  return async (lines) => {
    const command = encodeCommand({ kind: 'importSlice', ...said, lines })
    const terms = { deadlineMs: call.deadlineMs - answerMs, signal: call.signal }
    return replica.submit(command, terms, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
}

/** Asks this replica's state and leaves no trace in the log. */
function trial(replica: Replica<SkillsState>, mask: Pick<Said, 'mask'>): Take<ImportLine> {
  const sofar = new Trial()
  return async (lines) => checkLines(replica.state, { ...mask, lines }, sofar)
}
