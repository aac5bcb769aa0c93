import type { Hosted } from '@evenkeel/chassis/replica'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import { SkillsServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  agentOf,
  profilesAfter,
  profileView,
  type SkillsState,
  skillKey,
  skillsAfter,
  skillView,
} from '../core/index.ts'
import { read, stored, submit } from './calls.ts'
import { importAgents } from './import.ts'
import { pageOf, pageToken } from './pages.ts'
import { knownPool, refusal } from './refusals.ts'
import { rosterRpcs } from './rpc/roster.ts'
import {
  agentIdOf,
  poolIdOf,
  profileOf,
  profileWire,
  removalOf,
  skillOf,
  skillWire,
} from './translate.ts'

export function rpcs(hosted: Hosted<SkillsState>): readonly Binding[] {
  return [
    bind(SkillsServiceDefinition, {
      async putSkill(request, call) {
        const skill = skillOf('skill', request.skill)
        const replica = hosted.of(skill.pool)
        return stored(replica, { kind: 'putSkill', skill }, request.validateOnly, call, () => {
          const row = replica.state.skills.must(skillKey(skill.pool, skill.skillId))
          return { skill: skillWire(skillView(replica.state, row)) }
        })
      },

      async putAgent(request, call) {
        const profile = profileOf('profile', request.profile)
        const replica = hosted.of(profile.pool)
        return stored(replica, { kind: 'putAgent', profile }, request.validateOnly, call, () => {
          const row = replica.state.agents.must(profile.agentId)
          return { profile: profileWire(profileView(replica.state, row)) }
        })
      },

      async removeAgent(request, call) {
        const removal = removalOf(request)
        return submit(hosted.of(removal.pool), removal, call, () => ({}))
      },

      async getAgent(request, call) {
        const pool = poolIdOf('pool', request.pool)
        const agentId = agentIdOf('agent_id', request.agentId)
        return read(hosted.of(pool), call, (s) => {
          const row = agentOf(s, pool, agentId)
          if (row === undefined) {
            const fields = { field: 'agent_id', value: agentId, pool }
            throw refusal('AGENT_UNKNOWN', fields)
          }
          return { profile: profileWire(profileView(s, row)) }
        })
      },

      async listSkills(request, call) {
        const { pool, size, afterId } = pageOf('skills', request)
        return read(hosted.of(pool), call, (s) => {
          knownPool(s, pool)
          const { shown, next } = cut(skillsAfter(s, pool, afterId, size + 1), size)
          const nextPageToken = next ? pageToken('skills', pool, next.skillId) : ''
          return { skills: shown.map(skillWire), nextPageToken }
        })
      },

      async listAgents(request, call) {
        const { pool, size, afterId } = pageOf('agents', request)
        return read(hosted.of(pool), call, (s) => {
          knownPool(s, pool)
          const { shown, next } = cut(profilesAfter(s, pool, afterId, size + 1), size)
          const nextPageToken = next ? pageToken('agents', pool, next.agentId) : ''
          return { profiles: shown.map(profileWire), nextPageToken }
        })
      },

      importAgents: (request, call) => importAgents(hosted, request, call),
    }),
    rosterRpcs(hosted),
  ]
}

/**
 * One more than asked was read, to know whether there are more. `next`: the last one shown, if so.
 */
function cut<T>(
  found: readonly T[],
  size: number,
): { readonly shown: readonly T[]; readonly next: T | undefined } {
  const shown = found.slice(0, size)
  return { shown, next: found.length > size ? shown.at(-1) : undefined }
}
