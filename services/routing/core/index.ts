export { apply, routingCore } from './apply.ts'
export * from './classification/classification.ts'
export type * from './commands.ts'
export { type EarlyEnd, endEarly, takeEarlyEnd } from './contact/early-end.ts'
export { errors } from './errors.ts'
export type { AttemptFacts, HoldEnd, RequeueCause, RoutingEvent } from './events.ts'
export { explainAgent } from './explain/agent.ts'
export { explainContact } from './explain/explain.ts'
export { offerReason } from './explain/reasons.ts'
export { type ConstraintKind, constraintKinds } from './explain/constraints.ts'
export * from './queue/hours.ts'
export type { Span } from './contact/history.ts'
export { hash128 } from './hash.ts'
export { invariants } from './invariants.ts'
export {
  capacity,
  durations,
  limits,
  NEVER,
  quarterMs,
  quartersKept,
  spanMs,
  spansKept,
} from './limits.ts'
export { joinRequirements, knownRequestClass, requirementsText } from './matching/classes.ts'
export { plainPacing } from './callback/pacing.ts'
export { queueFacts, statusOf } from './queue/state.ts'
export { type PolicyEffect, policyEffect } from './queue/policy-effect.ts'
export * from './queue/policy-fields.ts'
export { settingsOf } from './queue/policy.ts'
export { promiseErrorSpans, type PromisesView, promisesView } from './callback/promise.ts'
export type { Choices, Window } from './callback/promise-room.ts'
export { findContact, resolveContact, tombstoneId } from './contact/resolve.ts'
export type {
  AgentRow,
  CallbackRow,
  CalendarRow,
  ContactRow,
  DialFiguresRow,
  PoolRow,
  QueueRow,
  RequestClassRow,
  ZoneRow,
} from './schema.ts'
export { createState, idOf, isQueued, isTerminal, keyOf, type RoutingState } from './state.ts'
export { type Counter, waitBoundsMs } from './queue/figures-schema.ts'
export { type Figures, figuresSince, totalOf, totalsOf } from './queue/figures.ts'
export * from './queue/service-level.ts'
export {
  freeFor,
  openContacts,
  pastDeadline,
  queueStats,
  type QueueStatsView,
} from './queue/stats.ts'
export { callingSpan, spanOf, zoneOf, zoneOfPolicy } from './callback/calling-hours.ts'
export { isHeld } from './contact/hold.ts'
export { unreachableSince } from './agent/breaker.ts'
export { type Adherence, adherences } from './agent/adherence-schema.ts'
export { adherenceOfTeams, poolAdherence, type TeamAdherence } from './agent/adherence.ts'
export * from './agent/view.ts'
export * from './view.ts'
export { aheadOf, aheadOfNewcomer, waitOf, waitOfNewcomer } from './wait/wait.ts'
export * from './wait/learning.ts'
export * from './wait/model.ts'
export * from './classification/words.ts'
export type * from './contact/interruption-words.ts'
export type { PriorityChange } from './contact/priority.ts'
export * from './words.ts'
