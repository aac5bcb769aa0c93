import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { Api, objectsIn, textOf } from '../pool-file/api.ts'
import { inspect, type LeftOut, partsOf } from './parts.ts'
import { importOf, type Table } from './tables.ts'

export interface Imported {
  /** Stored, or with validate only: that would be. */
  readonly imported: number
  readonly unchanged: number
  /** Lines that are wrong; of these the first are told. */
  readonly refused: number
}

export interface ImportTerms {
  readonly api: Api
  readonly table: Table
  readonly file: string
  readonly pool: string
  /** IANA name; for tables of local times. */
  readonly timeZone: string | undefined
  readonly validateOnly: boolean
  readonly interrupted: AbortSignal
  /** A line of the file that is left out, and why; the first hundred are told. */
  refused(line: LeftOut): void
  /** How much of the file has been taken, when there is more to come. */
  progress(percent: number, line: number): void
}

/** The import went no further; what was taken before stays. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped'
}

const TOLD_MAX = 100
/** As long as a server lets any call take. */
const CALL_MS = 60_000

/**
 * Sends a file of any size in parts, in its order. Lines are numbered as in the file. What was sent
 * before counts as unchanged, so sending a file again is always right.
 */
export async function importFile(terms: ImportTerms): Promise<Imported> {
  const { file, table, interrupted } = terms
  const size = await inspect(file)
  const sums = { imported: 0, unchanged: 0, refused: 0 }
  const tell = (one: LeftOut): void => {
    sums.refused += 1
    if (sums.refused <= TOLD_MAX) terms.refused(one)
  }
  let said: Readonly<Record<string, unknown>> = {}
  let through = 1
  let percent = 0
  for await (const part of partsOf(file, table.key, tell)) {
    if (percent > 0) terms.progress(percent, through)
    if (interrupted.aborted) throw stopped(terms, sums, through, 'interrupted')
    try {
      const answer = await sent(terms, part.csv, said)
      const { goesOnWith: name } = table
      if (name !== undefined) said = { [name]: answer[name] }
      sums.imported += countOf(answer['imported'])
      sums.unchanged += countOf(answer['unchanged'])
      const told = objectsIn(answer['errors'])
      for (const { line, column, code, message } of told) {
        const number = part.lines[countOf(line) - 1] ?? countOf(line)
        tell({ line: number, column: textOf(column), why: `${textOf(code)}: ${textOf(message)}` })
      }
      sums.refused += countOf(answer['error_count']) - told.length
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw stopped(terms, sums, through, refusalInWords(error, 'the server'))
    }
    through = part.lines.at(-1) ?? through
    percent = Math.floor((100 * part.end) / size)
  }
  return sums
}

function sent(
  { api, table, pool, timeZone, validateOnly }: ImportTerms,
  csv: Buffer,
  said: Readonly<Record<string, unknown>>,
) {
  const zone = timeZone === undefined ? {} : { time_zone: timeZone }
  const content = { csv: csv.toString('base64'), validate_only: validateOnly }
  const request = { pool, ...content, ...zone, ...said }
  return api.call(importOf(table), request, { callMs: CALL_MS })
}

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

function stopped(
  { file }: ImportTerms,
  { imported, unchanged }: Imported,
  through: number,
  why: string,
): ImportStopped {
  const before =
    through === 1
      ? 'Nothing was stored'
      : `Up to line ${through}, ${imported} were stored and ${unchanged} were the same`
  return new ImportStopped(`${file}:${through === 1 ? 1 : through + 1}: ${why}\n${before}.`)
}
