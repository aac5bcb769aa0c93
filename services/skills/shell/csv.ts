import { type CodedError, RejectedInput } from '@evenkeel/chassis/errors'
import { type ImportLine, type Profile, type ProfileField, profileFields } from '../core/index.ts'
import { type Cells, readTable, type TableLine, words } from '@evenkeel/chassis/importing'
import { grantIn, weightIn } from './csv-words.ts'
import { refusedInput } from './refusals.ts'
import { agentIdOf, displayNameOf, groupOf, loginOf } from './translate/ids.ts'
import { grantsOf, weightsOf } from './translate/profiles.ts'

const required = ['agent_id', 'display_name', 'team', 'skills', 'channels'] as const

/** What a file has no column for stays as it is. */
const optional = { home_queue_id: 'homeQueueId', login: 'login' } as const

const optionalColumns = ['home_queue_id', 'login'] as const satisfies (keyof typeof optional)[]

export const columns = [...required, ...optionalColumns] as const

type Column = (typeof columns)[number]

/** A line of the file: a profile, or what is wrong with it. */
export type CsvLine =
  | ({ readonly kind: 'good' } & ImportLine)
  | { readonly kind: 'bad'; readonly line: number; readonly error: CodedError }

export interface CsvFile {
  /** Of each profile, what the file says; nothing: all. */
  readonly mask?: readonly ProfileField[]
  /** In their order. */
  readonly lines: Iterable<CsvLine>
}

/** Throws RejectedInput when the file as a whole can't be read. */
export function readCsv(csv: Uint8Array, pool: string): CsvFile {
  const { header, lines } = readTable<Column>(csv, required, optionalColumns)
  return { ...maskOf(header), lines: readLines(lines, pool) }
}

function maskOf(header: readonly Column[]): Pick<CsvFile, 'mask'> {
  const unsaid: readonly ProfileField[] = optionalColumns
    .filter((column) => !header.includes(column))
    .map((column) => optional[column])
  if (unsaid.length === 0) return {}
  return { mask: profileFields.filter((field) => !unsaid.includes(field)) }
}

/** In which line each was first. */
interface Firsts {
  readonly agents: Map<string, number>
  readonly logins: Map<string, number>
}

function* readLines(lines: Iterable<TableLine<Column>>, pool: string): Generator<CsvLine> {
  const firsts: Firsts = { agents: new Map(), logins: new Map() }
  for (const { line, cells } of lines) yield readLine(cells, line, pool, firsts)
}

function readLine(cells: () => Cells<Column>, line: number, pool: string, firsts: Firsts): CsvLine {
  try {
    const profile = profileOf(cells(), pool)
    first(firsts, profile, line)
    return { kind: 'good', line, profile }
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error
    return { kind: 'bad', line, error }
  }
}

/** Of two lines for one agent, or with one login, the first good one counts. */
function first({ agents, logins }: Firsts, { agentId, login }: Profile, line: number): void {
  const before = agents.get(agentId)
  if (before !== undefined) {
    throw refusedInput('CSV_AGENT_REPEATED', { field: 'agent_id', value: agentId, limit: before })
  }
  // As the core tells them apart: by no capital letters.
  const key = login.toLowerCase()
  const same = login === '' ? undefined : logins.get(key)
  if (same !== undefined) {
    throw refusedInput('CSV_LOGIN_REPEATED', { field: 'login', value: login, limit: same })
  }
  agents.set(agentId, line)
  if (login !== '') logins.set(key, line)
}

function profileOf(cells: Cells<Column>, pool: string): Profile {
  return {
    pool,
    agentId: agentIdOf('agent_id', cells('agent_id')),
    displayName: displayNameOf('display_name', cells('display_name')),
    team: groupOf('team', cells('team')),
    skills: grantsOf('skills', words(cells('skills')).map(grantIn)),
    channels: weightsOf('channels', words(cells('channels')).map(weightIn)),
    homeQueueId: groupOf('home_queue_id', cells('home_queue_id')),
    login: loginOf('login', cells('login')),
    etag: '',
  }
}
