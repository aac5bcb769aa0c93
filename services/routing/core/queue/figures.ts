import { NONE } from '@evenkeel/chassis/table'
import { spanMs, spansKept } from '../limits.ts'
import { abandonedIn, answeredIn, type Counter, counters, waitBoundsMs } from './figures-schema.ts'
import type { ContactRow, QueueFiguresRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/**
 * What a queue has done since it was made, and in the last hour: counts by spans of five minutes,
 * of which a queue keeps as many as an hour takes. What is older is added to the row before them,
 * by the first count of a new span, so that a count costs one row whatever has been counted.
 */
export type Figures = { readonly [K in Counter]: number }

const noFigures: Figures = zeros()

function zeros(): Figures {
  const none = {} as { [K in Counter]: number }
  for (const name of counters) none[name] = 0
  return none
}

const spanOf = (time: number): number => time - (time % spanMs)

/** The rows of a new queue. Its `figures` are the first of them. */
export function beginFigures(s: RoutingState, queue: QueueRow, time: number): void {
  const { slot, id } = queue
  const from = spanOf(time)
  const before = s.queueFigures.insert({ id, queue: slot, from: time, next: NONE }, noFigures)
  const ids = { id: `${id}|${from}`, queue: slot }
  const now = s.queueFigures.insert({ ...ids, from, next: NONE }, noFigures)
  s.queueFigures.update(now, { next: now.slot })
  s.queueFigures.update(before, { next: now.slot })
  s.queues.update(queue, { figures: before.slot })
}

/** The span in which a queue counts now. */
export function figuresNow(s: RoutingState, queue: QueueRow, time: number): QueueFiguresRow {
  const before = s.queueFigures.at(queue.figures)
  const now = s.queueFigures.at(before.next)
  const from = spanOf(time)
  return now.from === from ? now : nextSpan(s, before, now, from)
}

function nextSpan(
  s: RoutingState,
  before: QueueFiguresRow,
  now: QueueFiguresRow,
  from: number,
): QueueFiguresRow {
  const oldest = s.queueFigures.at(now.next)
  if (oldest.from < from - (spansKept - 1) * spanMs) {
    s.queueFigures.update(before, { ...sumOf([before, oldest], counters), next: oldest.slot })
    s.queueFigures.update(oldest, { ...noFigures, from })
    return oldest
  }
  const ids = { id: `${before.id}|${from}`, queue: before.queue }
  const span = s.queueFigures.insert({ ...ids, from, next: oldest.slot }, noFigures)
  s.queueFigures.update(now, { next: span.slot })
  s.queueFigures.update(before, { next: span.slot })
  return span
}

function sumOf(rows: readonly QueueFiguresRow[], names: readonly Counter[]): Figures {
  const sums: { [K in Counter]: number } = { ...noFigures }
  for (const row of rows) for (const name of names) sums[name] += row[name]
  return sums
}

/** The spans of a queue that begin at `from` or later, in no order. */
function spansFrom(s: RoutingState, before: QueueFiguresRow, from: number): QueueFiguresRow[] {
  const spans: QueueFiguresRow[] = []
  let span = s.queueFigures.at(before.next)
  do {
    if (span.from >= from) spans.push(span)
    span = s.queueFigures.at(span.next)
  } while (span.slot !== before.next)
  return spans
}

/** Counts, and since when they are counted. */
export interface Span {
  readonly from: number
  readonly figures: Figures
}

/** Since the queue was made. `names`: of the others 0 is told. */
export function totalsOf(
  s: RoutingState,
  queue: QueueRow,
  names: readonly Counter[] = counters,
): Span {
  const before = s.queueFigures.at(queue.figures)
  return { from: before.from, figures: sumOf([before, ...spansFrom(s, before, 0)], names) }
}

/** One of them, and nothing besides: metrics ask for several of every queue. */
export function totalOf(s: RoutingState, queue: QueueRow, counter: Counter): number {
  const before = s.queueFigures.at(queue.figures)
  let total = before[counter]
  let span = s.queueFigures.at(before.next)
  const first = span.slot
  do {
    total += span[counter]
    span = s.queueFigures.at(span.next)
  } while (span.slot !== first)
  return total
}

/** Of the span in which a time lies, and of those after it: of up to spansKept. */
export function figuresSince(s: RoutingState, queue: QueueRow, time: number): Span {
  const before = s.queueFigures.at(queue.figures)
  const from = Math.max(spanOf(time), spanOf(before.from))
  const figures = sumOf(spansFrom(s, before, from), counters)
  return { from: Math.max(from, before.from), figures }
}

/** The first bound that a wait does not pass. */
export function boundOf(waitMs: number): number {
  const at = waitBoundsMs.findIndex((bound) => waitMs <= bound)
  return at < 0 ? waitBoundsMs.length : at
}

/** A customer has an agent for the first time. `live`: without having taken a callback. */
export function countAnswered(
  s: RoutingState,
  queue: QueueRow,
  answer: { readonly waitMs: number; readonly live: boolean },
  time: number,
): void {
  const { waitMs, live } = answer
  const now = figuresNow(s, queue, time)
  const inTarget = waitMs <= queue.policy.serviceLevelTargetMs ? 1 : 0
  const answered = now.answered + 1
  const answeredInTarget = now.answeredInTarget + inTarget
  const span = answeredIn[boundOf(waitMs)]
  if (!live || span === undefined) {
    s.queueFigures.update(now, { answered, answeredInTarget })
    return
  }
  s.queueFigures.update(now, {
    answered,
    answeredInTarget,
    liveAnsweredInTarget: now.liveAnsweredInTarget + inTarget,
    liveAnswerMs: now.liveAnswerMs + waitMs,
    [span]: now[span] + 1,
  })
}

export function countAccepted(s: RoutingState, queue: QueueRow, time: number): void {
  const now = figuresNow(s, queue, time)
  s.queueFigures.update(now, { accepted: now.accepted + 1 })
}

/** A contact has ended. `decided`: an agent has had it, or the customer has taken a callback. */
export function countEnded(
  s: RoutingState,
  queue: QueueRow,
  contact: ContactRow,
  decided: boolean,
  time: number,
): void {
  const now = figuresNow(s, queue, time)
  const { state, endCause, handledMs } = contact
  const endedOtherwise = now.endedOtherwise + (decided ? 0 : 1)
  if (state === 'completed') {
    const completed = now.completed + 1
    s.queueFigures.update(now, { completed, handledMs: now.handledMs + handledMs })
  } else if (state === 'abandoned') {
    countAbandoned(s, queue, { waitMs: time - contact.enteredAt, live: !decided }, now)
  } else if (state === 'cancelled') {
    s.queueFigures.update(now, { cancelled: now.cancelled + 1, endedOtherwise })
  } else if (endCause !== 'callbackGivenUp') {
    s.queueFigures.update(now, { expired: now.expired + 1, endedOtherwise })
  }
}

function countAbandoned(
  s: RoutingState,
  queue: QueueRow,
  end: { readonly waitMs: number; readonly live: boolean },
  now: QueueFiguresRow,
): void {
  const { waitMs, live } = end
  const inTarget = waitMs <= queue.policy.serviceLevelTargetMs ? 1 : 0
  const abandoned = now.abandoned + 1
  const abandonedInTarget = now.abandonedInTarget + inTarget
  const span = abandonedIn[boundOf(waitMs)]
  if (!live || span === undefined) {
    s.queueFigures.update(now, { abandoned, abandonedInTarget })
    return
  }
  s.queueFigures.update(now, {
    abandoned,
    abandonedInTarget,
    liveAbandonedInTarget: now.liveAbandonedInTarget + inTarget,
    liveAbandonMs: now.liveAbandonMs + waitMs,
    [span]: now[span] + 1,
  })
}

export function countCallbackTaken(s: RoutingState, queue: QueueRow, time: number): void {
  const now = figuresNow(s, queue, time)
  s.queueFigures.update(now, { callbacksTaken: now.callbacksTaken + 1 })
}

/** A promise has been kept, or broken. */
export function countSettled(s: RoutingState, queue: QueueRow, kept: boolean, time: number): void {
  const now = figuresNow(s, queue, time)
  s.queueFigures.update(
    now,
    kept ? { promisesKept: now.promisesKept + 1 } : { promisesBroken: now.promisesBroken + 1 },
  )
}
