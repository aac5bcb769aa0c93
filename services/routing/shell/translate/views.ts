import { duration, timestamp } from '@evenkeel/chassis/errors'
import * as agents from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type * as callbacks from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact'
import * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type AgentView,
  type AttemptFacts,
  type AvailabilityView,
  type CallbackPolicy,
  type CallbackView,
  type Channel,
  type Choices,
  type ContactView,
  type DispositionView,
  type ExpectedWait,
  type OfferView,
  offerReason,
  type PoolRow,
  type QueueHours,
  promiseErrorSpans,
  type PromisesView,
  type QueuePolicy,
  type QueueStatsView,
  type QueueStatus,
  statusOf,
  type Span,
  type Window,
} from '../../core/index.ts'
import { adherenceWire } from './adherence.ts'
import { alternativesPolicyWire, alternativesWire } from './alternatives.ts'
import { entryPolicyWire } from './entry.ts'
import { interruptibleWire } from './interruptible.ts'
import { perhaps, perhapsDuration } from './perhaps.ts'
import { statusWire } from './queue-state.ts'
import { callingHoursWire } from './zones.ts'
import { priorityChangeWire } from './classification.ts'
import {
  agentRuleNumbers,
  callbackProductNumbers,
  callbackStatusNumbers,
  channelNumbers,
  closingRuleNumbers,
  whenClosedNumbers,
  contactRuleNumbers,
  dialOutcomeNumbers,
  divertCauseNumbers,
  endCauseNumbers,
  legNumbers,
  presenceNumbers,
  spanOutcomeNumbers,
  stateNumbers,
} from './words.ts'

export const waitWire = (wait: ExpectedWait | undefined): contacts.ExpectedWait | undefined =>
  wait && { p50: duration(wait.p50), p80: duration(wait.p80), p95: duration(wait.p95) }

/** The same bytes under the type that the generated code asks for; nothing is copied. */
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export function contactWire(c: ContactView): contacts.Contact {
  return {
    pool: c.pool,
    contactId: c.contactId,
    queueId: c.queueId,
    channel: channelNumbers[c.channel],
    requirements: [...c.requirements],
    preferredAgentIds: [...c.preferredAgentIds],
    excludedAgentIds: [...c.excludedAgentIds],
    priority: c.priority,
    customerKey: c.customerKey,
    addressKey: c.addressKey,
    conversationId: c.conversationId,
    attributes: bufferOf(c.attributes),
    references: [...c.references],
    state: stateNumbers[c.state],
    stateSince: timestamp(c.stateSince),
    stateDeadline: perhaps(c.stateDeadline),
    enteredAt: timestamp(c.enteredAt),
    createdAt: timestamp(c.createdAt),
    agentId: c.agentId,
    offerId: c.offerId,
    offersMade: c.offersMade,
    answeredAt: perhaps(c.answeredAt),
    callback: c.callback && callbackWire(c.callback),
    endedAt: perhaps(c.endedAt),
    endCause: endCauseNumbers[c.endCause],
    mergedInto: c.mergedInto,
    test: c.test,
    version: c.version,
    interruptions: c.interruptions,
    liveLegId: c.liveLegId,
    escalatedAt: perhaps(c.escalatedAt),
    cancelReason: c.cancelReason,
    ...{ source: c.source, timeZone: c.timeZone },
    history: c.history.map(spanWire),
    queueEnteredAt: perhaps(c.queueEnteredAt),
    redialOf: c.redialOf,
    ...{ expiresAt: perhaps(c.expiresAt), expiryWarnedAt: perhaps(c.expiryWarnedAt) },
    disposition: c.disposition && dispositionWire(c.disposition),
    leg: legNumbers[c.leg],
    parentContactId: c.parentContactId,
    openLegContactId: c.openLegContactId,
    policyVersion: c.policyVersion,
    divertedFromQueueId: c.divertedFromQueueId,
    divertedBy: divertCauseNumbers[c.divertedBy],
    priorityChange: c.priorityChange && priorityChangeWire(c.priorityChange),
    classified: c.classified,
    alternatives: c.alternatives && alternativesWire(c.alternatives),
  }
}

