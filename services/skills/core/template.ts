import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { refuse, rejection } from './errors.ts'
import type { SkillsEvent } from './events.ts'
import { skillKey } from './keys.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import { type Requirement, requirementsOf, requirementsText } from './requirements.ts'
import type { SkillsState, TemplateRow } from './state.ts'

/** What contacts of one kind ask for, under a name; copied by whoever uses it. */
export interface Template {
  readonly pool: string
  readonly templateId: string
  readonly displayName: string
  /** By skill id, each at most once; at least one. */
  readonly requirements: readonly Requirement[]
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

export function putTemplate(s: SkillsState, template: Template, at: Moment): Outcome<SkillsEvent> {
  const { pool, templateId, displayName, etag } = template
  const refusal = poolRefusal(s, pool) ?? floorRefusal(s, template)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  const row = templateOf(s, pool, templateId)
  const requirements = requirementsText(template.requirements)
  if (row?.displayName === displayName && row.requirements === requirements) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const stale = etagRefusal('template.etag', etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const full = row === undefined ? roomRefusal(s, template) : undefined
  if (full !== undefined) return { ok: false, rejection: full }
  const content = { displayName, requirements, changed: at.offset }
  const owner = { key: skillKey(pool, templateId), templateId, pool: s.pools.must(pool).slot }
  const now =
    row === undefined
      ? s.templates.insert({ ...owner, ...content })
      : s.templates.update(row, content)
  const stored = templateView(s, now)
  return { ok: true, events: [{ kind: 'templateChanged', template: stored }], ref: stored.etag }
}

export function removeTemplate(
  s: SkillsState,
  command: { readonly pool: string; readonly templateId: string; readonly etag: string },
): Outcome<SkillsEvent> {
  const { pool, templateId, etag } = command
  const row = templateOf(s, pool, templateId)
  if (row === undefined) {
    return refuse('TEMPLATE_UNKNOWN', { field: 'template_id', value: templateId, pool })
  }
  const stale = etag === '' ? undefined : etagRefusal('etag', etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  s.templates.delete(row)
  return { ok: true, events: [{ kind: 'templateRemoved', pool, templateId }], ref: templateId }
}

export const templateOf = (
  s: SkillsState,
  pool: string,
  templateId: string,
): TemplateRow | undefined => s.templates.get(skillKey(pool, templateId))

export function templateView(s: SkillsState, row: TemplateRow): Template {
  return {
    pool: s.pools.at(row.pool).id,
    templateId: row.templateId,
    displayName: row.displayName,
    requirements: requirementsOf(row.requirements),
    etag: etagOf(row.changed),
  }
}

/** A page of a pool's templates; `afterId` need not exist any more. */
export function templatesAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly Template[] {
  const { slot } = s.pools.must(pool)
  return s.templatesInOrder
    .after(slot, afterId, count)
    .map((templateSlot) => templateView(s, s.templates.at(templateSlot)))
}

function floorRefusal(s: SkillsState, { pool, requirements }: Template): Rejection | undefined {
  const field = 'template.requirements'
  for (const { skillId, minimumLevel } of requirements) {
    const skill = s.skills.get(skillKey(pool, skillId))
    if (skill === undefined) return rejection('SKILL_UNKNOWN', { field, value: skillId, pool })
    if (minimumLevel > skill.maxLevel) {
      const fields = { field, skill: skillId, value: minimumLevel, limit: skill.maxLevel }
      return rejection('LEVEL_OUT_OF_RANGE', fields)
    }
  }
  return undefined
}

function roomRefusal(s: SkillsState, { pool, templateId }: Template): Rejection | undefined {
  const field = 'template.template_id'
  const value = templateId
  if (s.templatesInOrder.size(s.pools.must(pool).slot) >= limits.templatesPerPool) {
    const limit = limits.templatesPerPool
    return rejection('TOO_MANY_TEMPLATES', { field, value, limit, scope: 'pool' })
  }
  if (s.templates.size >= s.templates.cap) {
    const fields = { field, value, limit: s.templates.cap, scope: 'partition' }
    return rejection('TOO_MANY_TEMPLATES', fields)
  }
  return undefined
}
