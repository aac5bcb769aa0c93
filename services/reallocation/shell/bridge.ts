import { decoded, parse } from '@evenkeel/chassis/errors'
import type { BridgeRule } from '@evenkeel/chassis/protocol'
import { Event as ForecastingEvent } from '@evenkeel/proto/evenkeel/forecasting/v1/events'
import {
  type DayForecast,
  type DayStaffing,
  type Drift,
  DriftDirection,
} from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import type { IntervalCounts } from '@evenkeel/proto/evenkeel/forecasting/v1/report_service'
import {
  type AvailabilityChanged,
  Event as RoutingEvent,
  type PresenceChanged,
} from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Event as SkillsEvent, type RosterChanged } from '@evenkeel/proto/evenkeel/skills/v1/events'
import type { AgentProfile } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  durations,
  type Fact,
  limits,
  type ReallocationCommand,
  usualQueue,
} from '../core/index.ts'
import { channelNames, presenceNames } from './translate/words.ts'

/** Who is there and can do what, what comes, and what became of a move: as others tell it. */
export const bridges: readonly BridgeRule<ReallocationCommand>[] = [
  {
    source: 'routing',
    decode: ofRouting,
    knows: (body) => decoded('evenkeel.routing.v1.Event', RoutingEvent, body).kind !== undefined,
  },
  {
    source: 'skills',
    decode: ofSkills,
    knows: (body) => decoded('evenkeel.skills.v1.Event', SkillsEvent, body).kind !== undefined,
  },
  {
    source: 'forecasting',
    decode: ofForecasting,
    knows: (body) => forecastingEvent(body).kind !== undefined,
  },
]

function ofRouting(body: Uint8Array): Fact | undefined {
  const { kind } = decoded('evenkeel.routing.v1.Event', RoutingEvent, body)
  switch (kind?.$case) {
    case 'poolChanged':
      return kind.value.pool && { kind: 'poolKnown', pool: kind.value.pool.pool }
    case 'queueChanged':
      return kind.value.queue && queue(kind.value.queue)
    case 'presenceChanged':
      return presence(kind.value)
    case 'availabilityChanged':
      return availability(kind.value)
    case 'moveRefused':
      return { kind: 'moveRefused', ...kind.value }
    default:
      return undefined
  }
}

function queue(q: Queue): Fact | undefined {
  const channel = channelNames[q.channel]
  if (channel === undefined) return undefined
  const { pool, queueId, serviceLevelTarget, initialHandleTime } = q
  const { targetMs, goalBp, handleMs } = usualQueue
  return {
    ...{ kind: 'queueKnown', pool, queueId, channel },
    requirements: q.requirements.map(({ skillId, minimumLevel }) => ({ skillId, minimumLevel })),
    targetMs: parse.durationMs('target', serviceLevelTarget, 0, 30 * durations.day, targetMs),
    goalBp: q.serviceLevelGoalBp === 0 ? goalBp : q.serviceLevelGoalBp,
    usualHandleMs: parse.durationMs('handle', initialHandleTime, 0, durations.day, handleMs),
  }
}

/** Of an older routing, which names no pool, nothing can be known. */
function presence({ agentId, pool, presence }: PresenceChanged): Fact | undefined {
  const word = presenceNames[presence]
  if (word === undefined || pool === '') return undefined
  return { kind: 'presenceKnown', pool, agentId, presence: word }
}

function availability(a: AvailabilityChanged): Fact | undefined {
  const { activeReason, agentId, draining, pool } = a
  if (pool === '') return undefined
  return { kind: 'availabilityKnown', pool, agentId, activeReason, draining }
}

function ofSkills(body: Uint8Array): Fact | undefined {
  const { kind } = decoded('evenkeel.skills.v1.Event', SkillsEvent, body)
  switch (kind?.$case) {
    case 'profileChanged':
      return kind.value.profile && profile(kind.value.profile)
    case 'profileRemoved': {
      const { pool, agentId } = kind.value
      return { kind: 'profileGone', pool, agentId }
    }
    case 'rosterChanged':
      return roster(kind.value)
    case 'trainedHoursChanged': {
      const { agentId, pool, trained, year } = kind.value
      const trainedMs = parse.durationMs('trained', trained, 0, Number.MAX_SAFE_INTEGER, 0)
      return { kind: 'trainedKnown', pool, agentId, year, trainedMs }
    }
    case 'trainingPolicyChanged': {
      const { policy } = kind.value
      if (policy === undefined) return undefined
      const targetMs = parse.durationMs('yearly_target', policy.yearlyTarget, 0, 1_000 * 3_600_000)
      return { kind: 'trainingTargetKnown', pool: policy.pool, targetMs }
    }
    default:
      return undefined
  }
}

