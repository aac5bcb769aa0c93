import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type EntryAction,
  type EntryLimit,
  idOf,
  type QueuePolicy,
  type RequestClassRow,
  type RoutingState,
  type UnstaffedPolicy,
} from '../../core/index.ts'
import { entryActionNumbers, entryActionWords, staffingNumbers } from './words.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Who is let into a queue, and who is not: ranges and defaults as queue_service.proto states them. */
export const entryPolicy = (q: queues.Queue): Pick<QueuePolicy, 'entryLimit' | 'unstaffed'> => ({
  ...(q.entryLimit && { entryLimit: entryLimit(q.entryLimit) }),
  ...(q.unstaffed && { unstaffed: unstaffed(q.unstaffed) }),
})

const destination = (field: string, action: EntryAction, queueId: string): string =>
  action === 'overflow' ? parse.id(field, queueId, idPatterns.slug) : ''

export function entryLimit(l: queues.EntryLimit): EntryLimit {
  const of = (name: string): string => `queue.entry_limit.${name}`
  const action = parse.enumOf(of('action'), l.action, entryActionWords)
  if (action === 'take') {
    throw refused('FIELD_MALFORMED', of('action'), 'REFUSE, CALLBACK or OVERFLOW', '"TAKE"')
  }
  return {
    waitingMax: parse.integer(of('waiting'), l.waiting, 0, 100_000),
    waitP80MaxMs: parse.durationMs(of('wait'), l.wait, second, 24 * hour, 0),
    action,
    queueId: destination(of('queue_id'), action, l.queueId),
  }
}

export function unstaffed(u: queues.Unstaffed): UnstaffedPolicy {
  const of = (name: string): string => `queue.unstaffed.${name}`
  const action = parse.enumOf(of('action'), u.action, entryActionWords)
  return {
    action,
    graceMs: parse.durationMs(of('grace'), u.grace, 0, hour, minute),
    queueId: destination(of('queue_id'), action, u.queueId),
  }
}

export const entryPolicyWire = (p: QueuePolicy) => ({
  entryLimit: p.entryLimit && {
    waiting: p.entryLimit.waitingMax,
    wait: p.entryLimit.waitP80MaxMs === 0 ? undefined : duration(p.entryLimit.waitP80MaxMs),
    action: entryActionNumbers[p.entryLimit.action],
    queueId: p.entryLimit.queueId,
  },
  unstaffed: p.unstaffed && {
    action: entryActionNumbers[p.unstaffed.action],
    grace: duration(p.unstaffed.graceMs),
    queueId: p.unstaffed.queueId,
  },
})

export const unstaffableWire = (s: RoutingState, row: RequestClassRow): queues.Unstaffable => ({
  queueId: idOf(s.queues.at(row.queue).id),
  requirements: [...row.requirements],
  staffing: staffingNumbers[s.staffing.of(row.slot)],
  waiting: s.waiting.size(row.slot),
  since: row.unstaffedSince === 0 ? undefined : timestamp(row.unstaffedSince),
})
