import type { Moment } from '@evenkeel/chassis/protocol'
import { overlapping, packing } from './grants.ts'
import { skillKey } from './keys.ts'
import { limits } from './limits.ts'
import type { AgentRow, ChangeRow, SkillRow, SkillsState } from './state.ts'
import { layerFaults, trainingFaults } from './training/invariants.ts'

/** What must hold after every command; a sentence for each that does not. */
export function invariants(s: SkillsState, at: Moment, full: boolean): readonly string[] {
  const skillSlots = full ? s.skills.slots() : touched(s, 'skills')
  const agentSlots = full ? s.agents.slots() : touched(s, 'agents')
  const trainingSlots = full ? s.trainings.slots() : touched(s, 'trainings')
  const broken: string[] = []
  for (const slot of skillSlots) broken.push(...skillFaults(s, s.skills.at(slot), at))
  for (const slot of agentSlots) broken.push(...agentFaults(s, s.agents.at(slot), at))
  for (const slot of trainingSlots) broken.push(...trainingFaults(s, s.trainings.at(slot), at))
  if (full) {
    for (const slot of s.pools.slots()) broken.push(...poolFaults(s, slot))
    for (const slot of s.changes.slots()) broken.push(...changeFaults(s, s.changes.at(slot), at))
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

function changeFaults(s: SkillsState, row: ChangeRow, at: Moment): readonly string[] {
  const broken: string[] = []
  const kept = s.changesOf.of(row.subject).length
  if (kept > limits.changesPerSubject) broken.push(`${row.subject} has ${kept} changes`)
  if (row.offset > at.offset || row.changed >= row.offset) {
    broken.push(`${row.subject} was changed at ${row.offset}, from what was so at ${row.changed}`)
  }
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
  if (above.rows > 0) {
    broken.push(`${name} ends at level ${row.maxLevel}, ${above.rows} profiles are above`)
  }
  const asked = s.levelsRequired.above(row.key, row.maxLevel)
  if (asked.rows > 0) {
    broken.push(`${name} ends at level ${row.maxLevel}, ${asked.rows} templates ask for more`)
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
  const twice = overlapping(grants)
  if (twice !== undefined) broken.push(`${name} has two levels of ${twice.skillId} at once`)
  for (const [i, { skillId, level, validFrom, validUntil }] of grants.entries()) {
    const skill = s.skills.get(skillKey(s.pools.at(row.pool).id, skillId))
    if (skill === undefined) broken.push(`${name} has skill ${skillId}, which does not exist`)
    else if (level < 1 || level > skill.maxLevel) {
      broken.push(`${name} has level ${level} of ${skillId}, which ends at ${skill.maxLevel}`)
    }
    const next = grants[i + 1]
    if (next !== undefined && skillId > next.skillId) {
      broken.push(`${name} has skill ${skillId} out of order`)
    }
    if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
      broken.push(`${name} never has skill ${skillId}: it ends before it begins`)
    }
  }
  return [...broken, ...channelFaults(name, row), ...layerFaults(s, row)]
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
