import { createHash } from 'node:crypto'
import { idPatterns, parse, type RejectedInput } from '@evenkeel/chassis/errors'
import {
  type AgentRow,
  type Channel,
  channels,
  type Grant,
  isValidAt,
  limits,
  loginKey,
  packing,
  type Source,
  sources,
} from '../core/index.ts'
import { refusedInput } from './refusals.ts'

/** What a list of agents is narrowed to: all of it must hold. */
export interface Filter {
  /** Of the list that it makes: a page token of one filter means nothing with another. */
  readonly list: string
  readonly skills: readonly WantedSkill[]
  /** When the skills count; undefined: whenever. */
  readonly validAt: number | undefined
  readonly team: string | undefined
  readonly channel: Channel | undefined
  readonly homeQueueId: string | undefined
  readonly login: string | undefined
}

interface WantedSkill {
  readonly skillId: string
  readonly levelMin: number
  readonly source: Source | undefined
}

type Draft = { -readonly [K in keyof Filter]: Filter[K] } & { skills: WantedSkill[] }

/** undefined: none. */
export function filterOf(field: string, value: string): Filter | undefined {
  const text = parse.text(field, value, limits.filterBytes)
  const terms = text.split(/\s+/).filter((term) => term !== '')
  if (terms.length === 0) return undefined
  const hash = createHash('sha256').update(terms.join(' ')).digest('base64url')
  const draft: Draft = {
    list: `agents ${hash.slice(0, 16)}`,
    skills: [],
    ...{ validAt: undefined, team: undefined, channel: undefined },
    ...{ homeQueueId: undefined, login: undefined },
  }
  for (const term of terms) take(field, draft, term)
  return draft
}

const pattern = /^([a-z_]+)(=|>=)(.+)$/

function take(field: string, draft: Draft, term: string): void {
  const wrong = (limit: string): RejectedInput =>
    refusedInput('FILTER_MALFORMED', { field, value: term.slice(0, 64), limit })
  const [, name, relation, value = ''] = pattern.exec(term) ?? []
  const relations = name === 'level' ? '>=' : '='
  if (name === undefined || relation !== relations) throw wrong(terms)
  switch (name) {
    case 'skill':
      return takeSkill(draft, idIn(value, wrong), wrong)
    case 'level':
    case 'source':
      return narrow(draft, name, value, wrong)
    case 'valid_at':
      return once(draft, 'validAt', timeIn(value, wrong), wrong)
    case 'team':
      return once(draft, 'team', idIn(value, wrong), wrong)
    case 'home_queue':
      return once(draft, 'homeQueueId', idIn(value, wrong), wrong)
    case 'login':
      if (!idPatterns.agent.pattern.test(value)) throw wrong(idPatterns.agent.says)
      return once(draft, 'login', loginKey(0, value), wrong)
    case 'channel': {
      const channel = channels.find((known) => known === value)
      if (channel === undefined) throw wrong(`channel= and one of ${channels.join(' ')}`)
      return once(draft, 'channel', channel, wrong)
    }
    default:
      throw wrong(terms)
  }
}

const terms =
  'skill=ID, level>=1-10, source=NAME, valid_at=TIME, team=ID, channel=NAME, home_queue=ID or login=NAME'

type Wrong = (limit: string) => RejectedInput

function takeSkill(draft: Draft, skillId: string, wrong: Wrong): void {
  if (draft.skills.length >= limits.filterSkills) {
    throw wrong(`one of at most ${limits.filterSkills} skills`)
  }
  draft.skills.push({ skillId, levelMin: 1, source: undefined })
}

function narrow(draft: Draft, name: 'level' | 'source', value: string, wrong: Wrong): void {
  const skill = draft.skills.pop()
  if (skill === undefined) throw wrong('after a skill=ID')
  if (name === 'source') {
    const source = sources.find((known) => known === value && known !== 'unsaid')
    if (source === undefined) throw wrong('source= and trained, assessed or provisional')
    draft.skills.push({ ...skill, source })
    return
  }
  const levelMin = /^\d{1,2}$/.test(value) ? Number(value) : 0
  if (levelMin < 1 || levelMin > limits.levelMax) throw wrong(`level>= and 1-${limits.levelMax}`)
  draft.skills.push({ ...skill, levelMin })
}

function once<K extends Exclude<keyof Draft, 'list' | 'skills'>>(
  draft: Draft,
  key: K,
  value: Draft[K],
  wrong: Wrong,
): void {
  if (draft[key] !== undefined) throw wrong('said once')
  draft[key] = value
}

function idIn(value: string, wrong: Wrong): string {
  if (!idPatterns.slug.pattern.test(value)) throw wrong(idPatterns.slug.says)
  return value
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/

function timeIn(value: string, wrong: Wrong): number {
  const ms = instant.test(value) ? Date.parse(value) : Number.NaN
  // 2026-02-30 is refused rather than carried into March.
  const real = ms >= 0 && new Date(ms).toISOString().startsWith(value.slice(0, 19))
  if (!real) throw wrong('valid_at= and a time in UTC like 2026-12-01T00:00:00Z')
  return ms
}

/** What costs least is asked first: most are refused by it. */
export function isMet(filter: Filter, row: AgentRow): boolean {
  const { team, homeQueueId, login, channel } = filter
  if (team !== undefined && row.team !== team) return false
  if (homeQueueId !== undefined && row.homeQueueId !== homeQueueId) return false
  if (login !== undefined && loginKey(0, row.login) !== login) return false
  if (channel !== undefined) {
    const weights = packing.channelsOf(row.channels)
    if (!weights.some((one) => one.channel === channel)) return false
  }
  if (filter.skills.length === 0) return true
  const grants = packing.skillsOf(row.skills)
  return filter.skills.every((wanted) => grants.some((grant) => has(grant, wanted, filter.validAt)))
}

const has = (grant: Grant, wanted: WantedSkill, validAt: number | undefined): boolean =>
  grant.skillId === wanted.skillId &&
  grant.level >= wanted.levelMin &&
  (wanted.source === undefined || grant.source === wanted.source) &&
  (validAt === undefined || isValidAt(grant, validAt))
