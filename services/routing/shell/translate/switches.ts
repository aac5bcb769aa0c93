import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import * as operations from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import type { BreakerPolicy, Command, PoolRow } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'

const { Switch } = operations
const second = 1_000
const minute = 60 * second

/** true: off; undefined: as it is. */
const offWords: Readonly<Record<number, boolean | undefined>> = {
  [Switch.SWITCH_ON]: false,
  [Switch.SWITCH_OFF]: true,
}

function offOf(field: string, value: operations.Switch): boolean | undefined {
  if (value === Switch.SWITCH_UNSPECIFIED) return undefined
  return (
    parse.enumOf(field, value, { [Switch.SWITCH_ON]: 'on', [Switch.SWITCH_OFF]: 'off' }) &&
    offWords[value]
  )
}

export function setPoolSwitches(r: operations.SetPoolSwitchesRequest): Command {
  const reason = parse.text('reason', r.reason, max.cancelReasonBytes)
  if (reason === '') throw refused('FIELD_MISSING', 'reason')
  return {
    kind: 'setPoolSwitches',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    offersOff: offOf('offers', r.offers),
    dialsOff: offOf('dials', r.dials),
    learningOff: offOf('learning', r.learning),
    reason,
    actor: parse.id('actor', r.actor, idPatterns.agent),
  }
}

/** Ranges and defaults as operations_service.proto states them. */
export function putEndpointBreaker(r: operations.PutEndpointBreakerRequest): Command {
  return {
    kind: 'putEndpointBreaker',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    policy: r.breaker ? breakerPolicy(r.breaker) : 'none',
  }
}

function breakerPolicy(b: operations.EndpointBreaker): BreakerPolicy {
  const ms = parse.durationMs
  const pauseAfter = parse.integer('breaker.pause_after_missed', b.pauseAfterMissed, 0, 10)
  return {
    windowMs: ms('breaker.window', b.window, second, 10 * minute, 30 * second),
    minFailures: parse.integer('breaker.min_failures', b.minFailures, 0, 1_000) || 3,
    probeEveryMs: ms('breaker.probe_every', b.probeEvery, second, 10 * minute, 5 * second),
    pausedShareBp: parse.integer('breaker.paused_share_bp', b.pausedShareBp, 0, 10_000) || 5_000,
    ...(pauseAfter > 0 && { pauseAfter }),
    ...(b.rest && { restMs: ms('breaker.rest', b.rest, second, 60 * minute) }),
  }
}

export const breakerWire = (policy: BreakerPolicy | 'none') =>
  policy === 'none'
    ? undefined
    : {
        window: duration(policy.windowMs),
        minFailures: policy.minFailures,
        probeEvery: duration(policy.probeEveryMs),
        pausedShareBp: policy.pausedShareBp,
        pauseAfterMissed: policy.pauseAfter ?? 1,
        rest: policy.restMs === undefined ? undefined : duration(policy.restMs),
      }

const onOff = (off: boolean): operations.Switch => (off ? Switch.SWITCH_OFF : Switch.SWITCH_ON)

type Switched = Pick<PoolRow, 'offersOff' | 'dialsOff' | 'learningOff' | 'switchedAt'> & {
  readonly switchReason: string
  readonly switchActor: string
}

export const switchesWire = (p: Switched): operations.PoolSwitches => ({
  offers: onOff(p.offersOff),
  dials: onOff(p.dialsOff),
  learning: onOff(p.learningOff),
  reason: p.switchReason,
  actor: p.switchActor,
  changedAt: p.switchedAt === 0 ? undefined : timestamp(p.switchedAt),
})
