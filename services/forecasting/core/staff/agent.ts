import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { Channel } from '@evenkeel/chassis/words'
import { refuse } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { poolKnown } from '../pool.ts'
import type { AgentRow, ForecastingState } from '../state.ts'

/**
 * What is to be known of an agent, told by two services, of which neither waits for the other: each
 * fact is kept when it comes, and an agent of whom nothing is left is forgotten.
 */
export type StaffCommand =
  | ({ readonly kind: 'profileKnown' } & Profile)
  | { readonly kind: 'profileGone'; readonly agentId: string }
  | ({ readonly kind: 'rosterKnown' } & Roster)
  | { readonly kind: 'presenceKnown'; readonly agentId: string; readonly presence: Presence }

export interface AgentSkill {
  readonly skillId: string
  readonly level: number
  /** Valid from then on, and before `until`. */
  readonly from: number
  readonly until: number
  readonly provisional: boolean
}

/** Takes contacts from then on, until then. */
export interface DutySpan {
  readonly from: number
  readonly until: number
}

/** A channel, and how many contacts of it the agent may have together, 1 or above. */
export interface OwnChannel {
  readonly channel: Channel
  readonly atOnce: number
}

export interface Profile {
  readonly pool: string
  readonly agentId: string
  readonly skills: readonly AgentSkill[]
  /** Without those on request. */
  readonly channels: readonly OwnChannel[]
  /** '': none. */
  readonly homeQueueId: string
}

export interface Roster {
  readonly agentId: string
  readonly rostered: boolean
  readonly spans: readonly DutySpan[]
}

/** As routing has them. */
export const presences = ['signedOut', 'ready', 'paused', 'draining'] as const

export type Presence = (typeof presences)[number]

type Facts = Partial<Omit<AgentRow, 'id' | 'seq' | 'slot'>>

const noProfile = { pool: NONE, skills: [], channels: [], homeQueueId: '' } as const
const unknown = { ...noProfile, rostered: false, duty: [], presence: 'signedOut' } as const

export function staffChanged(
  s: ForecastingState,
  c: StaffCommand,
  at: Moment,
): Outcome<ForecastingEvent> {
  switch (c.kind) {
    case 'profileKnown':
      return profileKnown(s, c, at)
    case 'profileGone':
      return known(s, c.agentId, noProfile, at)
    case 'rosterKnown':
      return known(s, c.agentId, { rostered: c.rostered, duty: c.spans }, at)
    case 'presenceKnown':
      return known(s, c.agentId, { presence: c.presence }, at)
    default:
      return c satisfies never
  }
}

function profileKnown(s: ForecastingState, c: Profile, at: Moment): Outcome<ForecastingEvent> {
  const pool = poolKnown(s, c.pool)
  if (!pool.ok) return pool
  const { skills, channels, homeQueueId } = c
  const slot = s.pools.must(c.pool).slot
  return known(s, c.agentId, { pool: slot, skills, channels, homeQueueId }, at)
}

function known(
  s: ForecastingState,
  agentId: string,
  facts: Facts,
  at: Moment,
): Outcome<ForecastingEvent> {
  const row = s.agents.get(agentId)
  if (row === undefined) {
    if (isNobody({ ...unknown, ...facts })) return { ok: true, events: [], ref: agentId }
    if (s.agents.size >= s.agents.cap) {
      return refuse('TOO_MANY_AGENTS', { field: 'agent_id', value: agentId, limit: s.agents.cap })
    }
    s.agents.insert({ id: agentId, ...unknown, ...facts, seq: at.offset })
  } else {
    const now = s.agents.update(row, facts)
    if (isNobody(now)) s.agents.delete(now)
  }
  return { ok: true, events: [], ref: agentId }
}

const isNobody = (a: Pick<AgentRow, 'pool' | 'rostered' | 'presence'>): boolean =>
  a.pool === NONE && !a.rostered && a.presence === 'signedOut'
