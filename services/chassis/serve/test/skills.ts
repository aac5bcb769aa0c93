import {
  ExportAgentsResponse,
  GetAgentResponse,
  ImportAgentsResponse,
  ListAgentChangesResponse,
  ListAgentsResponse,
  ListSkillChangesResponse,
  ListSkillsResponse,
  PutAgentResponse,
  PutSkillResponse,
  RemoveAgentResponse,
  SkillsServiceDefinition,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { CodedError, type ErrorEntry, idPatterns, parse } from '../../errors/index.ts'
import { type Binding, type Call, bind } from '../index.ts'

export const skillsName = SkillsServiceDefinition.fullName

const agentUnknown: ErrorEntry = {
  status: 'NOT_FOUND',
  retryable: false,
  message: 'There is no agent {agent_id}.',
}

/** What a test makes of calls that this made-up service passes on. */
export interface Behaviour {
  readonly listSkills?: (call: Call) => Promise<void>
}

/** A made-up skills service: small, and with one way of failing per call. */
export function skillsBinding(behaviour: Behaviour = {}): Binding {
  return bind(SkillsServiceDefinition, {
    putSkill: async ({ skill }, call) => {
      const { pool, skillId, displayName, maxLevel } = parse.message('skill', skill)
      parse.id('skill.pool', pool, idPatterns.slug)
      parse.id('skill.skill_id', skillId, idPatterns.slug)
      parse.text('skill.display_name', displayName, 200)
      parse.integer('skill.max_level', maxLevel, 1, 10)
      call.position('0/7')
      return PutSkillResponse.fromPartial({
        skill: { pool, skillId, displayName, maxLevel, etag: '1' },
      })
    },
    // Answers with what it was told of the call.
    listSkills: async ({ pageSize }, call) => {
      await behaviour.listSkills?.(call)
      parse.pageSize('page_size', pageSize, 500, 100)
      return ListSkillsResponse.fromPartial({
        nextPageToken: `${call.atLeast ?? 'none'} ${call.deadlineMs > 0 && call.deadlineMs}`,
      })
    },
    putAgent: async ({ profile }) => PutAgentResponse.fromPartial({ profile }),
    getAgent: async ({ agentId }) => {
      if (agentId === 'a-1') return GetAgentResponse.fromPartial({ profile: { agentId } })
      throw new CodedError('AGENT_UNKNOWN', agentUnknown, { agent_id: agentId })
    },
    // A fault of ours, with a secret in its words.
    listAgents: async (): Promise<ListAgentsResponse> => {
      throw new Error('cannot read +49-170-5550100 of customer Smith')
    },
    removeAgent: async () => RemoveAgentResponse.create(),
    importAgents: async ({ csv }) => ImportAgentsResponse.fromPartial({ imported: csv.length }),
    exportAgents: async () => ExportAgentsResponse.create(),
    listAgentChanges: async () => ListAgentChangesResponse.create(),
    listSkillChanges: async () => ListSkillChangesResponse.create(),
  })
}