const spanWire = (span: Span): contacts.HistorySpan => ({
  agentId: span.agentId,
  queueId: span.queueId,
  from: timestamp(span.from),
  until: timestamp(span.until),
  outcome: spanOutcomeNumbers[span.outcome],
})

export const dispositionWire = (d: DispositionView): contacts.Disposition => ({
  reason: d.reason,
  resolved: d.resolved,
  topic: d.topic,
  closedAt: timestamp(d.closedAt),
  agentId: d.agentId,
})

function callbackWire(c: CallbackView): contacts.Callback {
  return {
    status: callbackStatusNumbers[c.status],
    offeredAt: timestamp(c.offeredAt),
    expectedWait: perhapsDuration(c.expectedWaitMs),
    acceptedAt: perhaps(c.acceptedAt),
    promisedAt: perhaps(c.promisedAt),
    addressRef: c.addressRef,
    attempts: c.attempts,
    nextAttemptAt: perhaps(c.nextAttemptAt),
    attempt: c.attempt && attemptWire(c.attempt),
    firstDialledAt: perhaps(c.firstDialledAt),
    product: c.product === undefined ? 0 : callbackProductNumbers[c.product],
    window: c.window && windowWire(c.window),
    choices: c.choices && choicesWire(c.choices),
    steppedAhead: c.steppedAhead,
    recovered: c.recovered,
    trunkSaved: perhapsDuration(c.trunkSavedMs),
    heldSince: perhaps(c.heldSince),
    policyVersion: c.policyVersion,
    requested: c.requested,
  }
}

export const windowWire = ({ from, until }: Window): contacts.CallbackWindow => ({
  from: timestamp(from),
  until: timestamp(until),
})

export const choicesWire = (c: Choices): contacts.CallbackChoices => ({
  keepMyPlace: c.keepPlace,
  within: c.within && windowWire(c.within),
  windows: c.windows.map(windowWire),
})

export function attemptWire(a: AttemptFacts): contacts.DialAttempt {
  return {
    attemptId: a.attemptId,
    agentId: a.agentId,
    claimant: a.claimant,
    ringTimeout: duration(a.ringTimeoutMs),
    claimBefore: timestamp(a.claimBefore),
    outcome: dialOutcomeNumbers[a.outcome],
    customerFirst: a.customerFirst,
  }
}

export function offerWire(o: OfferView): contacts.Offer {
  return {
    offerId: o.offerId,
    agentId: o.agentId,
    contact: contactWire(o.contact),
    expiresAt: timestamp(o.expiresAt),
    weight: o.weight,
    reason: offerReason(o.rule),
    policyVersion: o.policyVersion,
  }
}

export const availabilityWire = (a: AvailabilityView) => ({
  agentId: a.agentId,
  channels: a.channels.map((one) => ({ ...one, channel: channelNumbers[one.channel] })),
  activeReason: a.activeReason,
  activeUntil: perhaps(a.activeUntil),
  unreachableUntil: perhaps(a.endpointsOutUntil),
  externalLoad: a.externalLoad,
  externalUntil: perhaps(a.externalUntil),
})

export function agentWire(a: AgentView): agents.Agent {
  return {
    pool: a.pool,
    ...availabilityWire(a),
    presence: presenceNumbers[a.presence],
    pauseReason: a.pauseReason,
    forcedBy: a.forcedBy,
    heldUntil: perhaps(a.heldUntil),
    presenceSince: perhaps(a.presenceSince),
    load: a.load,
    work: a.work.map((w) => ({ ...w, state: stateNumbers[w.state] })),
    connected: a.connected,
    skills: [...a.skills],
    missedOffers: a.missedOffers,
    assigned: a.assigned,
    ...adherenceWire(a),
  }
}

