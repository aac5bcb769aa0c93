import { setImmediate as otherWork } from 'node:timers/promises'
import { CodedError, common, fromRejection, parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import {
  checkLines,
  errors,
  type ImportLine,
  limits,
  type SkillsState,
  type Tally,
} from '../core/index.ts'
import { type CsvLine, columnOf, readCsv } from './csv.ts'
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
 * Kept back from the caller's deadline, so that an import that runs out of time can still say how
 * far it came.
 */
const answerMs = 100

/**
 * Reads the file and takes it slice by slice, in its order. A slice is one command: all of its good
 * lines are stored together. Between slices others get their turn, and the caller may give up; what
 * is stored then stays stored.
 */
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
  const report = new Report()
  for (const lines of slices(readCsv(csv, pool))) {
    try {
      const good: ImportLine[] = []
      for (const line of lines) {
        if (line.kind === 'good') good.push(line)
        else report.bad(line.line, line.error)
      }
      if (good.length > 0) report.taken(await take(good))
      await otherWork()
      if (call.signal.aborted) throw common('DEADLINE_EXCEEDED', { limit: 0 })
    } catch (error) {
      throw error instanceof CodedError ? report.interrupted(error, lines[0]?.line ?? 0) : error
    }
  }
  if (request.validateOnly) call.position(replica.position())
  return report.response()
}

function* slices(lines: Iterable<CsvLine>): Generator<readonly CsvLine[]> {
  let slice: CsvLine[] = []
  for (const line of lines) {
    slice.push(line)
    if (slice.length < limits.importSliceLines) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

function storing(replica: Replica<SkillsState>, pool: string, call: Call): Take {
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
function trial(replica: Replica<SkillsState>): Take {
  let added = 0
  return async (lines) => {
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
    if (this.#imported + this.#unchanged === 0 || !cause.retryable) return cause
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
