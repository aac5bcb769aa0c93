import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { agentSubject, type By, type Content, nothing, remember } from './changes.ts'
import { refuse, rejection } from './errors.ts'
import type { SkillsEvent } from './events.ts'
import { type Grant, type ChannelWeight, packing } from './grants.ts'
import { limits } from './limits.ts'
import { loginKey } from './logins.ts'
import { poolRefusal } from './pool.ts'
import { forgetRoster } from './roster/expire.ts'
import { skillKey } from './keys.ts'
import type { AgentRow, SkillsState } from './state.ts'
import { removeTrainingsOf } from './training/record.ts'
import { layersEdited } from './training/standing.ts'

/** What is known of an agent. */
export interface Profile {
  readonly pool: string
  readonly agentId: string
  readonly displayName: string
  /** '': none. */
  readonly team: string
  /** By skill id, then by time; of each skill at most one at any time. */
  readonly skills: readonly Grant[]
  /** In the order of `channels`, each at most once. */
  readonly channels: readonly ChannelWeight[]
  /** '': none. */
  readonly homeQueueId: string
  /** '': none. */
  readonly login: string
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

/** What of a profile can be changed by itself. */
export const profileFields = [
  'displayName',
  'team',
  'skills',
  'channels',
  'homeQueueId',
  'login',
] as const

export type ProfileField = (typeof profileFields)[number]

interface Put {
  readonly profile: Profile
  readonly mask?: readonly ProfileField[]
  readonly by?: By
}

export function putAgent(s: SkillsState, put: Put, at: Moment): Outcome<SkillsEvent> {
  const { pool, agentId } = put.profile
  const masked = put.mask !== undefined
  const known = poolRefusal(s, pool) === undefined && agentOf(s, pool, agentId) !== undefined
  const profile = mergedProfile(s, put.profile, put.mask)
  const refusal = profileRefusal(s, profile)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  if (masked && !known) {
    return refuse('AGENT_UNKNOWN', { field: 'profile.agent_id', value: agentId, pool })
  }
  const row = s.agents.get(agentId)
  if (row !== undefined && holds(row, profile)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const any = masked && profile.etag === ''
  const stale = any ? undefined : etagRefusal('profile.etag', profile.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  return { ok: true, events: [storeProfile(s, profile, at, put.by)], ref: etagOf(at.offset) }
}

/** What is put, with what the mask leaves out as it is now; of who is new, as it is put. */
export function mergedProfile(
  s: SkillsState,
  put: Profile,
  mask: readonly ProfileField[] | undefined,
): Profile {
  const row = mask && agentOf(s, put.pool, put.agentId)
  if (mask === undefined || row === undefined) return put
  const now = profileView(s, row)
  const of = (field: ProfileField): Profile => (mask.includes(field) ? put : now)
  return {
    ...put,
    displayName: of('displayName').displayName,
    team: of('team').team,
    skills: of('skills').skills,
    channels: of('channels').channels,
    homeQueueId: of('homeQueueId').homeQueueId,
    login: of('login').login,
  }
}

export function removeAgent(
  s: SkillsState,
  command: {
    readonly pool: string
    readonly agentId: string
    readonly etag: string
    readonly by?: By
  },
  at: Moment,
): Outcome<SkillsEvent> {
  const { pool, agentId, etag } = command
  const row = agentOf(s, pool, agentId)
  if (row === undefined) {
    return refuse('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool })
  }
  const stale = etag === '' ? undefined : etagRefusal('etag', etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  forgetRoster(s, row)
  remember(s, agentSubject(pool, agentId), contentOf(row), command.by, at)
  removeTrainingsOf(s, row)
  s.agents.delete(row)
  return { ok: true, events: [{ kind: 'profileRemoved', pool, agentId }], ref: agentId }
}

/** What a dry run has let through so far, of which the tables know nothing. */
export class Trial {
  /** New agents, who count against the caps. */
  added = 0
  /** By loginKey: who has it now; '': nobody any more. */
  readonly logins = new Map<string, string>()

  take(s: SkillsState, profile: Profile): void {
    const pool = s.pools.must(profile.pool).slot
    const row = s.agents.get(profile.agentId)
    if (row === undefined) this.added++
    else if (row.login !== '') this.logins.set(loginKey(pool, row.login), '')
    if (profile.login !== '') this.logins.set(loginKey(pool, profile.login), profile.agentId)
  }
}

/** Why this profile can't be stored, whatever its etag. */
export function profileRefusal(
  s: SkillsState,
  profile: Profile,
  trial?: Trial,
): Rejection | undefined {
  const unknown = poolRefusal(s, profile.pool)
  if (unknown !== undefined) return unknown
  const row = s.agents.get(profile.agentId)
  const room = row === undefined ? roomRefusal(s, profile, trial?.added ?? 0) : undefined
  if (room !== undefined) return room
  if (row !== undefined && row.pool !== s.pools.must(profile.pool).slot) {
    return rejection('AGENT_IN_OTHER_POOL', { field: 'profile.agent_id', value: profile.agentId })
  }
  return skillsRefusal(s, profile) ?? loginRefusal(s, profile, trial)
}

/** The caller has asked profileRefusal. `layers`: of its skills; absent: an edit by hand. */
export function storeProfile(
  s: SkillsState,
  profile: Profile,
  at: Moment,
  by: By | undefined,
  layers?: Uint8Array,
): SkillsEvent {
  const known = s.agents.get(profile.agentId)
  const content = {
    displayName: profile.displayName,
    team: profile.team,
    homeQueueId: profile.homeQueueId,
    login: profile.login,
    skills: packing.skills(profile.skills),
    layers: layers ?? layersEdited(known, profile.skills),
    channels: packing.channels(profile.channels),
    changed: at.offset,
  }
  const before = known === undefined ? nothing : contentOf(known)
  remember(s, agentSubject(profile.pool, profile.agentId), before, by, at)
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
    row.homeQueueId === profile.homeQueueId &&
    row.login === profile.login &&
    sameBytes(row.skills, packing.skills(profile.skills)) &&
    sameBytes(row.channels, packing.channels(profile.channels))
  )
}

/** An agent of another pool is unknown in this one. */
export function agentOf(s: SkillsState, pool: string, agentId: string): AgentRow | undefined {
  const row = s.agents.get(agentId)
  return row !== undefined && s.pools.at(row.pool).id === pool ? row : undefined
}

export const profileView = (s: SkillsState, row: AgentRow): Profile =>
  profileAs(s.pools.at(row.pool).id, row.id, row)

type ProfileContent = Pick<
  Content,
  'displayName' | 'team' | 'homeQueueId' | 'login' | 'skills' | 'channels' | 'changed'
>

/** A profile as it is now, or as a change found it. */
export const profileAs = (pool: string, agentId: string, content: ProfileContent): Profile => ({
  pool,
  agentId,
  displayName: content.displayName,
  team: content.team,
  skills: packing.skillsOf(content.skills),
  channels: packing.channelsOf(content.channels),
  homeQueueId: content.homeQueueId,
  login: content.login,
  etag: etagOf(content.changed),
})

const contentOf = (row: AgentRow): Content => ({
  ...nothing,
  displayName: row.displayName,
  team: row.team,
  homeQueueId: row.homeQueueId,
  login: row.login,
  skills: row.skills,
  channels: row.channels,
  changed: row.changed,
})

/** A page of a pool's agents; `afterId` need not exist any more. */
export function profilesAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly Profile[] {
  return agentsAfter(s, pool, afterId, count).map((row) => profileView(s, row))
}

/** The same as rows, which show what their agents are when asked. */
export function agentsAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly AgentRow[] {
  const { slot } = s.pools.must(pool)
  return s.agentsInOrder.after(slot, afterId, count).map((at) => s.agents.at(at))
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

/** Whoever signs in must be one person. */
function loginRefusal(s: SkillsState, profile: Profile, trial: Trial | undefined) {
  const { pool, agentId, login } = profile
  if (login === '') return undefined
  const key = loginKey(s.pools.must(pool).slot, login)
  const holder = trial?.logins.get(key) ?? holderOf(s, key)
  if (holder === '' || holder === agentId) return undefined
  return rejection('LOGIN_TAKEN', { field: 'profile.login', value: login, limit: holder })
}

function holderOf(s: SkillsState, key: string): string {
  const slot = s.logins.holder(key)
  return slot === undefined ? '' : s.agents.at(slot).id
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
