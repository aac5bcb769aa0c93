import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { refuse, rejection } from './errors.ts'
import { etagOf, etagRefusal } from './etag.ts'
import type { SkillsEvent } from './events.ts'
import { type Grant, type ChannelWeight, packing } from './grants.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import { forgetRoster } from './roster/expire.ts'
import { skillKey } from './keys.ts'
import type { AgentRow, SkillsState } from './state.ts'

/** What is known of an agent. */
export interface Profile {
  readonly pool: string
  readonly agentId: string
  readonly displayName: string
  /** '': none. */
  readonly team: string
  /** By skill id, each at most once. */
  readonly skills: readonly Grant[]
  /** In the order of `channels`, each at most once. */
  readonly channels: readonly ChannelWeight[]
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

export function putAgent(s: SkillsState, profile: Profile, at: Moment): Outcome<SkillsEvent> {
  const refusal = profileRefusal(s, profile, 0)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  const row = s.agents.get(profile.agentId)
  if (row !== undefined && holds(row, profile)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const stale = etagRefusal('profile.etag', profile.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  return { ok: true, events: [storeProfile(s, profile, at)], ref: etagOf(at.offset) }
}

export function removeAgent(
  s: SkillsState,
  command: { readonly pool: string; readonly agentId: string; readonly etag: string },
): Outcome<SkillsEvent> {
  const { pool, agentId, etag } = command
  const row = agentOf(s, pool, agentId)
  if (row === undefined) {
    return refuse('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool })
  }
  const stale = etag === '' ? undefined : etagRefusal('etag', etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  forgetRoster(s, row)
  s.agents.delete(row)
  return { ok: true, events: [{ kind: 'profileRemoved', pool, agentId }], ref: agentId }
}

/**
 * Why this profile can't be stored, whatever its etag. `addedBefore`: new agents of the pool that a
 * dry run has already let through and that count against the caps.
 */
export function profileRefusal(
  s: SkillsState,
  profile: Profile,
  addedBefore: number,
): Rejection | undefined {
  const unknown = poolRefusal(s, profile.pool)
  if (unknown !== undefined) return unknown
  const row = s.agents.get(profile.agentId)
  if (row === undefined) return roomRefusal(s, profile, addedBefore) ?? skillsRefusal(s, profile)
  if (row.pool !== s.pools.must(profile.pool).slot) {
    return rejection('AGENT_IN_OTHER_POOL', { field: 'profile.agent_id', value: profile.agentId })
  }
  return skillsRefusal(s, profile)
}

/** The caller has asked profileRefusal. */
export function storeProfile(s: SkillsState, profile: Profile, at: Moment): SkillsEvent {
  const content = {
    displayName: profile.displayName,
    team: profile.team,
    skills: packing.skills(profile.skills),
    channels: packing.channels(profile.channels),
    changed: at.offset,
  }
  const known = s.agents.get(profile.agentId)
  const row =
    known === undefined
      ? s.agents.insert({
          id: profile.agentId,
          pool: s.pools.must(profile.pool).slot,
          ...content,
        })
      : s.agents.update(known, content)
  return { kind: 'profileChanged', profile: profileView(s, row) }
}

/** Everything but the etag is as asked. */
export function holds(row: AgentRow, profile: Profile): boolean {
  return (
    row.displayName === profile.displayName &&
    row.team === profile.team &&
    sameBytes(row.skills, packing.skills(profile.skills)) &&
    sameBytes(row.channels, packing.channels(profile.channels))
  )
}

/** An agent of another pool is unknown in this one. */
export function agentOf(s: SkillsState, pool: string, agentId: string): AgentRow | undefined {
  const row = s.agents.get(agentId)
  return row !== undefined && s.pools.at(row.pool).id === pool ? row : undefined
}

export function profileView(s: SkillsState, row: AgentRow): Profile {
  return {
    pool: s.pools.at(row.pool).id,
    agentId: row.id,
    displayName: row.displayName,
    team: row.team,
    skills: packing.skillsOf(row.skills),
    channels: packing.channelsOf(row.channels),
    etag: etagOf(row.changed),
  }
}

/** A page of a pool's agents; `afterId` need not exist any more. */
export function profilesAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly Profile[] {
  const { slot } = s.pools.must(pool)
  return s.agentsInOrder
    .after(slot, afterId, count)
    .map((agentSlot) => profileView(s, s.agents.at(agentSlot)))
}

function roomRefusal(s: SkillsState, profile: Profile, addedBefore: number) {
  const field = 'profile.agent_id'
  const value = profile.agentId
  const inPool = s.agentsInOrder.size(s.pools.must(profile.pool).slot) + addedBefore
  if (inPool >= limits.agentsPerPool) {
    return rejection('TOO_MANY_AGENTS', {
      field,
      value,
      limit: limits.agentsPerPool,
      scope: 'pool',
    })
  }
  if (s.agents.size + addedBefore >= s.agents.cap) {
    return rejection('TOO_MANY_AGENTS', { field, value, limit: s.agents.cap, scope: 'partition' })
  }
  return undefined
}

function skillsRefusal(s: SkillsState, profile: Profile): Rejection | undefined {
  const { pool } = profile
  for (const { skillId, level } of profile.skills) {
    const skill = s.skills.get(skillKey(pool, skillId))
    if (skill === undefined) {
      return rejection('SKILL_UNKNOWN', { field: 'profile.skills', value: skillId, pool })
    }
    if (level > skill.maxLevel) {
      const limit = skill.maxLevel
      const fields = { field: 'profile.skills', skill: skillId, value: level, limit }
      return rejection('LEVEL_OUT_OF_RANGE', fields)
    }
  }
  return undefined
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
