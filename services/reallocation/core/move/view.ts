import type { Channel } from '@evenkeel/chassis/words'
import { NEVER } from '../limits.ts'
import type { MoveRow, ReallocationState } from '../state.ts'
import type { Consent, Destination, Effect, MoveState, Reason } from '../words.ts'

/** A move as it is told. */
export interface MoveView {
  readonly pool: string
  readonly moveId: string
  readonly agentId: string
  readonly from: Channel
  readonly to: Destination
  readonly toQueue: string
  readonly state: MoveState
  readonly stateSince: number
  readonly endsAt: number
  /** undefined: nobody is asked, and no notice runs. */
  readonly answerBefore: number | undefined
  readonly consent: Consent
  readonly reason: Reason
  readonly predicted: Effect | 'none'
  readonly realised: Effect | 'none'
  readonly actor: string
  readonly endCause: string
  /** 0: never. */
  readonly startedAt: number
  readonly endedAt: number
  readonly planId: string
}

export function moveView(s: ReallocationState, m: MoveRow): MoveView {
  const asked = (m.state === 'proposed' || m.state === 'approved') && m.dueAt !== NEVER
  return {
    pool: s.pools.at(m.pool).id,
    moveId: m.id,
    agentId: m.agentId,
    from: m.from,
    to: m.to,
    toQueue: m.toQueue,
    state: m.state,
    stateSince: m.stateSince,
    endsAt: m.endsAt,
    answerBefore: asked ? m.dueAt : undefined,
    consent: m.consent,
    reason: m.reason,
    predicted: m.predicted,
    realised: m.realised,
    actor: m.actor,
    endCause: m.endCause,
    startedAt: m.startedAt,
    endedAt: m.endedAt,
    planId: m.planId,
  }
}
