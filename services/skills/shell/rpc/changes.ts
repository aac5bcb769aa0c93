import { lastOf, pageToken, parse, timestamp } from '@evenkeel/chassis/errors'
import type {
  ListAgentChangesResponse,
  ListSkillChangesResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  agentHistory,
  agentOf,
  limits,
  skillHistory,
  skillKey,
  type SkillsState,
  type Told,
} from '../../core/index.ts'
import { cut } from '../pages.ts'
import { knownPool, refusal } from '../refusals.ts'
import { profileWire } from '../translate/profiles.ts'
import { skillWire } from '../translate/skills.ts'

interface Page {
  readonly pageSize: number
  readonly pageToken: string
}

export function agentChanges(
  s: SkillsState,
  of: { readonly pool: string; readonly agentId: string },
  page: Page,
): ListAgentChangesResponse {
  const { pool, agentId } = of
  knownPool(s, pool)
  const { size, before, list } = pageIn(`agent-changes ${pool} ${agentId}`, page)
  const found = agentHistory(s, of, before, size + 1)
  if (found.length === 0 && agentOf(s, pool, agentId) === undefined) {
    throw refusal('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool })
  }
  const { shown, next } = cut(found, size)
  return {
    changes: shown.map((change) => changeWire(change, profileWire)),
    nextPageToken: next ? pageToken(list, String(next.offset)) : '',
  }
}

export function skillChanges(
  s: SkillsState,
  of: { readonly pool: string; readonly skillId: string },
  page: Page,
): ListSkillChangesResponse {
  const { pool, skillId } = of
  knownPool(s, pool)
  const { size, before, list } = pageIn(`skill-changes ${pool} ${skillId}`, page)
  const found = skillHistory(s, of, before, size + 1)
  if (found.length === 0 && s.skills.get(skillKey(pool, skillId)) === undefined) {
    throw refusal('SKILL_NOT_FOUND', { field: 'skill_id', value: skillId, pool })
  }
  const { shown, next } = cut(found, size)
  return {
    changes: shown.map((change) => changeWire(change, skillWire)),
    nextPageToken: next ? pageToken(list, String(next.offset)) : '',
  }
}

function pageIn(list: string, page: Page) {
  const { changesPageSize, changesPageSizeMax } = limits
  const size = parse.pageSize('page_size', page.pageSize, changesPageSizeMax, changesPageSize)
  const last = lastOf('page_token', list, page.pageToken, /^[0-9]{1,15}$/)
  return { size, list, before: last === '' ? Number.POSITIVE_INFINITY : Number(last) }
}

function changeWire<T, W>({ time, actor, reason, before, after }: Told<T>, wire: (one: T) => W) {
  return {
    time: timestamp(time),
    actor,
    reason,
    before: before === undefined ? undefined : wire(before),
    after: after === undefined ? undefined : wire(after),
  }
}
