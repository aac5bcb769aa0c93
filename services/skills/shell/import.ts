import type { ImportReport } from '@evenkeel/chassis/importing'
import type { Call } from '@evenkeel/chassis/serve'
import { checkLines, type ImportLine, Trial } from '../core/index.ts'
import type { SkillsHosted } from './calls.ts'
import { columns, readCsv } from './csv.ts'
import { importFile } from './importing.ts'
import { encodeCommand } from './translate/codec.ts'
import { byOf } from './translate/ids.ts'

/**
 * A quarter of what one command takes: three other services hear of each line, and whoever waits
 * for an offer waits behind all of that.
 */
const linesPerSlice = 25

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
  readonly actor: string
  readonly reason: string
}

/** Profiles of a file. */
export function importAgents(
  hosted: SkillsHosted,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  return importFile<ImportLine>(hosted, request, call, (pool, csv, replica) => {
    const { lines: found, ...mask } = readCsv(csv, pool)
    const said = { kind: 'importSlice', pool, validateOnly: false, ...mask } as const
    const by = byOf(request)
    const sofar = new Trial()
    return {
      ...{ found, columns, sliceSize: linesPerSlice },
      command: (lines) => encodeCommand({ ...said, ...by, lines }),
      trial: (lines) => checkLines(replica.state, { ...mask, lines }, sofar),
    }
  })
}
