import { bytes, type Database, int, oneOf, ref, type RowOf, text } from '@evenkeel/chassis/table'
import { ChangesOf } from './changes.ts'
import { channelsBytesMax, packing, skillsBytesMax } from './grants.ts'
import { LevelsInUse } from './in-use.ts'
import { layersBytesMax } from './training/layers.ts'
import { limits } from './limits.ts'
import { loginKey, Logins } from './logins.ts'
import { IdOrder } from './order.ts'
import { createRoster } from './roster/schema.ts'
import { requirementsBytesMax, requirementsOf } from './requirements.ts'
import { categories, meaningsBytesMax } from './skill-words.ts'
import { createTraining } from './training/schema.ts'

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
      /** 1 to levelMax; no profile holds a higher level, no template asks for one. */
      maxLevel: int(),
      category: oneOf(...categories),
      /** Joined; at most maxLevel of them. */
      levelMeanings: text(meaningsBytesMax),
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
      /** '': none. */
      homeQueueId: text(limits.idBytes),
      /** '': none; unique in the pool. */
      login: text(limits.idBytes),
      /** Packed, by skill id and time; each is in the pool's catalogue, at a level that exists. */
      skills: bytes(skillsBytesMax),
      /**
       * Packed: of each skill that training records grant what it is by hand and what each gives.
       * `skills` has what they come to.
       */
      layers: bytes(layersBytesMax),
      /** Packed, each channel at most once. */
      channels: bytes(channelsBytesMax),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.agentsPerPartition, key: 'id' },
  )

  const templates = db.table(
    'templates',
    {
      /** "<pool>/<template id>". */
      key: text(2 * limits.idBytes + 1),
      templateId: text(limits.idBytes),
      pool: ref('pools'),
      displayName: text(limits.displayNameBytes),
      /** As words, ascending by skill id; each is in the pool's catalogue, at a level that exists. */
      requirements: text(requirementsBytesMax),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.templatesPerPartition, key: 'key' },
  )

  const changes = db.table(
    'changes',
    {
      /** Its number: rows are written over and never removed. */
      id: text(8),
      /** What was changed. */
      subject: text(7 + 2 * limits.idBytes),
      actor: text(limits.idBytes),
      reason: text(limits.reasonBytes),
      time: int(),
      offset: int(),
      /** What was there before: as in `agents`, or as in `skills`. */
      displayName: text(limits.displayNameBytes),
      team: text(limits.idBytes),
      homeQueueId: text(limits.idBytes),
      login: text(limits.idBytes),
      skills: bytes(skillsBytesMax),
      channels: bytes(channelsBytesMax),
      maxLevel: int(),
      category: oneOf(...categories),
      levelMeanings: text(meaningsBytesMax),
      changed: int(),
    },
    { cap: limits.changesPerPartition, key: 'id' },
  )
  const changesInOrder = changes.ordered({
    set: () => 0,
    key: (c) => c.offset,
    tie: (c) => Number(c.id),
  })
  const changesOf = new ChangesOf()
  const changeAt = (slot: number) => {
    const { subject, offset } = changes.at(slot)
    return { subject, offset }
  }
  changes.derive({
    sync: (slot, exists) => changesOf.sync(slot, exists ? changeAt(slot) : undefined),
    check: () => changesOf.check(changes.slots(), changeAt),
  })
  const training = createTraining(db)

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

  const levelsInUse = new LevelsInUse(packing.skillsOf)
  const heldAt = (slot: number) => {
    const row = agents.at(slot)
    return { pool: pools.at(row.pool).id, levels: row.skills }
  }
  agents.derive({
    sync: (slot, exists) => levelsInUse.sync(slot, exists ? heldAt(slot) : undefined),
    check: () => levelsInUse.check(agents.slots(), heldAt),
  })

  const logins = new Logins()
  const loginAt = (slot: number) => {
    const row = agents.at(slot)
    return row.login === '' ? undefined : loginKey(row.pool, row.login)
  }
  agents.derive({
    sync: (slot, exists) => logins.sync(slot, exists ? loginAt(slot) : undefined),
    check: () => logins.check(agents.slots(), loginAt),
  })

  const templatesInOrder = new IdOrder()
  const templateAt = (slot: number) => {
    const row = templates.at(slot)
    return { set: row.pool, id: row.templateId }
  }
  templates.derive({
    sync: (slot, exists) => templatesInOrder.sync(slot, exists ? templateAt(slot) : undefined),
    check: () => templatesInOrder.check('templates by id', templates.slots(), templateAt),
  })

  const levelsRequired = new LevelsInUse((text: string) =>
    requirementsOf(text).map(({ skillId, minimumLevel }) => ({ skillId, level: minimumLevel })),
  )
  const askedAt = (slot: number) => {
    const row = templates.at(slot)
    return { pool: pools.at(row.pool).id, levels: row.requirements }
  }
  templates.derive({
    sync: (slot, exists) => levelsRequired.sync(slot, exists ? askedAt(slot) : undefined),
    check: () => levelsRequired.check(templates.slots(), askedAt),
  })
  const roster = createRoster(db)
  return {
    ...{ db, pools, skills, agents, templates, changes },
    ...{ skillsInOrder, agentsInOrder, templatesInOrder, changesInOrder, changesOf },
    ...{ levelsInUse, levelsRequired, logins },
    ...roster,
    ...training,
  }
}

export type SkillsState = ReturnType<typeof create>
export type SkillRow = RowOf<SkillsState['skills']>
export type AgentRow = RowOf<SkillsState['agents']>
export type ShiftRow = RowOf<SkillsState['shifts']>
export type TemplateRow = RowOf<SkillsState['templates']>
export type ChangeRow = RowOf<SkillsState['changes']>
export type CourseRow = RowOf<SkillsState['courses']>
export type TrainingRow = RowOf<SkillsState['trainings']>
