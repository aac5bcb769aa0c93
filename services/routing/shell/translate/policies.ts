import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import { callingHours } from './zones.ts'
import type * as log from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type AgentChoice,
  type CallbackPolicy,
  type Command,
  type ContactOrder,
  type CustomerFirst,
  type DialPacing,
  type Escalation,
  plainPacing,
  type QueueHours,
  type QueuePolicy,
  type RetryRule,
  type WithinPolicy,
} from '../../core/index.ts'
import { alternativesPolicy } from './alternatives.ts'
import { entryPolicy } from './entry.ts'
import { interruptible } from './interruptible.ts'
import { inputLimits as max } from '../limits.ts'
import { requirementsOf } from './requirements.ts'
import {
  agentRuleWords,
  channelWords,
  closingRuleWords,
  contactRuleWords,
  retriedWords,
  whenClosedWords,
} from './words.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export function putPool(r: queues.PutPoolRequest): Command {
  const pool = parse.message('pool', r.pool)
  return {
    kind: 'putPool',
    pool: parse.id('pool.pool', pool.pool, idPatterns.slug),
    displayName: parse.text('pool.display_name', pool.displayName, max.displayNameBytes),
    ...(pool.dialPacing && { dialPacing: dialPacing(pool.dialPacing) }),
    ...(pool.profilesMaxAge && {
      profilesMaxAgeMs: parse.durationMs('pool.profiles_max_age', pool.profilesMaxAge, minute, day),
    }),
    etag: etagOf('pool.etag', pool.etag),
  }
}

export const profilesAgeTold = (r: log.ProfilesAgeTold): Command => ({
  kind: 'tellProfilesAge',
  pool: parse.id('pool', r.pool, idPatterns.slug),
  ageMs: parse.durationMs('age', r.age, 0, Number.MAX_SAFE_INTEGER),
})

/** Ranges and defaults as queue_service.proto states them. */
const dialPacing = (p: queues.DialPacing): DialPacing => ({
  perSecond:
    parse.integer('pool.dial_pacing.per_second', p.perSecond, 0, 100) || plainPacing.perSecond,
  inFlightMax:
    parse.integer('pool.dial_pacing.in_flight', p.inFlight, 0, 10_000) || plainPacing.inFlightMax,
})

export function putQueue(r: queues.PutQueueRequest): Command {
  const queue = parse.message('queue', r.queue)
  return {
    kind: 'putQueue',
    pool: parse.id('queue.pool', queue.pool, idPatterns.slug),
    queueId: parse.id('queue.queue_id', queue.queueId, idPatterns.slug),
    displayName: parse.text('queue.display_name', queue.displayName, max.displayNameBytes),
    channel: parse.enumOf('queue.channel', queue.channel, channelWords),
    policy: queuePolicy(queue),
    callback: queue.callback && callbackPolicy(queue.callback),
    etag: etagOf('queue.etag', queue.etag),
  }
}

const etagPattern = {
  pattern: new RegExp(`^[!-~]{1,${max.etagBytes}}$`),
  says: 'an etag as it was given',
}
export const etagOf = (field: string, etag: string): string =>
  parse.optionalId(field, etag, etagPattern)

