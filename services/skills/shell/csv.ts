import { isUtf8 } from 'node:buffer'
import { type CodedError, idPatterns, RejectedInput } from '@evenkeel/chassis/errors'
import { CsvError, parse as parseCsv } from 'csv-parse/sync'
import {
  type ChannelWeight,
  channels,
  type Grant,
  type ImportLine,
  limits,
  type Profile,
  timeMsMax,
} from '../core/index.ts'
import { refusedInput } from './refusals.ts'
import {
  agentIdOf,
  displayNameOf,
  grantOf,
  grantsOf,
  teamOf,
  weightOf,
  weightsOf,
} from './translate.ts'

export const columns = ['agent_id', 'display_name', 'team', 'skills', 'channels'] as const

type Column = (typeof columns)[number]
type Cells = Readonly<Record<Column, string>>

/** A line of the file: a profile, or what is wrong with it. */
export type CsvLine =
  | ({ readonly kind: 'good' } & ImportLine)
  | { readonly kind: 'bad'; readonly line: number; readonly error: CodedError }

/**
 * The lines of a file in their order, blank ones left out. Throws RejectedInput when the file as a
 * whole can't be read.
 *
 * A line of the file is a line of the table: no column can hold a line break. So a quotation mark
 * that is never closed spoils its own line only, and not the rest of the file.
 */
export function* readCsv(csv: Uint8Array, pool: string): Generator<CsvLine> {
  // A pattern, so that a file of Windows, Unix or old Mac is numbered alike.
  const lines = textOf(csv).split(/\r\n|\n|\r/)
  const header = headerOf(lines[0] ?? '')
  const firstLines = new Map<string, number>()
  for (let i = 1; i < lines.length; i++) {
    const text = lines[i] ?? ''
    const line = i + 1
    if (text.trim() !== '') yield readLine(text, line, header, pool, firstLines)
  }
}

function readLine(
  text: string,
  line: number,
  header: readonly Column[],
  pool: string,
  firstLines: Map<string, number>,
): CsvLine {
  try {
    const profile = profileOf(cellsOf(text, header), pool)
    const first = firstLines.get(profile.agentId)
    if (first !== undefined) {
      const fields = { field: 'agent_id', value: profile.agentId, limit: first }
      throw refusedInput('CSV_AGENT_REPEATED', fields)
    }
    firstLines.set(profile.agentId, line)
    return { kind: 'good', line, profile }
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error
    return { kind: 'bad', line, error }
  }
}

function textOf(csv: Uint8Array): string {
  if (!isUtf8(csv)) {
    const value = malformedAt(csv)
    throw refusedInput('CSV_NOT_UTF8', { field: 'csv', value })
  }
  // Drops the byte order mark that spreadsheets put in front.
  return new TextDecoder('utf-8').decode(csv)
}

/**
 * Where the first sequence begins that is no UTF-8: there the text, written again, has U+FFFD (EF
 * BF BD) instead.
 */
function malformedAt(csv: Uint8Array): number {
  const again = Buffer.from(Buffer.from(csv).toString('utf8'))
  let at = 0
  while (at < csv.length && csv[at] === again[at]) at++
  // The bad sequence may itself begin like U+FFFD.
  if (again[at] === 0xbf) return at - 1
  if (again[at] === 0xbd) return at - 2
  return at
}

const otherDelimiters = [
  { mark: ';', name: 'semicolons' },
  { mark: '\t', name: 'tabs' },
  { mark: '|', name: 'vertical bars' },
] as const

function headerOf(text: string): readonly Column[] {
  const other = otherDelimiters.find(({ mark }) => text.includes(mark))
  if (other !== undefined && !text.includes(',')) {
    throw refusedInput('CSV_DELIMITER', { field: 'csv', value: other.name })
  }
  const names = text.trim() === '' ? [] : splitLine(text)
  const header: Column[] = []
  const unknown: string[] = []
  const duplicate: string[] = []
  for (const name of names) {
    const column = columns.find((known) => known === name)
    if (column === undefined) unknown.push(excerpt(name))
    else if (header.includes(column)) duplicate.push(column)
    else header.push(column)
  }
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length + unknown.length + duplicate.length > 0) {
    throw refusedInput('CSV_HEADER', {
      field: 'csv',
      limit: columns.join(', '),
      missing: listed(missing),
      unknown: listed(unknown),
      duplicate: listed(duplicate),
    })
  }
  return header
}

