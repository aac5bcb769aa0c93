import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { Pause, SetConsent } from './commands.ts'
import { rejection, refuse } from './errors.ts'
import type { ReallocationEvent } from './events.ts'
import { keyOf } from './keys.ts'
import { interrupted } from './move/course.ts'
import { callOff } from './move/end.ts'
import { poolRefusal } from './pool.ts'
import { homeSet, type Minimum, type PoolRow, type ReallocationState } from './state.ts'
import { type Consent, isPending, type Mode } from './words.ts'

/** How a pool's agents may be moved. */
export interface Policy {
  readonly pool: string
  readonly mode: Mode
  /** Never 'policy'. */
  readonly consent: Consent
  readonly minimums: readonly Minimum[]
  readonly movesPerHour: number
  readonly donorShareBp: number
  readonly movesPerDay: number
  readonly movedPerDayMs: number
  readonly dwellMinMs: number
  readonly dwellMaxMs: number
  readonly coolDownMs: number
  readonly edgeGuardMs: number
  readonly approvalExpiryMs: number
  readonly noticeMs: number
  readonly returnBelowBp: number
  /** Whoever lacks hours is sent there while not needed. */
  readonly trainInSlack: boolean
  /** In a command: what the caller saw, '' for whatever it is. */
  readonly etag: string
}

export interface PolicyView extends Policy {
  readonly paused: boolean
  readonly pauseReason: string
}

export const policyView = (row: PoolRow): PolicyView => ({
  pool: row.id,
  mode: row.mode,
  consent: row.consent,
  minimums: row.minimums,
  movesPerHour: row.movesPerHour,
  donorShareBp: row.donorShareBp,
  movesPerDay: row.movesPerDay,
  movedPerDayMs: row.movedPerDayMs,
  dwellMinMs: row.dwellMinMs,
  dwellMaxMs: row.dwellMaxMs,
  coolDownMs: row.coolDownMs,
  edgeGuardMs: row.edgeGuardMs,
  approvalExpiryMs: row.approvalExpiryMs,
  noticeMs: row.noticeMs,
  returnBelowBp: row.returnBelowBp,
  trainInSlack: row.trainInSlack,
  etag: etagOf(row.changed),
  paused: row.paused,
  pauseReason: row.pauseReason,
})

export function putPolicy(
  s: ReallocationState,
  policy: Policy,
  at: Moment,
): Outcome<ReallocationEvent> {
  const unknown = poolRefusal(s, policy.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.pools.must(policy.pool)
  const { pool: _pool, etag, ...content } = policy
  if (isSame(policyView(row), content)) return { ok: true, events: [], ref: etagOf(row.changed) }
  const wrong =
    (etag === '' ? undefined : etagRefusal('policy.etag', etag, row.changed)) ??
    impossible(policy) ??
    beyondStaff(s, row, policy.minimums)
  if (wrong !== undefined) return { ok: false, rejection: wrong }
  s.pools.update(row, { ...content, changed: at.offset, basis: at.offset })
  return told(row, [])
}

const told = (row: PoolRow, events: readonly ReallocationEvent[]): Outcome<ReallocationEvent> => ({
  ok: true,
  events: [...events, { kind: 'policyChanged', policy: policyView(row) }],
  ref: etagOf(row.changed),
})

const minimumsText = (minimums: readonly Minimum[]): string =>
  minimums.map(({ channel, agents }) => `${channel}=${agents}`).join(' ')

function isSame(now: PolicyView, asked: Omit<Policy, 'pool' | 'etag'>): boolean {
  return (
    now.mode === asked.mode &&
    now.consent === asked.consent &&
    minimumsText(now.minimums) === minimumsText(asked.minimums) &&
    now.movesPerHour === asked.movesPerHour &&
    now.donorShareBp === asked.donorShareBp &&
    now.movesPerDay === asked.movesPerDay &&
    now.movedPerDayMs === asked.movedPerDayMs &&
    now.dwellMinMs === asked.dwellMinMs &&
    now.dwellMaxMs === asked.dwellMaxMs &&
    now.coolDownMs === asked.coolDownMs &&
    now.edgeGuardMs === asked.edgeGuardMs &&
    now.approvalExpiryMs === asked.approvalExpiryMs &&
    now.noticeMs === asked.noticeMs &&
    now.returnBelowBp === asked.returnBelowBp &&
    now.trainInSlack === asked.trainInSlack
  )
}

/** What it asks for, its own other parts forbid. */
function impossible({ dwellMinMs, dwellMaxMs, movedPerDayMs }: Policy): Rejection | undefined {
  const beyond = (limit: number): Rejection =>
    rejection('POLICY_IMPOSSIBLE', { field: 'policy.dwell_min', value: dwellMinMs, limit })
  if (dwellMinMs > dwellMaxMs) return beyond(dwellMaxMs)
  return dwellMinMs > movedPerDayMs ? beyond(movedPerDayMs) : undefined
}

function beyondStaff(
  s: ReallocationState,
  pool: PoolRow,
  minimums: readonly Minimum[],
): Rejection | undefined {
  for (const [index, { channel, agents }] of minimums.entries()) {
    const field = `policy.minimums[${index}]`
    const limit = s.staff.size(homeSet(pool, channel))
    if (limit === 0) return rejection('CHANNEL_UNSERVED', { field, value: channel })
    if (agents > limit) {
      return rejection('MINIMUM_TOO_HIGH', { field, value: agents, channel, limit })
    }
  }
  return undefined
}

/** What has not begun is called off; who is moved stays so. */
export function pause(s: ReallocationState, c: Pause, at: Moment): Outcome<ReallocationEvent> {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.pools.must(c.pool)
  const pauseReason = c.paused ? c.reason : ''
  if (row.paused === c.paused && row.pauseReason === pauseReason) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  s.pools.update(row, { paused: c.paused, pauseReason, basis: at.offset })
  const events: ReallocationEvent[] = []
  for (let m = s.liveOfPool.first(row.slot); c.paused && m !== NONE; ) {
    const next = s.liveOfPool.next(m)
    const move = s.moves.at(m)
    if (isPending(move.state)) events.push(callOff(s, move, 'cancelled', 'paused', at))
    m = next
  }
  return told(row, events)
}

/** Who opts out is wanted back at once: a refusal that waits for a move's end would be none. */
export function setConsent(
  s: ReallocationState,
  c: SetConsent,
  at: Moment,
): Outcome<ReallocationEvent> {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const agent = s.agents.get(keyOf(c.pool, c.agentId))
  if (agent === undefined) {
    return refuse('AGENT_UNKNOWN', { field: 'agent_id', value: c.agentId, pool: c.pool })
  }
  const { consent, optedOut } = c
  s.agents.update(agent, { consent, optedOut })
  const events = optedOut ? interrupted(s, c.pool, c.agentId, 'opted_out', false, at) : []
  return { ok: true, events, ref: c.agentId }
}