/** Ranges and defaults as queue_service.proto states them. */
export function queuePolicy(q: queues.Queue): QueuePolicy {
  const ms = parse.durationMs
  return {
    requirements: requirementsOf('queue.requirements', q.requirements),
    serviceLevelTargetMs: ms(
      'queue.service_level_target',
      q.serviceLevelTarget,
      second,
      30 * day,
      20 * second,
    ),
    serviceLevelGoalBp:
      parse.integer('queue.service_level_goal_bp', q.serviceLevelGoalBp, 0, 10_000) || 8_000,
    agingPerPointMs: ms('queue.aging_per_point', q.agingPerPoint, 0, hour, 30 * second),
    timeToLiveMs: ms('queue.time_to_live', q.timeToLive, second, 30 * day, 4 * hour),
    maxWaiting: parse.integer('queue.max_waiting', q.maxWaiting, 0, 100_000) || 10_000,
    offerTimeoutMs: ms('queue.offer_timeout', q.offerTimeout, second, 10 * minute, 20 * second),
    connectTimeoutMs: ms(
      'queue.connect_timeout',
      q.connectTimeout,
      second,
      10 * minute,
      30 * second,
    ),
    handleLimitMs: ms('queue.handle_limit', q.handleLimit, minute, 7 * day, 8 * hour),
    holdLimitMs: ms('queue.hold_limit', q.holdLimit, minute, 30 * day, 7 * day),
    wrapUpMs: ms('queue.wrap_up', q.wrapUp, 0, hour, 30 * second),
    initialHandleTimeMs: ms(
      'queue.initial_handle_time',
      q.initialHandleTime,
      second,
      day,
      5 * minute,
    ),
    ...(q.rosterGuard && { rosterGuardMs: ms('queue.roster_guard', q.rosterGuard, 0, hour) }),
    ...(q.wrapUpMax && { wrapUpMaxMs: ms('queue.wrap_up_max', q.wrapUpMax, 0, hour) }),
    ...(q.hours && { hours: queueHours(q.hours) }),
    ...(q.agentChoice && { choice: agentChoice(q.agentChoice) }),
    ...(q.contactOrder && { order: contactOrder(q.contactOrder) }),
    ...(q.escalation && { escalation: escalation(q.escalation) }),
    ...(q.redialWithin && {
      redialWithinMs: ms('queue.redial_within', q.redialWithin, minute, day),
    }),
    ...(q.warnBeforeExpiry && {
      warnBeforeExpiryMs: ms('queue.warn_before_expiry', q.warnBeforeExpiry, second, 30 * day),
    }),
    ...entryPolicy(q),
    ...(q.alternatives && { alternatives: alternativesPolicy(q.alternatives) }),
    ...(q.interruptible && { interruptible: interruptible(q.interruptible) }),
  }
}

export function contactOrder(o: queues.ContactOrder): ContactOrder {
  const of = (name: string): string => `queue.contact_order.${name}`
  return {
    rule: parse.enumOf(of('rule'), o.rule, contactRuleWords),
    overtakingMax: parse.integer(of('overtaking_max'), o.overtakingMax, 0, 100),
  }
}

export function escalation(e: queues.Escalation): Escalation {
  const of = (name: string): string => `queue.escalation.${name}`
  return {
    afterOffers: parse.integer(of('after_offers'), e.afterOffers, 1, 50),
    priorityBump: parse.integer(of('priority_bump'), e.priorityBump, 0, max.priorityMax),
    queueId: parse.optionalId(of('queue_id'), e.queueId, idPatterns.slug),
  }
}

export function agentChoice(c: queues.AgentChoice): AgentChoice {
  const of = (name: string): string => `queue.agent_choice.${name}`
  return {
    rule: parse.enumOf(of('rule'), c.rule, agentRuleWords),
    perHourMax: parse.integer(of('contacts_per_hour'), c.contactsPerHour, 0, 1_000),
    inRowMax: parse.integer(of('contacts_in_row'), c.contactsInRow, 0, 100),
  }
}

/** That closing times come in their order is the core's to see: some of them may stay as they were. */
export function queueHours(h: queues.QueueHours): QueueHours {
  const before = (name: string, value: queues.QueueHours['lastEntryBeforeClosing']): number =>
    parse.durationMs(`queue.hours.${name}`, value, 0, max.aroundClosingMsMax, 0)
  const lastEntryBeforeMs = before('last_entry_before_closing', h.lastEntryBeforeClosing)
  const lastPromiseBeforeMs = before('last_promise_before_closing', h.lastPromiseBeforeClosing)
  const whenClosed =
    h.whenClosed === 0
      ? 'refuse'
      : parse.enumOf('queue.hours.when_closed', h.whenClosed, whenClosedWords)
  return {
    calendarId: parse.id('queue.hours.calendar_id', h.calendarId, idPatterns.slug),
    lastEntryBeforeMs,
    lastPromiseBeforeMs,
    serveOutAfterMs: before('serve_out_after_closing', h.serveOutAfterClosing),
    closingRule:
      h.closingRule === 0
        ? 'serveOut'
        : parse.enumOf('queue.hours.closing_rule', h.closingRule, closingRuleWords),
    whenClosed,
    afterHoursQueueId:
      whenClosed === 'afterHours'
        ? parse.id('queue.hours.after_hours_queue_id', h.afterHoursQueueId, idPatterns.slug)
        : '',
  }
}