/** Enough to recognise them by. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return names.slice(0, 10).join(', ') + more
}

function excerpt(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}...`
}

function cellsOf(text: string, header: readonly Column[]): Cells {
  const bytes = Buffer.byteLength(text)
  if (bytes > limits.importLineBytes) {
    throw refusedInput('CSV_LINE_TOO_LONG', { limit: limits.importLineBytes, value: bytes })
  }
  const found = splitLine(text)
  if (found.length !== header.length) {
    throw refusedInput('CSV_COLUMN_COUNT', { limit: header.length, value: found.length })
  }
  const cells = { agent_id: '', display_name: '', team: '', skills: '', channels: '' }
  header.forEach((column, i) => {
    cells[column] = found[i] ?? ''
  })
  return cells
}

function splitLine(text: string): readonly string[] {
  try {
    const options = { trim: true, relax_column_count: true, record_delimiter: '\n' }
    return parseCsv(text, options)[0] ?? []
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refusedInput('CSV_QUOTING', { value: error.code })
  }
}

function profileOf(cells: Cells, pool: string): Profile {
  return {
    pool,
    agentId: agentIdOf('agent_id', cells.agent_id),
    displayName: displayNameOf('display_name', cells.display_name),
    team: teamOf('team', cells.team),
    skills: grantsOf('skills', words(cells.skills).map(grantIn)),
    channels: weightsOf('channels', words(cells.channels).map(weightIn)),
    etag: '',
  }
}

function words(cell: string): readonly string[] {
  return cell.split(/\s+/).filter((word) => word !== '')
}

const day = '\\d{4}-\\d{2}-\\d{2}'
const grantPattern = new RegExp(`^([^:@]+):(\\d{1,3})(?:@(${day})?\\.\\.(${day})?)?$`)
const weightPattern = /^([^:@]+):(\d{1,3})$/

/** tax:3, french:2@2026-01-01..2026-12-31, french:2@2026-01-01.. */
function grantIn(word: string): Grant {
  const [, skillId = '', level = '', from, until] = grantPattern.exec(word) ?? []
  if (!idPatterns.slug.pattern.test(skillId)) {
    throw malformedCell('skills', word, 'like tax:3 or french:2@2026-01-01..2026-12-31')
  }
  const lastDay = until === undefined ? undefined : startOfDay(until)
  return grantOf('skills', {
    skillId,
    level: Number(level),
    validFrom: from === undefined ? undefined : startOfDay(from),
    // People mean the last day to count; valid_until is the instant after it.
    validUntil: lastDay === undefined ? undefined : Math.min(lastDay + 86_400_000, timeMsMax),
  })
}

function weightIn(word: string): ChannelWeight {
  const [, name, weight = ''] = weightPattern.exec(word) ?? []
  const channel = channels.find((known) => known === name)
  if (channel === undefined) {
    const example = `like voice:100, with one of ${channels.join(' ')}`
    throw malformedCell('channels', word, example)
  }
  return { channel, weight: weightOf('channels', Number(weight)) }
}

/**
 * Days are of UTC: a file says nothing of places. 2026-02-30 is refused rather than carried into
 * March.
 */
function startOfDay(text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`)
  const real = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().startsWith(text)
  if (!real) throw malformedCell('skills', text, 'a day of the years 1970-9999')
  return ms
}

function malformedCell(column: Column, value: string, limit: string): RejectedInput {
  return refusedInput('CSV_CELL_MALFORMED', { field: column, value: excerpt(value), limit })
}

/** The column that an error is about; '': the whole line. */
export function columnOf(error: CodedError): string {
  const field = String(error.fields.field ?? '')
  const last = field.replace(/^profile\./, '')
  return columns.find((column) => last === column || last.startsWith(`${column}.`)) ?? ''
}
