import type { Rejection } from '@evenkeel/chassis/protocol'
import { limits } from '../limits.ts'
import { destinationRefused } from '../contact/other-queue.ts'
import type { CallbackSetting } from '../schema.ts'
import { type RoutingState } from '../state.ts'
import { refusal } from '../turn.ts'
import { type Alternative, type Channel, isLive, type QueuePolicy } from '../words.ts'

interface Put {
  readonly pool: string
  readonly queueId: string
  readonly channel: Channel
  readonly policy: QueuePolicy
  readonly callback: CallbackSetting
}

/**
 * What a queue's policy asks for and could never get, given its other fields, the other queues and
 * the calendars of its pool. What a field by itself can't be is refused before it comes here.
 */
export function unmeetable(s: RoutingState, c: Put): Rejection | undefined {
  return within(c.policy) ?? yields(c) ?? relief(s, c) ?? promiseWindow(s, c) ?? alternatives(s, c)
}

const refused = (field: string, limit: string, value: string | number): Rejection =>
  refusal('POLICY_UNMEETABLE', { field: `queue.${field}`, limit, value })

/** A change of some fields leaves others as they were, so only here are they seen together. */
function within({ wrapUpMs, wrapUpMaxMs, entryLimit, maxWaiting }: QueuePolicy) {
  if (wrapUpMaxMs !== undefined && wrapUpMaxMs < wrapUpMs) {
    return refused('wrap_up_max', `at least ${wrapUpMs} ms, its wrap_up`, wrapUpMaxMs)
  }
  if (entryLimit === undefined) return undefined
  const { waitingMax, waitP80MaxMs } = entryLimit
  if (waitingMax === 0 && waitP80MaxMs === 0) {
    return refused('entry_limit', 'one limit at least: waiting, or wait', 'none')
  }
  if (waitingMax <= maxWaiting) return undefined
  return refused('entry_limit.waiting', `at most ${maxWaiting}, its max_waiting`, waitingMax)
}

/** Whoever is on the line is not called away from: so those who interrupt are never interrupted. */
const yields = ({ channel, policy }: Put): Rejection | undefined =>
  policy.interruptible !== undefined && isLive(channel)
    ? refused('interruptible', 'none: a queue of calls or chats', channel)
    : undefined

/** Where a queue sends whom it does not take, by the field that says so. */
const reliefs = (policy: QueuePolicy) =>
  [
    ['entry_limit', policy.entryLimit],
    ['unstaffed', policy.unstaffed],
  ] as const

function relief(s: RoutingState, c: Put): Rejection | undefined {
  for (const [field, rule] of reliefs(c.policy)) {
    if (rule?.action === 'callback' && c.callback === 'none') {
      return refused(`${field}.action`, 'a callback policy of the queue', 'CALLBACK')
    }
    if (rule?.action !== 'overflow') continue
    const itself = rule.queueId === c.queueId
    const lost = itself ? undefined : destinationRefused(s, c.pool, rule.queueId, c.channel)
    if (lost) return lost
    const loop = wayBack(s, c, rule.queueId, [c.queueId])
    if (loop) return refused(`${field}.queue_id`, loop.limit, loop.path.join(' > '))
  }
  return undefined
}

interface Way {
  readonly limit: string
  readonly path: readonly string[]
}

/** The way by which overflow would come back, or go on for longer than anybody is sent. */
function wayBack(
  s: RoutingState,
  c: Put,
  queueId: string,
  before: readonly string[],
): Way | undefined {
  const path = [...before, queueId]
  if (before.includes(queueId)) return { limit: 'queues that do not send back', path }
  if (path.length > limits.overflowHops + 1) {
    return { limit: `at most ${limits.overflowHops} queues one after the other`, path }
  }
  const queue = s.queues.find(c.pool, queueId)
  if (!queue) return undefined
  for (const [, rule] of reliefs(queue.policy)) {
    if (rule?.action !== 'overflow') continue
    const found = wayBack(s, c, rule.queueId, path)
    if (found) return found
  }
  return undefined
}

/** A window that is longer than any opening in which something may be promised. */
function promiseWindow(s: RoutingState, c: Put): Rejection | undefined {
  const { hours } = c.policy
  const within = c.callback === 'none' ? undefined : c.callback.within
  const calendar = hours && s.calendars.find(c.pool, hours.calendarId)
  if (hours === undefined || within === undefined || calendar === undefined) return undefined
  let longest = 0
  for (const { opensAt, closesAt } of calendar.openings) {
    longest = Math.max(longest, closesAt - hours.lastPromiseBeforeMs - opensAt)
  }
  if (within.windowMs <= longest) return undefined
  const limit = `at most ${longest} ms, the longest opening less last_promise_before_closing`
  return refused('callback.within.window', limit, within.windowMs)
}

function alternatives(s: RoutingState, c: Put): Rejection | undefined {
  for (const [i, choice] of (c.policy.alternatives?.choices ?? []).entries()) {
    const found = alternativeRefused(s, c, choice, `alternatives.choices[${i}]`)
    if (found) return found
  }
  return undefined
}

/** A choice that could never be had. */
function alternativeRefused(s: RoutingState, c: Put, choice: Alternative, field: string) {
  const { kind, queueId } = choice
  if (kind === 'later') {
    // Who is on the line is called back then: a callback of the queue has windows for it.
    return c.channel === 'voice'
      ? refused(`${field}.kind`, 'CALLBACK with a window, in a queue of voice', 'LATER')
      : undefined
  }
  if (kind === 'requirements') {
    const own = queueId === '' || queueId === c.queueId
    return own ? undefined : destinationRefused(s, c.pool, queueId, c.channel)
  }
  const itself = queueId === c.queueId
  const to = s.queues.find(c.pool, queueId)
  if (!to && !itself) return refusal('QUEUE_UNKNOWN', { pool: c.pool, queue_id: queueId })
  if (kind === 'ticket') {
    const fits = to !== undefined && !itself && !isLive(to.channel)
    const limit = 'another queue, neither of voice nor of chat'
    return fits ? undefined : refused(`${field}.queue_id`, limit, queueId)
  }
  const callback = itself ? c.callback : to?.callback
  if (callback !== undefined && callback !== 'none') return undefined
  return refused(`${field}.queue_id`, 'a queue with a callback policy', queueId)
}
