import { parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import { checkShiftDays, limits, type ShiftDay, type SkillsState } from '../../core/index.ts'
import { answerMs, type ImportReport, importAll, type Take } from '../importing.ts'
import { knownPool } from '../refusals.ts'
import { tallyOf } from '../tally.ts'
import { encodeCommand } from '../translate/codec.ts'
import { poolIdOf } from '../translate/ids.ts'
import { readShifts, shiftColumns } from './csv.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly timeZone: string
  readonly validateOnly: boolean
}

/** Shifts of a file, as days of agents. Local times become instants here: the log knows no zones. */
export async function importShifts(
  hosted: Hosted<SkillsState>,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  const pool = poolIdOf('pool', request.pool)
  const csv = parse.bytes('csv', request.csv, limits.importCsvBytes)
  if (csv.length === 0) throw refused('FIELD_MISSING', 'csv')
  if (request.timeZone === '') throw refused('FIELD_MISSING', 'time_zone')
  checkZone('time_zone', request.timeZone)
  const replica = hosted.of(pool)
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
  knownPool(replica.state, pool)
  const take = request.validateOnly ? trial(replica) : storing(replica, pool, call)
  const days = readShifts(csv, { pool, zone: request.timeZone })
  const report = await importAll(days, limits.shiftSliceDays, shiftColumns, take, call)
  if (request.validateOnly) call.position(replica.position())
  return report
}

function storing(replica: Replica<SkillsState>, pool: string, call: Call): Take<ShiftDay> {
  return async (days) => {
    const command = encodeCommand({ kind: 'importShifts', pool, days })
    const terms = { deadlineMs: call.deadlineMs - answerMs, signal: call.signal }
    return replica.submit(command, terms, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
}

/** Asks this replica's state and leaves no trace in the log. */
function trial(replica: Replica<SkillsState>): Take<ShiftDay> {
  let added = 0
  return async (days) => {
    const tally = checkShiftDays(replica.state, days, added, replica.now())
    added += tally.added
    return tally
  }
}
