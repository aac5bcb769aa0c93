import { type CodedError, idPatterns, RejectedInput } from '@evenkeel/chassis/errors'
import {
  type ChannelWeight,
  channels,
  type Grant,
  type ImportLine,
  type Profile,
  timeMsMax,
} from '../core/index.ts'
import { type Cells, malformedCell, readTable, words } from './csv-table.ts'
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

/** A line of the file: a profile, or what is wrong with it. */
export type CsvLine =
  | ({ readonly kind: 'good' } & ImportLine)
  | { readonly kind: 'bad'; readonly line: number; readonly error: CodedError }

/** The lines of a file in their order. Throws RejectedInput when the file as a whole can't be read. */
export function* readCsv(csv: Uint8Array, pool: string): Generator<CsvLine> {
  const firstLines = new Map<string, number>()
  for (const { line, cells } of readTable(csv, columns)) {
    yield readLine(cells, line, pool, firstLines)
  }
}

function readLine(
  cells: () => Cells<Column>,
  line: number,
  pool: string,
  firstLines: Map<string, number>,
): CsvLine {
  try {
    const profile = profileOf(cells(), pool)
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

function profileOf(cells: Cells<Column>, pool: string): Profile {
  return {
    pool,
    agentId: agentIdOf('agent_id', cells('agent_id')),
    displayName: displayNameOf('display_name', cells('display_name')),
    team: teamOf('team', cells('team')),
    skills: grantsOf('skills', words(cells('skills')).map(grantIn)),
    channels: weightsOf('channels', words(cells('channels')).map(weightIn)),
    etag: '',
  }
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
