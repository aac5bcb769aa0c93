import { setTimeout as pause } from 'node:timers/promises'
import { CodedError, common, fromRejection, idPatterns, parse, refused } from '../errors/index.ts'
import { type ErrorTable, importErrors, importLimits, type Tally } from '../protocol/index.ts'
import type { Hosted, Replica } from '../replica/index.ts'
import type { Call } from '../serve/index.ts'
import { columnOf } from './csv-table.ts'
import { tallyOf } from './tally.ts'

/** How files are imported, whatever they bring: slice by slice, each a command. */

/** What the caller gets; the wire has the same words. */
export interface ImportReport {
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

/** Something of the file that can be taken by itself, or what is wrong with a line. */
export type Found<T> =
  | ({ readonly kind: 'good'; readonly line: number } & T)
  | { readonly kind: 'bad'; readonly line: number; readonly error: CodedError }

/** What is good in a slice, each with its line in the file. */
type Slice<T> = readonly (T & { readonly line: number })[]

type Take<T> = (slice: Slice<T>) => Promise<Tally>

/** What all files are sent with. */
export interface FileRequest {
  readonly pool: string
  readonly csv: Uint8Array
  readonly validateOnly: boolean
}

/** A file whose first line has been read. */
export interface OpenFile<T> {
  readonly found: Iterable<Found<T>>
  readonly columns: readonly string[]
  readonly sliceSize: number
  /** As it goes into the log. */
  command(slice: Slice<T>): Uint8Array
  /** What the command would answer, by the state and the slices before; leaves no trace. */
  trial(slice: Slice<T>): Tally
}

/**
 * Kept back from the caller's deadline, so that an import that runs out of time can still say how
 * far it came.
 */
const answerMs = 100

/** A turn in which others had little to do: one commit or two. */
const SHORT_TURN_MS = 3
/** In a row: what one slice has led to comes in several, with a commit between them. */
const SHORT_TURNS = 3
/** After each slice: on a busy server 100,000 agents take two minutes longer at the most. */
const GIVING_WAY_MS_MAX = 30

/** Of the service that takes files. */
export interface Importer<S> {
  readonly hosted: Hosted<S>
  /** Has importErrors, too. */
  readonly errors: ErrorTable
  /** Throws where it is not. */
  knownPool(state: S, pool: string): void
}

export async function importFile<S, T>(
  { hosted, errors, knownPool }: Importer<S>,
  request: FileRequest,
  call: Call,
  open: (pool: string, csv: Uint8Array, replica: Replica<S>) => OpenFile<T>,
): Promise<ImportReport> {
  const pool = parse.id('pool', request.pool, idPatterns.slug)
  const csv = parse.bytes('csv', request.csv, importLimits.csvBytes)
  if (csv.length === 0) throw refused('FIELD_MISSING', 'csv')
  const replica = hosted.of(pool)
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
  knownPool(replica.state, pool)
  const file = open(pool, csv, replica)
  const store: Take<T> = async (slice) => {
    const terms = { deadlineMs: call.deadlineMs - answerMs, signal: call.signal }
    return replica.submit(file.command(slice), terms, (applied) => {
      call.position(applied.position)
      return tallyOf(applied.ref)
    })
  }
  const take: Take<T> = request.validateOnly ? async (slice) => file.trial(slice) : store
  const report = await importAll(file, new Report(file.columns, errors), take, call)
  if (request.validateOnly) call.position(replica.position())
  return report
}

/**
 * Takes what was found slice by slice, in its order. A slice is one command: all that is good in it
 * is stored together. Between slices others get their turn, and the caller may give up; what is
 * stored then stays stored.
 */
async function importAll<T>(
  { found, sliceSize }: OpenFile<T>,
  report: Report,
  take: Take<T>,
  call: Call,
): Promise<ImportReport> {
  for (const slice of slices(found, sliceSize)) {
    try {
      const good: (T & { readonly line: number })[] = []
      for (const one of slice) {
        if (one.kind === 'good') good.push(one)
        else report.bad(one.line, one.error)
      }
      if (good.length > 0) report.taken(await take(good))
      await othersFirst()
      if (call.signal.aborted) throw common('DEADLINE_EXCEEDED', { limit: 0 })
    } catch (error) {
      throw error instanceof CodedError ? report.interrupted(error, slice[0]?.line ?? 0) : error
    }
  }
  return report.response()
}

/** Whoever waits for an offer feels a long turn. Not for ever: a busy server takes files, too. */
async function othersFirst(): Promise<void> {
  const until = performance.now() + GIVING_WAY_MS_MAX
  let short = 0
  while (short < SHORT_TURNS && performance.now() < until) {
    const began = performance.now()
    await pause(1)
    short = performance.now() - began > SHORT_TURN_MS ? 0 : short + 1
  }
}

function* slices<T>(found: Iterable<T>, size: number): Generator<readonly T[]> {
  let slice: T[] = []
  for (const one of found) {
    slice.push(one)
    if (slice.length < size) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

class Report {
  readonly #columns: readonly string[]
  readonly #tables: ErrorTable
  #imported = 0
  #unchanged = 0
  #errorCount = 0
  readonly #errors: ImportError[] = []

  constructor(columns: readonly string[], tables: ErrorTable) {
    this.#columns = columns
    this.#tables = tables
  }

  bad(line: number, error: CodedError): void {
    this.#errorCount++
    const { code, message } = error
    this.#errors.push({ line, column: columnOf(error, this.#columns), code, message })
    if (this.#errors.length > 2 * importLimits.errors) this.#keepFirst()
  }

  taken(tally: Tally): void {
    this.#imported += tally.imported
    this.#unchanged += tally.unchanged
    for (const { line, rejection } of tally.refused)
      this.bad(line, fromRejection(rejection, this.#tables))
  }

  /** Nothing done: the cause says it all. Else the caller must know how far it went. */
  interrupted(cause: CodedError, line: number): CodedError {
    if (this.#imported + this.#unchanged === 0 || !cause.retryable) return cause
    const fields = {
      imported: this.#imported,
      unchanged: this.#unchanged,
      cause: cause.code,
      line,
    }
    return fromRejection({ code: 'IMPORT_INTERRUPTED', fields }, importErrors)
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
    this.#errors.length = Math.min(this.#errors.length, importLimits.errors)
  }
}
