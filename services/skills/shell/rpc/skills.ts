import { type Binding, bind } from '@evenkeel/chassis/serve'
import { SkillsServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { profileView, skillKey, skillsAfter, skillView } from '../../core/index.ts'
import { read, type SkillsHosted, stored, submit } from '../calls.ts'
import { exportAgents } from '../export.ts'
import { importAgents } from '../import.ts'
import { cut, pageOf, pageToken } from '../pages.ts'
import { knownAgent, knownPool } from '../refusals.ts'
import { poolIdOf, skillIdOf, agentIdOf } from '../translate/ids.ts'
import { profilePutOf, profileWire, removalOf } from '../translate/profiles.ts'
import { skillPutOf, skillWire } from '../translate/skills.ts'
import { agentChanges, skillChanges } from './changes.ts'
import { listAgents } from './list-agents.ts'

/** The catalogue and the profiles. */
export function skills(hosted: SkillsHosted): Binding {
  return bind(SkillsServiceDefinition, {
    async putSkill(request, call) {
      const command = skillPutOf(request)
      const { pool, skillId } = command.skill
      const replica = hosted.of(pool)
      return stored(replica, command, request.validateOnly, call, () => {
        const row = replica.state.skills.must(skillKey(pool, skillId))
        return { skill: skillWire(skillView(replica.state, row)) }
      })
    },

    async putAgent(request, call) {
      const command = profilePutOf(request)
      const { pool, agentId } = command.profile
      const replica = hosted.of(pool)
      return stored(replica, command, request.validateOnly, call, () => {
        const row = replica.state.agents.must(agentId)
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
      return read(hosted.of(pool), call, (s) => ({
        profile: profileWire(profileView(s, knownAgent(s, pool, agentId))),
      }))
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

    async listAgentChanges(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const agentId = agentIdOf('agent_id', request.agentId)
      return read(hosted.of(pool), call, (s) => agentChanges(s, { pool, agentId }, request))
    },

    async listSkillChanges(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const skillId = skillIdOf('skill_id', request.skillId)
      return read(hosted.of(pool), call, (s) => skillChanges(s, { pool, skillId }, request))
    },

    listAgents: (request, call) => listAgents(hosted, request, call),

    importAgents: (request, call) => importAgents(hosted, request, call),

    exportAgents: (request, call) => exportAgents(hosted, request, call),
  })
}
