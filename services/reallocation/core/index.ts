import type { Core } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import { apply, expire, nextDeadline } from './apply.ts'
import type { ReallocationCommand } from './commands.ts'
import { poolOf, type ReallocationEvent } from './events.ts'
import { invariants } from './invariants.ts'
import { create, type ReallocationState } from './state.ts'

/** Who works where for a time, and when they return; the planner computes, here it is decided. */
export const core: Core<ReallocationState, ReallocationCommand, ReallocationEvent> = {
  create,
  apply,
  expire,
  nextDeadline,
  orphaned: () => [],
  work(_state, item) {
    throw new CoreFault(`reallocation has no work of kind ${item.kind}`)
  },
  poolOf,
  invariants,
}

export { dayAt, intervalAt } from './centre/days.ts'
export type {
  Actual,
  DayOutlook,
  Fact,
  Outlook,
  ProfileFacts,
  QueueFacts,
  RosterFacts,
  Staffing,
} from './centre/facts.ts'
export { type Channel, channels, isLive } from '@evenkeel/chassis/words'
export type {
  ProposeMoves,
  ReallocationCommand,
  RespondToMove,
  SetConsent,
  WishedMove,
} from './commands.ts'
export { errors, type ReallocationErrorCode, rejection } from './errors.ts'
export type { MoveEventKind, ReallocationEvent } from './events.ts'
export { keyOf } from './keys.ts'
export { durations, limits, policyRanges, usualQueue } from './limits.ts'
export { type Guard, guards, isFreeToGo } from './move/guards.ts'
export { inSlackOf } from './move/end.ts'
export { meets, ownSituation } from './move/situation.ts'
export { refusalOf } from './move/propose.ts'
export type { Situation } from './move/situation.ts'
export { moveView, type MoveView } from './move/view.ts'
export { type Policy, policyView, type PolicyView } from './policy.ts'
export { poolRefusal } from './pool.ts'
export type {
  AgentRow,
  DutySpan,
  LedgerRow,
  MoveRow,
  PoolRow,
  QueueRow,
  ReallocationState,
  RefusedMove,
} from './state.ts'
export {
  type Consent,
  type Destination,
  type Effect,
  isInForce,
  isLiveMove,
  isPending,
  type Mode,
  type MoveState,
  type Presence,
  type Reason,
  savedMilli,
  type SideThen,
} from './words.ts'