export const poolWire = (
  p: Pick<PoolRow, 'id' | 'displayName' | 'dialPacing' | 'profilesMaxAgeMs' | 'etag'>,
): queues.Pool => ({
  pool: p.id,
  displayName: p.displayName,
  etag: p.etag,
  dialPacing:
    p.dialPacing === 'plain'
      ? undefined
      : { perSecond: p.dialPacing.perSecond, inFlight: p.dialPacing.inFlightMax },
  profilesMaxAge: p.profilesMaxAgeMs === 0 ? undefined : duration(p.profilesMaxAgeMs),
})

export interface QueueFacts {
  readonly pool: string
  readonly queueId: string
  readonly displayName: string
  readonly channel: Channel
  readonly policy: QueuePolicy
  readonly callback: CallbackPolicy | undefined
  readonly etag: string
  readonly status: QueueStatus | undefined
  readonly policyVersion: number
}

export function queueWire(q: QueueFacts): queues.Queue {
  const p = q.policy
  return {
    ...{ pool: q.pool, queueId: q.queueId },
    displayName: q.displayName,
    channel: channelNumbers[q.channel],
    requirements: [...p.requirements],
    serviceLevelTarget: duration(p.serviceLevelTargetMs),
    serviceLevelGoalBp: p.serviceLevelGoalBp,
    agingPerPoint: duration(p.agingPerPointMs),
    timeToLive: duration(p.timeToLiveMs),
    maxWaiting: p.maxWaiting,
    offerTimeout: duration(p.offerTimeoutMs),
    connectTimeout: duration(p.connectTimeoutMs),
    handleLimit: duration(p.handleLimitMs),
    holdLimit: duration(p.holdLimitMs),
    wrapUp: duration(p.wrapUpMs),
    wrapUpMax: perhapsDuration(p.wrapUpMaxMs),
    rosterGuard: perhapsDuration(p.rosterGuardMs),
    callback: q.callback && callbackPolicyWire(q.callback),
    initialHandleTime: duration(p.initialHandleTimeMs),
    etag: q.etag,
    hours: p.hours && hoursWire(p.hours),
    agentChoice: p.choice && {
      rule: agentRuleNumbers[p.choice.rule],
      contactsPerHour: p.choice.perHourMax,
      contactsInRow: p.choice.inRowMax,
    },
    contactOrder: p.order && {
      rule: contactRuleNumbers[p.order.rule],
      overtakingMax: p.order.overtakingMax,
    },
    escalation: p.escalation,
    ...entryPolicyWire(p),
    alternatives: p.alternatives && alternativesPolicyWire(p.alternatives),
    interruptible: p.interruptible && interruptibleWire(p.interruptible),
    status: statusWire(q.status),
    redialWithin: perhapsDuration(p.redialWithinMs),
    warnBeforeExpiry: perhapsDuration(p.warnBeforeExpiryMs),
    policyVersion: q.policyVersion,
    hoursEndAt: undefined,
  }
}

const hoursWire = (h: QueueHours): queues.QueueHours => ({
  calendarId: h.calendarId,
  lastEntryBeforeClosing: duration(h.lastEntryBeforeMs),
  lastPromiseBeforeClosing: duration(h.lastPromiseBeforeMs),
  serveOutAfterClosing: duration(h.serveOutAfterMs),
  closingRule: closingRuleNumbers[h.closingRule],
  whenClosed: whenClosedNumbers[h.whenClosed],
  afterHoursQueueId: h.afterHoursQueueId,
})

