import type { Moment } from '@evenkeel/chassis/protocol'
import { packing } from './grants.ts'
import { skillKey } from './keys.ts'
import { limits } from './limits.ts'
import type { AgentRow, SkillRow, SkillsState } from './state.ts'

/** What must hold after every command; a sentence for each that does not. */
export function invariants(s: SkillsState, at: Moment, full: boolean): readonly string[] {
  const skillSlots = full ? s.skills.slots() : touched(s, 'skills')
  const agentSlots = full ? s.agents.slots() : touched(s, 'agents')
  const broken: string[] = []
  for (const slot of skillSlots) broken.push(...skillFaults(s, s.skills.at(slot), at))
  for (const slot of agentSlots) broken.push(...agentFaults(s, s.agents.at(slot), at))
  if (full) {
    for (const slot of s.pools.slots()) broken.push(...poolFaults(s, slot))
    broken.push(...s.db.check())
  }
  return broken
}

function touched(s: SkillsState, table: string): readonly number[] {
  return s.db
    .touchedRows()
    .filter((row) => row.table === table && row.exists)
    .map((row) => row.slot)
}

function poolFaults(s: SkillsState, slot: number): readonly string[] {
  const { id } = s.pools.at(slot)
  const agents = s.agentsInOrder.size(slot)
  const skills = s.skillsInOrder.size(slot)
  const broken: string[] = []
  if (agents > limits.agentsPerPool) broken.push(`pool ${id} has ${agents} agents`)
  if (skills > limits.skillsPerPool) broken.push(`pool ${id} has ${skills} skills`)
  return broken
}

function skillFaults(s: SkillsState, row: SkillRow, at: Moment): readonly string[] {
  const broken: string[] = []
  const name = `skill ${row.key}`
  if (!s.pools.exists(row.pool)) return [`${name} has no pool`]
  if (row.key !== skillKey(s.pools.at(row.pool).id, row.skillId)) {
    broken.push(`${name} is kept under another pool or id`)
  }
  if (row.maxLevel < 1 || row.maxLevel > limits.levelMax) {
    broken.push(`${name} has levels up to ${row.maxLevel}`)
  }
  if (row.changed > at.offset) broken.push(`${name} was changed in the future, at ${row.changed}`)
  const above = s.levelsInUse.above(row.key, row.maxLevel)
  if (above.agents > 0) {
    broken.push(`${name} ends at level ${row.maxLevel}, ${above.agents} profiles are above`)
  }
  return broken
}

function agentFaults(s: SkillsState, row: AgentRow, at: Moment): readonly string[] {
  const broken: string[] = []
  const name = `agent ${row.id}`
  if (!s.pools.exists(row.pool)) return [`${name} has no pool`]
  if (row.changed > at.offset) broken.push(`${name} was changed in the future, at ${row.changed}`)
  const grants = packing.skillsOf(row.skills)
  if (grants.length > limits.skillsPerAgent) broken.push(`${name} has ${grants.length} skills`)
  let before = ''
  for (const { skillId, level, validFrom, validUntil } of grants) {
    const skill = s.skills.get(skillKey(s.pools.at(row.pool).id, skillId))
    if (skill === undefined) broken.push(`${name} has skill ${skillId}, which does not exist`)
    else if (level < 1 || level > skill.maxLevel) {
      broken.push(`${name} has level ${level} of ${skillId}, which ends at ${skill.maxLevel}`)
    }
    if (skillId <= before) broken.push(`${name} has skill ${skillId} twice or out of order`)
    if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
      broken.push(`${name} never has skill ${skillId}: it ends before it begins`)
    }
    before = skillId
  }
  return [...broken, ...channelFaults(name, row)]
}

function channelFaults(name: string, row: AgentRow): readonly string[] {
  const broken: string[] = []
  const weights = packing.channelsOf(row.channels)
  for (const { channel, weight } of weights) {
    if (weight < limits.weightMin || weight > limits.weightMax) {
      broken.push(`${name} has weight ${weight} for ${channel}`)
    }
  }
  if (new Set(weights.map(({ channel }) => channel)).size !== weights.length) {
    broken.push(`${name} has a channel twice`)
  }
  return broken
}
