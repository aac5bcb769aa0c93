import type { ImportReport } from '@evenkeel/chassis/importing'
import type { Call } from '@evenkeel/chassis/serve'
import { limits, tallyTrainings, type TrainingLine } from '../../core/index.ts'
import type { SkillsHosted } from '../calls.ts'
import { importFile } from '../importing.ts'
import { encodeCommand } from '../translate/codec.ts'
import { actorOf } from '../translate/training.ts'
import { columns, readRecords } from './csv.ts'
import { resolvedBy } from './resolve.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
  readonly actor: string
}

/** Training records of a file. */
export function importTrainings(
  hosted: SkillsHosted,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  return importFile<TrainingLine>(hosted, request, call, (pool, csv, replica) => {
    const actor = actorOf(request.actor)
    return {
      found: readRecords(csv, pool, (training) => resolvedBy(replica.state, training)),
      ...{ columns, sliceSize: limits.trainingSliceLines },
      command: (lines) => encodeCommand({ kind: 'importTrainings', pool, actor, lines }),
      trial: (lines) => tallyTrainings(replica.state, lines, replica.now().time),
    }
  })
}
