import type { ImportReport } from '@evenkeel/chassis/importing'
import { refused } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import { checkShiftDays, limits, type ShiftDay } from '../../core/index.ts'
import type { SkillsHosted } from '../calls.ts'
import { importFile } from '../importing.ts'
import { encodeCommand } from '../translate/codec.ts'
import { readShifts, shiftColumns as columns } from './csv.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly timeZone: string
  readonly validateOnly: boolean
}

/** Shifts of a file, as days of agents. Local times become instants here: the log knows no zones. */
export function importShifts(
  hosted: SkillsHosted,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  return importFile<ShiftDay>(hosted, request, call, (pool, csv, replica) => {
    const { timeZone: zone } = request
    if (zone === '') throw refused('FIELD_MISSING', 'time_zone')
    checkZone('time_zone', zone)
    let added = 0
    return {
      ...{ found: readShifts(csv, { pool, zone }), columns, sliceSize: limits.shiftSliceDays },
      command: (days) => encodeCommand({ kind: 'importShifts', pool, days }),
      trial: (days) => {
        const tally = checkShiftDays(replica.state, days, added, replica.now())
        added += tally.added
        return tally
      },
    }
  })
}
