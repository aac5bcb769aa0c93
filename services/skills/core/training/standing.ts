import type { Moment, Rejection } from '@evenkeel/chassis/protocol'
import type { By } from '../changes.ts'
import { rejection } from '../errors.ts'
import type { SkillsEvent } from '../events.ts'
import { type Grant, packing } from '../grants.ts'
import { poolRefusal } from '../pool.ts'
import { agentOf, profileView, storeProfile } from '../profile.ts'
import type { AgentRow, SkillsState } from '../state.ts'
import { layerPacking, layersAfterEdit, sameGrants, type Standing } from './layers.ts'

export function standingOf(agent: AgentRow): Standing {
  return {
    skills: packing.skillsOf(agent.skills),
    layers: layerPacking.layersOf(agent.layers),
  }
}

/** What is left of an agent's layers when the profile is edited by hand. */
export function layersEdited(agent: AgentRow | undefined, skills: readonly Grant[]): Uint8Array {
  if (agent === undefined || agent.layers.length === 0) return noLayers
  return layerPacking.pack(layersAfterEdit(standingOf(agent), skills))
}

const noLayers = new Uint8Array(0)

/** An edit of the profile, told as any other; none where the levels stay as they are. */
export function storeStanding(
  s: SkillsState,
  agent: AgentRow,
  { skills, layers }: Standing,
  at: Moment,
  by: By,
): readonly SkillsEvent[] {
  const packed = layerPacking.pack(layers)
  if (sameGrants(packing.skillsOf(agent.skills), skills)) {
    s.agents.update(agent, { layers: packed })
    return []
  }
  return [storeProfile(s, { ...profileView(s, agent), skills }, at, by, packed)]
}

export function agentRefusal(
  s: SkillsState,
  field: string,
  pool: string,
  agentId: string,
): Rejection | undefined {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return unknown
  if (agentOf(s, pool, agentId) !== undefined) return undefined
  return rejection('AGENT_UNKNOWN', { field, value: agentId, pool })
}
