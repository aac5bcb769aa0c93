import type { Call } from '@evenkeel/chassis/serve'
import type {
  ListAgentsRequest,
  ListAgentsResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { limits, profilesAfter, profileView, type SkillsState } from '../../core/index.ts'
import { read, type SkillsHosted } from '../calls.ts'
import { type Filter, filterOf, isMet } from '../filter.ts'
import { cut, type Page, pageOf, pageToken } from '../pages.ts'
import { knownPool } from '../refusals.ts'
import { profileWire } from '../translate/profiles.ts'

export async function listAgents(
  hosted: SkillsHosted,
  request: ListAgentsRequest,
  call: Call,
): Promise<ListAgentsResponse> {
  const filter = filterOf('filter', request.filter)
  const page = pageOf(filter?.list ?? 'agents', request)
  return read(hosted.of(page.pool), call, (s) => {
    knownPool(s, page.pool)
    return filter === undefined ? plain(s, page) : filtered(s, page, filter)
  })
}

function plain(s: SkillsState, { list, pool, size, afterId }: Page): ListAgentsResponse {
  const { shown, next } = cut(profilesAfter(s, pool, afterId, size + 1), size)
  const nextPageToken = next ? pageToken(list, pool, next.agentId) : ''
  return { profiles: shown.map(profileWire), nextPageToken }
}

/** So many are read and no more: what a call costs does not depend on how rare is what it looks for. */
function filtered(s: SkillsState, page: Page, filter: Filter): ListAgentsResponse {
  const { list, pool, size, afterId } = page
  const readMax = limits.filteredPerPage
  const slots = s.agentsInOrder.after(s.pools.must(pool).slot, afterId, readMax)
  const profiles: ListAgentsResponse['profiles'] = []
  let last = ''
  let seen = 0
  for (; seen < slots.length && profiles.length < size; seen++) {
    const row = s.agents.at(slots[seen] ?? -1)
    last = row.id
    if (isMet(filter, row)) profiles.push(profileWire(profileView(s, row)))
  }
  const more = seen < slots.length || slots.length === readMax
  return { profiles, nextPageToken: more ? pageToken(list, pool, last) : '' }
}
