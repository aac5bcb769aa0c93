export { apply, routingCore } from './apply.ts'
export * from './classification.ts'
export type * from './commands.ts'
export { type EarlyEnd, endEarly, takeEarlyEnd } from './early-end.ts'
export { errors } from './errors.ts'
export type { AttemptFacts, HoldEnd, RequeueCause, RoutingEvent } from './events.ts'
export { explainAgent } from './explain-agent.ts'
export { explainContact, offerReason } from './explain.ts'
export type { ConstraintKind } from './explain.ts'
export * from './hours.ts'
export type { Span } from './history.ts'
export { hash128 } from './hash.ts'
export { invariants } from './invariants.ts'
export { capacity, durations, limits, NEVER } from './limits.ts'
export { joinRequirements, knownRequestClass, requirementsText } from './matching/classes.ts'
export { plainPacing } from './pacing.ts'
export { queueFacts, statusOf } from './queue-state.ts'
export { type PolicyEffect, policyEffect } from './policy-effect.ts'
export * from './policy-fields.ts'
export { settingsOf } from './policy.ts'
export { promiseErrorSpans, type PromisesView, promisesView } from './promise.ts'
export type { Choices, Window } from './promise-room.ts'
export { findContact, resolveContact, tombstoneId } from './resolve.ts'
export type {
  AgentRow,
  CalendarRow,
  ContactRow,
  DialFiguresRow,
  PoolRow,
  QueueRow,
  RequestClassRow,
} from './schema.ts'
export { createState, idOf, isQueued, isTerminal, keyOf, type RoutingState } from './state.ts'
export { freeFor, openContacts, pastDeadline, queueStats, type QueueStatsView } from './stats.ts'
export { isHeld } from './hold.ts'
export { unreachableSince } from './breaker.ts'
export * from './agent-view.ts'
export * from './view.ts'
export { aheadOf, aheadOfNewcomer, waitOf, waitOfNewcomer } from './wait.ts'
export * from './wait-learning.ts'
export * from './wait-model.ts'
export * from './classification-words.ts'
export * from './words.ts'
