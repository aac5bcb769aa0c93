import { setImmediate as otherWork } from 'node:timers/promises'
import { CodedError, fromRejection, parse, refused } from '@evenkeel/chassis/errors'
import type { Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import {
  checkLines,
  errors,
  type ImportLine,
  limits,
  type SkillsState,
  type Tally,
} from '../core/index.ts'
import { columnOf, readCsv } from './csv.ts'
import { knownPool, refusal } from './refusals.ts'
import { tallyOf } from './tally.ts'
import { encodeCommand, poolIdOf } from './translate.ts'

interface ImportRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
}

/** What the caller gets; the wire has the same words. */
interface ImportReport {
  readonly imported: number
  readonly unchanged: number
  readonly errorCount: number
  readonly errors: ImportError[]
}

interface ImportError {
  readonly line: number
  readonly column: string
  readonly code: string
  readonly message: string
}

/** Takes a slice of good lines: into the log, or only on trial. */
type Take = (lines: readonly ImportLine[]) => Promise<Tally>

/**
 * Reads the file and takes it slice by slice, in its order. A slice is one command: all of its good lines are stored
 * together. Between slices others get their turn, and the caller may give up; what is stored then stays stored.
 */
export async function importAgents(
  replica: Replica<SkillsState>,
  request: ImportRequest,
  call: Call,
): Promise<ImportReport> {
  const pool = poolIdOf('pool', request.pool)
  const csv = parse.bytes('csv', request.csv, limits.importCsvBytes)
  if (csv.length === 0) throw refused('FIELD_MISSING', 'csv')
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
  knownPool(replica.state, pool)
  const take = request.validateOnly ? trial(replica, call) : storing(replica, pool, call)
  const report = new Report()
  let slice: ImportLine[] = []
  for (const read of readCsv(csv, pool)) {
    if (read.kind === 'bad') report.bad(read.line, read.error)
    else slice.push(read)
    if (slice.length === limits.importSliceLines) {
      await takeSlice(take, slice, report)
      slice = []
    }
  }
  if (slice.length > 0) await takeSlice(take, slice, report)
  if (request.validateOnly) call.position(replica.position())
  return report.response()
}

async function takeSlice(take: Take, lines: readonly ImportLine[], report: Report): Promise<void> {
  try {
    report.taken(await take(lines))
  } catch (error) {
    if (error instanceof CodedError) throw report.interrupted(error, lines[0]?.line ?? 0)
    throw error
  }
}

function storing(replica: Replica<SkillsState>, pool: string, call: Call): Take {
  return async (lines) => {
    const command = encodeCommand({ kind: 'importSlice', pool, validateOnly: false, lines })
    return replica.submit(command, call, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
}

/** Asks this replica's state and leaves no trace in the log. */
function trial(replica: Replica<SkillsState>, call: Call): Take {
  let added = 0
  return async (lines) => {
    await otherWork()
    call.signal.throwIfAborted()
    const tally = checkLines(replica.state, lines, added)
    added += tally.added
    return tally
  }
}

class Report {
  #imported = 0
  #unchanged = 0
  #errorCount = 0
  readonly #errors: ImportError[] = []

  bad(line: number, error: CodedError): void {
    this.#errorCount++
    const { code, message } = error
    this.#errors.push({ line, column: columnOf(error), code, message })
    if (this.#errors.length > 2 * limits.importErrors) this.#keepFirst()
  }

  taken(tally: Tally): void {
    this.#imported += tally.imported
    this.#unchanged += tally.unchanged
    for (const { line, rejection } of tally.refused)
      this.bad(line, fromRejection(rejection, errors))
  }

  /** Nothing done: the cause says it all. Else the caller must know how far it went. */
  interrupted(cause: CodedError, line: number): CodedError {
    if (this.#imported === 0 || !cause.retryable) return cause
    return refusal('IMPORT_INTERRUPTED', {
      imported: this.#imported,
      unchanged: this.#unchanged,
      cause: cause.code,
      line,
    })
  }

  response(): ImportReport {
    this.#keepFirst()
    return {
      imported: this.#imported,
      unchanged: this.#unchanged,
      errorCount: this.#errorCount,
      errors: this.#errors,
    }
  }

  /** What the core refuses is heard after later lines were read, so the order is made here. */
  #keepFirst(): void {
    this.#errors.sort((a, b) => a.line - b.line)
    this.#errors.length = Math.min(this.#errors.length, limits.importErrors)
  }
}