const named = (of: AgentProfile['channels']) =>
  of.flatMap(({ channel }) => channelNames[channel] ?? [])

const profile = (p: AgentProfile): Fact => ({
  kind: 'profileKnown',
  pool: p.pool,
  agentId: p.agentId,
  channels: named(p.channels),
  onRequest: named(p.channels.filter(({ onRequest }) => onRequest)),
  skills: p.skills.map((k) => ({
    skillId: k.skillId,
    level: k.level,
    from: parse.timeMs('valid_from', k.validFrom, 0),
    until: parse.timeMs('valid_until', k.validUntil, Number.MAX_SAFE_INTEGER),
  })),
  homeQueue: p.homeQueueId,
})

const roster = ({ agentId, pool, rostered, spans }: RosterChanged): Fact => ({
  ...{ kind: 'rosterKnown', pool, agentId, rostered },
  duty: spans.map(({ from, until }) => ({
    from: parse.timeMs('from', from),
    until: parse.timeMs('until', until),
  })),
})

const forecastingEvent = (body: Uint8Array): ForecastingEvent =>
  decoded('evenkeel.forecasting.v1.Event', ForecastingEvent, body)

function ofForecasting(body: Uint8Array): Fact | undefined {
  const { kind } = forecastingEvent(body)
  switch (kind?.$case) {
    case 'settingsChanged': {
      const { settings } = kind.value
      const patienceMs = parse.durationMs('patience', settings?.patience, 1, durations.day, 180_000)
      return settings && { kind: 'patienceKnown', pool: settings.pool, patienceMs }
    }
    case 'intervalClosed':
      return kind.value.counts && interval(kind.value, kind.value.counts)
    case 'forecastPublished':
      return kind.value.forecast && outlook(kind.value.forecast)
    case 'staffingPublished':
      return kind.value.staffing && staffing(kind.value.staffing)
    case 'driftDetected':
      return kind.value.drift && drift(kind.value.drift)
    case 'driftCleared': {
      const { pool, queueId } = kind.value
      return { kind: 'driftKnown', pool, queueId, drift: 'none', probabilityBp: 0, cause: '' }
    }
    default:
      return undefined
  }
}

interface OfQueue {
  readonly pool: string
  readonly queueId: string
}

const interval = ({ pool, queueId }: OfQueue, c: IntervalCounts): Fact => ({
  ...{ kind: 'intervalKnown', pool, queueId },
  actual: {
    from: parse.timeMs('from', c.from),
    arrivals: c.arrivals,
    open: Math.max(0, c.arrivals - c.answered - c.abandoned - c.endedOtherwise),
    ...{ answered: c.answered, inTarget: c.answeredInTarget, abandoned: c.abandoned },
    complete: c.complete,
  },
})

const lengthOf = (interval: DayForecast['interval']): number =>
  parse.durationMs('interval', interval, durations.interval, durations.day)

/** What is longer than any day is nobody's forecast; its rest is left out. */
const day = <T>(all: readonly T[]): readonly T[] => all.slice(0, limits.dayIntervals)

const outlook = (f: DayForecast): Fact => ({
  ...{ kind: 'outlookKnown', pool: f.pool, queueId: f.queueId, dayAhead: f.intervalsSeen === 0 },
  outlook: {
    from: parse.timeMs('from', f.from),
    intervalMs: lengthOf(f.interval),
    intervals: day(f.expectedMilli).length,
    expectedMilli: day(f.expectedMilli),
    logVarianceMicro: day(f.logVarianceMicro),
  },
})

const staffing = (d: DayStaffing): Fact => ({
  ...{ kind: 'staffingKnown', pool: d.pool, queueId: d.queueId },
  staffing: {
    from: parse.timeMs('from', d.from),
    intervalMs: lengthOf(d.interval),
    intervals: day(d.required).length,
    rosteredMilli: d.rosteredKnown ? day(d.rosteredMilli) : [],
    handleMs: parse.durationMs('handle', d.handleTime, 0, durations.day, usualQueue.handleMs),
    atOnceMilli: Math.max(1_000, d.atOnceMilli),
  },
})

const drift = ({ pool, queueId, direction, probabilityBp, cause }: Drift): Fact => ({
  ...{ kind: 'driftKnown', pool, queueId, probabilityBp },
  drift: direction === DriftDirection.DRIFT_DIRECTION_BELOW ? 'below' : 'above',
  cause: Buffer.byteLength(cause) > limits.causeBytes ? '' : cause,
})
