import { idPatterns, parse } from '@evenkeel/chassis/errors'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { CallbackPolicy, Command, QueuePolicy } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { requirementsOf } from './requirements.ts'
import { channelWords } from './words.ts'

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
    etag: etagOf('pool.etag', pool.etag),
  }
}

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
const etagOf = (field: string, etag: string): string => parse.optionalId(field, etag, etagPattern)

/** Ranges and defaults as queue_service.proto states them. */
function queuePolicy(q: queues.Queue): QueuePolicy {
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
  }
}

function callbackPolicy(c: queues.CallbackPolicy): CallbackPolicy {
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
  }
}