const callbackPolicyWire = (c: CallbackPolicy): queues.CallbackPolicy => ({
  offerAbove: duration(c.offerAboveMs),
  offerCadence: duration(c.offerCadenceMs),
  offerTimeout: duration(c.offerTimeoutMs),
  ringTimeout: duration(c.ringTimeoutMs),
  maxAttempts: c.maxAttempts,
  retryAfter: duration(c.retryAfterMs),
  promiseTolerance: duration(c.promiseToleranceMs),
  giveUpAfter: duration(c.giveUpAfterMs),
  offerLevelBp: c.offerLevelBp,
  within: c.within && {
    within: duration(c.within.withinMs),
    slack: duration(c.within.slackMs),
    window: duration(c.within.windowMs),
    windows: c.within.windows,
    capacityShareBp: c.within.shareBp,
    only: c.within.only,
  },
  recoverAfter: perhapsDuration(c.recoverAfterMs),
  customerFirst: c.customerFirst && {
    agentWithin: duration(c.customerFirst.agentWithinMs),
    holdMax: duration(c.customerFirst.holdMaxMs),
    nuisanceShareBp: c.customerFirst.nuisanceShareBp,
  },
  retries: (c.retries ?? []).map((rule) => ({
    outcome: dialOutcomeNumbers[rule.outcome],
    delays: rule.delaysMs.map(duration),
    maxAttempts: rule.attemptsMax,
  })),
  callingHours: c.callingHours && callingHoursWire(c.callingHours),
})

export function statsWire(v: QueueStatsView): queues.QueueStats {
  const { row, totals } = v
  return {
    queueId: v.queueId,
    waiting: v.waiting,
    callbacksWaiting: v.callbacksWaiting,
    inService: v.inService,
    oldestEnteredAt: perhaps(v.oldestEnteredAt),
    staffedAgents: v.staffedAgents,
    freeAgents: v.freeAgents,
    expectedWait: perhapsDuration(v.wait?.p50),
    accepted: totals.accepted,
    answered: totals.answered,
    answeredInTarget: totals.answeredInTarget,
    completed: totals.completed,
    abandoned: totals.abandoned,
    abandonedInTarget: totals.abandonedInTarget,
    expired: totals.expired,
    cancelled: totals.cancelled,
    callbacksGivenUp: row.callbacksGivenUp,
    callbacksOffered: row.callbacksOffered,
    callbacksAccepted: row.callbacksAccepted,
    callbacksRequested: row.callbacksRequested,
    dialled: row.dialled,
    callbacksReached: row.callbacksReached,
    promisesKept: totals.promisesKept,
    promisesBroken: totals.promisesBroken,
    handleTime: duration(row.handleMs),
    wait: waitWire(v.wait),
    waitsTold: row.waitsTold,
    waitsInP50: row.waitsIn50,
    waitsInP80: row.waitsIn80,
    waitsInP95: row.waitsIn95,
    recovered: row.recovered,
    offersHeld: v.offersHeld,
    customersHeld: v.dials.held,
    nuisances: v.dials.nuisances,
    nuisancesLeft: v.dials.nuisancesLeft,
    dialLead: duration(v.dialLeadMs),
    trunkSaved: duration(v.dials.trunkFreedMs - v.dials.trunkDialledMs),
    status: statusWire(statusOf(row)),
    open: v.open,
    opensAt: perhaps(v.opensAt),
    redials: row.redials,
    figures: [],
  }
}

export function promisesWire(v: PromisesView): callbacks.QueuePromises {
  const { row } = v
  const errors = [...promiseErrorSpans, undefined].map((upTo, k) => ({
    upTo: perhapsDuration(upTo),
    promises: row.promiseErrors[k] ?? 0,
  }))
  const dialled = errors.reduce((sum, { promises }) => sum + promises, 0)
  return {
    queueId: v.queueId,
    given: row.promisesGiven,
    kept: v.kept,
    broken: v.broken,
    void: row.promisesVoid,
    open: v.open,
    atRisk: v.atRisk,
    atRiskContactIds: [...v.atRiskContactIds],
    errors,
    meanError: dialled === 0 ? undefined : duration(Math.trunc(row.promiseErrorMs / dialled)),
  }
}
