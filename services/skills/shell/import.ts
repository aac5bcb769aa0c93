import { parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import { checkLines, type ImportLine, limits, type SkillsState } from '../core/index.ts'
import { columns, readCsv } from './csv.ts'
import { answerMs, type ImportReport, importAll, type Take } from './importing.ts'
import { knownPool } from './refusals.ts'
import { tallyOf } from './tally.ts'
import { encodeCommand, poolIdOf } from './translate.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
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
  const take = request.validateOnly ? trial(replica) : storing(replica, pool, call)
  const { importSliceLines } = limits
  const report = await importAll(readCsv(csv, pool), importSliceLines, columns, take, call)
  if (request.validateOnly) call.position(replica.position())
  return report
}

function storing(replica: Replica<SkillsState>, pool: string, call: Call): Take<ImportLine> {
  return async (lines) => {
    const command = encodeCommand({ kind: 'importSlice', pool, validateOnly: false, lines })
    const terms = { deadlineMs: call.deadlineMs - answerMs, signal: call.signal }
    return replica.submit(command, terms, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
}

/** Asks this replica's state and leaves no trace in the log. */
function trial(replica: Replica<SkillsState>): Take<ImportLine> {
  let added = 0
  return async (lines) => {
    const tally = checkLines(replica.state, lines, added)
    added += tally.added
    return tally
  }
}
