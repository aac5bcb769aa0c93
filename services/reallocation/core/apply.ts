import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import type { Fact } from './centre/facts.ts'
import {
  availabilityKnown,
  driftKnown,
  intervalKnown,
  outlookKnown,
  patienceKnown,
  poolKnown,
  presenceKnown,
  profileGone,
  profileKnown,
  queueKnown,
  rosterKnown,
  staffingKnown,
  trainedKnown,
  trainingTargetKnown,
} from './centre/know.ts'
import type { ReallocationCommand } from './commands.ts'
import type { ReallocationEvent } from './events.ts'
import { approveMove, cancelMove, rejectMove, respondToMove } from './move/begin.ts'
import { moveDue, refusedMove, returnAll, returnMoves } from './move/course.ts'
import { judgeMove } from './move/judge.ts'
import { proposeMoves } from './move/propose.ts'
import { pause, putPolicy, setConsent } from './policy.ts'
import type { ReallocationState } from './state.ts'

type Done = Outcome<ReallocationEvent>

export function apply(s: ReallocationState, c: ReallocationCommand, at: Moment): Done {
  switch (c.kind) {
    case 'putPolicy':
      return putPolicy(s, c.policy, at)
    case 'setConsent':
      return setConsent(s, c, at)
    case 'proposeMoves':
      return proposeMoves(s, c, at)
    case 'approveMove':
      return approveMove(s, c, at)
    case 'rejectMove':
      return rejectMove(s, c, at)
    case 'cancelMove':
      return cancelMove(s, c, at)
    case 'respondToMove':
      return respondToMove(s, c, at)
    case 'pause':
      return pause(s, c, at)
    case 'returnAll':
      return returnAll(s, c, at)
    case 'returnMoves':
      return returnMoves(s, c, at)
    case 'judgeMove':
      return judgeMove(s, c)
    case 'poolKnown':
    case 'patienceKnown':
    case 'queueKnown':
    case 'profileKnown':
    case 'profileGone':
    case 'rosterKnown':
    case 'trainedKnown':
    case 'trainingTargetKnown':
    case 'presenceKnown':
    case 'availabilityKnown':
    case 'moveRefused':
    case 'outlookKnown':
    case 'staffingKnown':
    case 'intervalKnown':
    case 'driftKnown':
      return learn(s, c, at)
    default:
      return c satisfies never
  }
}

function learn(s: ReallocationState, c: Fact, at: Moment): Done {
  switch (c.kind) {
    case 'poolKnown':
      return poolKnown(s, c.pool)
    case 'patienceKnown':
      return patienceKnown(s, c.pool, c.patienceMs)
    case 'queueKnown':
      return queueKnown(s, c, at)
    case 'profileKnown':
      return profileKnown(s, c, at)
    case 'profileGone':
      return profileGone(s, c, at)
    case 'rosterKnown':
      return rosterKnown(s, c, at)
    case 'trainedKnown':
      return trainedKnown(s, c, at)
    case 'trainingTargetKnown':
      return trainingTargetKnown(s, c.pool, c.targetMs)
    case 'presenceKnown':
      return presenceKnown(s, c, at)
    case 'availabilityKnown':
      return availabilityKnown(s, c, at)
    case 'moveRefused':
      return refusedMove(s, c, at)
    case 'outlookKnown':
      return outlookKnown(s, c, at)
    case 'staffingKnown':
      return staffingKnown(s, c, at)
    case 'intervalKnown':
      return intervalKnown(s, c, at)
    case 'driftKnown':
      return driftKnown(s, c)
    default:
      return c satisfies never
  }
}

/** Moves go on as their deadlines come, and what is long over is forgotten. */
export function expire(
  s: ReallocationState,
  at: Moment,
  budget: number,
): { events: readonly ReallocationEvent[]; more: boolean } {
  const events: ReallocationEvent[] = []
  for (let fired = 0; fired < budget && isDue(s, at); fired++) {
    if (s.movesByUptime.firstAt() <= at.uptime) {
      events.push(...moveDue(s, s.moves.at(s.movesByUptime.first()), at))
    } else if (s.movesByTime.firstAt() <= at.time) {
      events.push(...moveDue(s, s.moves.at(s.movesByTime.first()), at))
    } else s.ledger.delete(s.ledger.at(s.ledgerByTime.first()))
  }
  return { events, more: isDue(s, at) }
}

function isDue(s: ReallocationState, at: Moment): boolean {
  const { time, uptime } = nextDeadline(s)
  return time <= at.time || uptime <= at.uptime
}

export const nextDeadline = (s: ReallocationState): { time: number; uptime: number } => ({
  time: Math.min(s.movesByTime.firstAt(), s.ledgerByTime.firstAt()),
  uptime: s.movesByUptime.firstAt(),
})