export function callbackPolicy(c: queues.CallbackPolicy): CallbackPolicy {
  const ms = parse.durationMs
  const of = (name: string): string => `queue.callback.${name}`
  return {
    offerAboveMs: ms(of('offer_above'), c.offerAbove, 0, day),
    offerLevelBp: parse.integer(of('offer_level_bp'), c.offerLevelBp, 0, 9_999) || 5_000,
    offerCadenceMs: ms(of('offer_cadence'), c.offerCadence, 5 * second, hour, minute),
    offerTimeoutMs: ms(of('offer_timeout'), c.offerTimeout, second, 10 * minute, 30 * second),
    ringTimeoutMs: ms(of('ring_timeout'), c.ringTimeout, 5 * second, 2 * minute, 25 * second),
    maxAttempts: parse.integer(of('max_attempts'), c.maxAttempts, 0, 10) || 3,
    retryAfterMs: ms(of('retry_after'), c.retryAfter, 10 * second, day, 10 * minute),
    promiseToleranceMs: ms(of('promise_tolerance'), c.promiseTolerance, 0, hour, 5 * minute),
    giveUpAfterMs: ms(of('give_up_after'), c.giveUpAfter, minute, 7 * day, day),
    ...(c.within ? { within: withinPolicy(c.within) } : {}),
    ...(c.recoverAfter ? { recoverAfterMs: ms(of('recover_after'), c.recoverAfter, 0, day) } : {}),
    ...(c.retries.length > 0 ? { retries: retryRules(c.retries) } : {}),
    ...(c.customerFirst ? { customerFirst: customerFirst(c.customerFirst) } : {}),
    ...(c.callingHours ? { callingHours: callingHours(c.callingHours) } : {}),
  }
}

function retryRules(rules: readonly queues.RetryRule[]): readonly RetryRule[] {
  const found = parse.list('queue.callback.retries', rules, max.retryRules, (field, rule) => ({
    outcome: parse.enumOf(`${field}.outcome`, rule.outcome, retriedWords),
    delaysMs: retryDelays(`${field}.delays`, rule.delays),
    attemptsMax: parse.integer(`${field}.max_attempts`, rule.maxAttempts, 0, 10),
  }))
  parse.unique('queue.callback.retries', found, ({ outcome }) => outcome)
  return found
}

function retryDelays(field: string, delays: queues.RetryRule['delays']): readonly number[] {
  if (delays.length === 0) throw refused('FIELD_MISSING', field)
  return parse.list(field, delays, max.retryDelays, (name, delay) =>
    parse.durationMs(name, delay, 10 * second, day),
  )
}

function customerFirst(c: queues.CustomerFirst): CustomerFirst {
  const ms = parse.durationMs
  const of = (name: string): string => `queue.callback.customer_first.${name}`
  return {
    agentWithinMs: ms(of('agent_within'), c.agentWithin, second, 30 * second, 2 * second),
    holdMaxMs: ms(of('hold_max'), c.holdMax, 5 * second, 10 * minute, minute),
    nuisanceShareBp: parse.integer(of('nuisance_share_bp'), c.nuisanceShareBp, 0, 5_000) || 300,
  }
}

export function withinPolicy(w: queues.WithinPolicy): WithinPolicy {
  const ms = parse.durationMs
  const of = (name: string): string => `queue.callback.within.${name}`
  return {
    withinMs: ms(of('within'), w.within, minute, day, 10 * minute),
    slackMs: ms(of('slack'), w.slack, 0, hour, minute),
    windowMs: ms(of('window'), w.window, 5 * minute, 4 * hour, 30 * minute),
    windows: parse.integer(of('windows'), w.windows, 0, 24) || 8,
    shareBp: parse.integer(of('capacity_share_bp'), w.capacityShareBp, 0, 10_000) || 5_000,
    only: w.only,
  }
}
