import { parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import { limits, type SkillsState, tallyTrainings, type TrainingLine } from '../../core/index.ts'
import { caughtUp } from '../calls.ts'
import { answerMs, type ImportReport, importAll, type Take } from '../importing.ts'
import { knownPool } from '../refusals.ts'
import { tallyOf } from '../tally.ts'
import { encodeCommand } from '../translate/codec.ts'
import { poolIdOf } from '../translate/ids.ts'
import { columns, readRecords } from './csv.ts'
import { resolvedBy } from './resolve.ts'
import { actorOf } from '../translate/training.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
  readonly actor: string
}

/** Training records of a file. */
export async function importTrainings(
  hosted: Hosted<SkillsState>,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  const pool = poolIdOf('pool', request.pool)
  const actor = actorOf(request.actor)
  const csv = parse.bytes('csv', request.csv, limits.importCsvBytes)
  if (csv.length === 0) throw refused('FIELD_MISSING', 'csv')
  const replica = hosted.of(pool)
  await caughtUp(replica, call)
  knownPool(replica.state, pool)
  const found = readRecords(csv, pool, (training) => resolvedBy(replica.state, training))
  const take = request.validateOnly ? trial(replica) : storing(replica, pool, actor, call)
  const report = await importAll(found, limits.trainingSliceLines, columns, take, call)
  if (request.validateOnly) call.position(replica.position())
  return report
}

function storing(
  replica: Replica<SkillsState>,
  pool: string,
  actor: string,
  call: Call,
): Take<TrainingLine> {
  return async (lines) => {
    const command = encodeCommand({ kind: 'importTrainings', pool, actor, lines })
    const terms = { deadlineMs: call.deadlineMs - answerMs, signal: call.signal }
    return replica.submit(command, terms, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
}

/** Asks this replica's state and leaves no trace in the log. */
function trial(replica: Replica<SkillsState>): Take<TrainingLine> {
  return async (lines) => tallyTrainings(replica.state, lines, replica.now().time)
}
