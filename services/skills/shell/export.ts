import type { Call } from '@evenkeel/chassis/serve'
import { type Profile, profilesAfter } from '../core/index.ts'
import { read, type SkillsHosted } from './calls.ts'
import { columns } from './csv.ts'
import { grantWord, weightWord } from './csv-words.ts'
import { cut, type ListRequest, pageOf, pageToken } from './pages.ts'
import { knownPool } from './refusals.ts'

const list = 'agents-export'

/** What importAgents reads: imported again, every line is unchanged. */
export async function exportAgents(
  hosted: SkillsHosted,
  request: ListRequest,
  call: Call,
): Promise<{ readonly csv: Buffer; readonly nextPageToken: string }> {
  const { pool, size, afterId } = pageOf(list, request)
  return read(hosted.of(pool), call, (s) => {
    knownPool(s, pool)
    const { shown, next } = cut(profilesAfter(s, pool, afterId, size + 1), size)
    const header = afterId === '' ? [columns.join(',')] : []
    const csv = [...header, ...shown.map(lineOf)].map((line) => `${line}\n`).join('')
    return {
      csv: Buffer.from(csv),
      nextPageToken: next ? pageToken(list, pool, next.agentId) : '',
    }
  })
}

/** A line of the file: a name's line breaks, which no line can hold, become spaces. */
export function lineOf(profile: Profile): string {
  const cells = [
    profile.agentId,
    profile.displayName.replace(/\s+/g, ' '),
    profile.team,
    profile.skills.map(grantWord).join(' '),
    profile.channels.map(weightWord).join(' '),
    profile.homeQueueId,
    profile.login,
  ]
  return cells.map(cellOf).join(',')
}

const cellOf = (text: string): string =>
  /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
