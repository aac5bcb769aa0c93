import { type Database, int, type RowOf, ref, text, bytes } from '@evenkeel/chassis/table'
import { channelsBytesMax, skillsBytesMax } from './grants.ts'
import { LevelsInUse } from './in-use.ts'
import { limits } from './limits.ts'
import { IdOrder } from './order.ts'
import { createRoster } from './roster/schema.ts'

/** The tables of one partition, and what is derived from them. */
export function create(db: Database) {
  const pools = db.table('pools', { id: text(limits.idBytes) }, { cap: limits.pools, key: 'id' })

  const skills = db.table(
    'skills',
    {
      /** "<pool>/<skill id>". */
      key: text(2 * limits.idBytes + 1),
      skillId: text(limits.idBytes),
      pool: ref('pools'),
      displayName: text(limits.displayNameBytes),
      /** 1 to levelMax; no profile holds a higher level. */
      maxLevel: int(),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.skillsPerPartition, key: 'key' },
  )

  const agents = db.table(
    'agents',
    {
      /** Unique in the partition: an agent belongs to exactly one pool. */
      id: text(limits.idBytes),
      pool: ref('pools'),
      displayName: text(limits.displayNameBytes),
      /** '': none. */
      team: text(limits.idBytes),
      /** Packed, ascending by skill id; each is in the pool's catalogue, at a level that exists. */
      skills: bytes(skillsBytesMax),
      /** Packed, each channel at most once. */
      channels: bytes(channelsBytesMax),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.agentsPerPartition, key: 'id' },
  )

  const skillsInOrder = new IdOrder()
  const skillAt = (slot: number) => {
    const row = skills.at(slot)
    return { set: row.pool, id: row.skillId }
  }
  skills.derive({
    sync: (slot, exists) => skillsInOrder.sync(slot, exists ? skillAt(slot) : undefined),
    check: () => skillsInOrder.check('skills by id', skills.slots(), skillAt),
  })

  const agentsInOrder = new IdOrder()
  const agentAt = (slot: number) => {
    const row = agents.at(slot)
    return { set: row.pool, id: row.id }
  }
  agents.derive({
    sync: (slot, exists) => agentsInOrder.sync(slot, exists ? agentAt(slot) : undefined),
    check: () => agentsInOrder.check('agents by id', agents.slots(), agentAt),
  })

  const levelsInUse = new LevelsInUse()
  const heldAt = (slot: number) => {
    const row = agents.at(slot)
    return { pool: pools.at(row.pool).id, skills: row.skills }
  }
  agents.derive({
    sync: (slot, exists) => levelsInUse.sync(slot, exists ? heldAt(slot) : undefined),
    check: () => levelsInUse.check(agents.slots(), heldAt),
  })
  const roster = createRoster(db)
  return { db, pools, skills, agents, skillsInOrder, agentsInOrder, levelsInUse, ...roster }
}

export type SkillsState = ReturnType<typeof create>
export type SkillRow = RowOf<SkillsState['skills']>
export type AgentRow = RowOf<SkillsState['agents']>
export type ShiftRow = RowOf<SkillsState['shifts']>
