import { duration, parse, refused, timestamp, type WireTime } from '@evenkeel/chassis/errors'
import * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  abandonedLive,
  abandonedWithin,
  answeredLive,
  answeredWithin,
  type Figures,
  figuresSince,
  type QueueRow,
  type RoutingState,
  type ServiceLevelDefinition,
  serviceLevels,
  spanMs,
  spansKept,
  totalsOf,
  waitBoundsMs,
} from '../../core/index.ts'
import { answerLimits } from '../limits.ts'

/** What is asked of each queue, ms. */
export interface FiguresAsked {
  readonly thresholds: readonly number[]
  readonly short: number
  readonly windows: readonly number[]
}

const shortAbsentMs = 5_000
const longest = (spansKept - 1) * spanMs
const boundsSaid = waitBoundsMs.map((ms) => `${ms / 1_000}`).join(' ')

export function figuresAsked(r: queues.GetQueueStatsRequest): FiguresAsked {
  const thresholds = parse.list('thresholds', r.thresholds, waitBoundsMs.length, bound)
  const windows = parse.list('windows', r.windows, answerLimits.windows, window)
  return {
    thresholds: parse.unique('thresholds', thresholds, (ms) => ms),
    short: r.shortAbandonment ? bound('short_abandonment', r.shortAbandonment) : shortAbsentMs,
    windows: parse.unique('windows', windows, (ms) => ms),
  }
}

/** Counts by any other value would not be exact. */
function bound(field: string, value: WireTime): number {
  const [first] = waitBoundsMs
  const ms = parse.durationMs(field, value, first, waitBoundsMs.at(-1) ?? first)
  if (waitBoundsMs.some((known) => known === ms)) return ms
  throw refused('FIELD_OUT_OF_RANGE', field, `one of ${boundsSaid} s`, `${ms / 1_000}`)
}

function window(field: string, value: WireTime): number {
  const ms = parse.durationMs(field, value, spanMs, longest)
  if (ms % spanMs === 0) return ms
  throw refused('FIELD_OUT_OF_RANGE', field, 'whole multiples of 5 min', `${ms / 1_000} s`)
}

/** Since the queue was made, and of each window. */
export function figuresWire(
  s: RoutingState,
  queue: QueueRow,
  asked: FiguresAsked,
  time: number,
): queues.QueueFigures[] {
  const all = totalsOf(s, queue)
  return [
    figureWire(all.from, all.figures, asked),
    ...asked.windows.map((windowMs) => {
      const { from, figures } = figuresSince(s, queue, time - windowMs)
      return figureWire(from, figures, asked)
    }),
  ]
}

function figureWire(from: number, figures: Figures, asked: FiguresAsked): queues.QueueFigures {
  const answered = answeredLive(figures)
  const abandoned = abandonedLive(figures)
  return {
    from: timestamp(from),
    accepted: figures.accepted,
    answered,
    answeredInTarget: figures.liveAnsweredInTarget,
    abandoned,
    abandonedInTarget: figures.liveAbandonedInTarget,
    abandonedShort: abandonedWithin(figures, asked.short),
    callbacksTaken: figures.callbacksTaken,
    endedOtherwise: figures.endedOtherwise,
    promisesKept: figures.promisesKept,
    promisesBroken: figures.promisesBroken,
    completed: figures.completed,
    answerTime: mean(figures.liveAnswerMs, answered),
    abandonTime: mean(figures.liveAbandonMs, abandoned),
    handleTime: mean(figures.handledMs, figures.completed),
    thresholds: asked.thresholds.map((ms) => ({
      threshold: duration(ms),
      answered: answeredWithin(figures, ms),
      abandoned: abandonedWithin(figures, ms),
    })),
    serviceLevels: serviceLevels(figures, asked.short).map(({ definition, met, counted }) => ({
      definition: definitionNumbers[definition],
      met,
      counted,
      shareBp: counted === 0 ? undefined : Math.floor((met * 10_000) / counted),
    })),
  }
}

const mean = (sumMs: number, count: number) =>
  count === 0 ? undefined : duration(Math.floor(sumMs / count))

const { ServiceLevelDefinition: numbers } = queues
const definitionNumbers: Readonly<Record<ServiceLevelDefinition, queues.ServiceLevelDefinition>> = {
  answered: numbers.SERVICE_LEVEL_DEFINITION_ANSWERED,
  offered: numbers.SERVICE_LEVEL_DEFINITION_OFFERED,
  lessShort: numbers.SERVICE_LEVEL_DEFINITION_LESS_SHORT,
  lessEarly: numbers.SERVICE_LEVEL_DEFINITION_LESS_EARLY,
  earlyAsServed: numbers.SERVICE_LEVEL_DEFINITION_EARLY_AS_SERVED,
  all: numbers.SERVICE_LEVEL_DEFINITION_ALL,
  promises: numbers.SERVICE_LEVEL_DEFINITION_PROMISES,
}
