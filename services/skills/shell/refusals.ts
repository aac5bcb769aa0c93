import { CodedError, fromRejection, RejectedInput } from '@evenkeel/chassis/errors'
import {
  agentOf,
  type AgentRow,
  errors,
  poolRefusal,
  rejection,
  type SkillsErrorCode,
  type SkillsState,
  type Template,
  templateOf,
  templateView,
} from '../core/index.ts'

/** An error of this service's own table. */
export function refusal(
  code: SkillsErrorCode,
  fields: Readonly<Record<string, string | number>>,
): CodedError {
  return fromRejection(rejection(code, fields), errors)
}

/** The same for what a caller sent. */
export function refusedInput(
  code: SkillsErrorCode,
  fields: Readonly<Record<string, string | number>>,
): RejectedInput {
  return new RejectedInput(code, errors[code], fields)
}

export function knownPool(s: SkillsState, pool: string): void {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) throw fromRejection(unknown, errors)
}

/** An agent of another pool is unknown in this one. */
export function knownAgent(s: SkillsState, pool: string, agentId: string): AgentRow {
  const row = agentOf(s, pool, agentId)
  if (row !== undefined) return row
  throw refusal('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool })
}

export function knownTemplate(s: SkillsState, pool: string, templateId: string): Template {
  const row = templateOf(s, pool, templateId)
  if (row !== undefined) return templateView(s, row)
  throw refusal('TEMPLATE_UNKNOWN', { field: 'template_id', value: templateId, pool })
}
