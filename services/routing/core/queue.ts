import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { hoursRefused } from './admission.ts'
import type { PutPool, PutQueue } from './commands.ts'
import type { RoutingEvent } from './events.ts'
import { limits, NEVER } from './limits.ts'
import { internRequestClass, joinRequirements, touchRequestClass } from './matching/classes.ts'
import { reviewQueue } from './opening.ts'
import { openState, tellQueue } from './queue-state.ts'
import type { CallbackSetting, PoolRow, QueueRow } from './schema.ts'
import { keyOf, nextSeq, type RoutingState } from './state.ts'
import { accept, reject, type Turn } from './turn.ts'
import { noCalibration, noLevels, noPace, noPromises } from './wait-learning.ts'

const newEtag = (turn: Turn): string => `e${turn.at.offset}`

/** What was sent is what stands: a repeat of the call that made it, to be answered as the first was. */
const samePool = (row: PoolRow, c: PutPool): boolean =>
  row.displayName === c.displayName &&
  JSON.stringify(row.dialPacing) === JSON.stringify(c.dialPacing ?? 'plain')

export function putPool(s: RoutingState, c: PutPool, turn: Turn): Outcome<RoutingEvent> {
  const known = s.pools.get(c.pool)
  if (known && samePool(known, c)) return accept(turn, c.pool)
  const current = known?.etag ?? ''
  if (c.etag !== current) {
    return reject('ETAG_MISMATCH', { what: `pool ${c.pool}`, etag: current, sent: c.etag })
  }
  if (!known && s.pools.size >= s.pools.cap) {
    return reject('TOO_MANY', { cap: 'pools', limit: limits.pools })
  }
  const etag = newEtag(turn)
  const dialPacing = c.dialPacing ?? 'plain'
  if (known) s.pools.update(known, { displayName: c.displayName, dialPacing, etag })
  else {
    s.pools.insert({
      id: c.pool,
      displayName: c.displayName,
      etag,
      seq: nextSeq(s),
      assignments: 0,
      belowRequiredSkill: 0,
      offersOff: false,
      dialsOff: false,
      learningOff: false,
      switchReason: '',
      switchActor: '',
      switchedAt: 0,
      breaker: 'none',
      brokenChannels: 0,
      releases: 0,
      dialPacing,
      dialsUntil: 0,
      dialAt: NEVER,
    })
  }
  const { pool, displayName } = c
  turn.events.push({ kind: 'poolChanged', pool, displayName, dialPacing, etag })
  return accept(turn, c.pool)
}

const textOf = (policy: object): string => JSON.stringify(policy)

function sameQueue(row: QueueRow, c: PutQueue, callback: CallbackSetting): boolean {
  return (
    row.displayName === c.displayName &&
    row.channel === c.channel &&
    textOf(row.policy) === textOf(c.policy) &&
    JSON.stringify(row.callback) === JSON.stringify(callback)
  )
}

const noCounts = {
  ...noLevels,
  ...noPace,
  ...noCalibration,
  ...noPromises,
  accepted: 0,
  answered: 0,
  answeredInTarget: 0,
  completed: 0,
  abandoned: 0,
  abandonedInTarget: 0,
  expired: 0,
  cancelled: 0,
  callbacksGivenUp: 0,
  callbacksOffered: 0,
  callbacksAccepted: 0,
  dialled: 0,
  callbacksReached: 0,
  recovered: 0,
  redials: 0,
  promisesGiven: 0,
  promisesKept: 0,
  promisesBroken: 0,
  promisesVoid: 0,
  promiseErrors: [],
  promiseErrorMs: 0,
}

/** The class of contacts that ask for no more than the queue itself: who serves it is known before one has come. */
function keepOwnClass(s: RoutingState, queue: QueueRow, time: number): boolean {
  const former = queue.ownClass
  const ownClass = internRequestClass(s, queue, joinRequirements(queue.policy.requirements, []))
  if (ownClass === NONE) return false
  s.queues.update(queue, { ownClass })
  touchRequestClass(s, former, time)
  touchRequestClass(s, ownClass, time)
  return true
}

/** Where contacts escalate to must be there, and of the same channel. */
function escalationRefused(s: RoutingState, c: PutQueue): Outcome<RoutingEvent> | undefined {
  const queueId = c.policy.escalation?.queueId ?? ''
  if (queueId === '') return undefined
  const to = s.queues.get(keyOf(c.pool, queueId))
  if (!to) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: queueId })
  if (to.channel === c.channel) return undefined
  return reject('TRANSFER_CHANNEL', {
    queue_id: queueId,
    channel: to.channel,
    contact_channel: c.channel,
  })
}

/**
 * A changed policy holds for contacts that come later: keys and request classes of those who wait
 * stay as they are. Changed hours hold for those who wait too.
 */
export function putQueue(s: RoutingState, c: PutQueue, turn: Turn): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const key = keyOf(c.pool, c.queueId)
  const known = s.queues.get(key)
  const callback: CallbackSetting = c.callback ?? 'none'
  if (known && sameQueue(known, c, callback)) return accept(turn, c.queueId)
  const current = known?.etag ?? ''
  if (c.etag !== current) {
    return reject('ETAG_MISMATCH', { what: `queue ${c.queueId}`, etag: current, sent: c.etag })
  }
  if (known && known.channel !== c.channel) {
    return reject('CHANNEL_FIXED', { queue_id: c.queueId, channel: known.channel })
  }
  if (!known && s.queues.size >= s.queues.cap) {
    return reject('TOO_MANY', { cap: 'queues', limit: limits.queues })
  }
  const misled = escalationRefused(s, c)
  if (misled) return misled
  const refused = hoursRefused(s, { ...c, callback })
  if (refused) return { ok: false, rejection: refused }
  const etag = newEtag(turn)
  const hoursChanged =
    known !== undefined && textOf(known.policy.hours ?? {}) !== textOf(c.policy.hours ?? {})
  const facts = { displayName: c.displayName, policy: c.policy, callback, etag }
  if (known) s.queues.update(known, facts)
  const created = { id: key, pool: pool.slot, channel: c.channel, ownClass: NONE }
  const handleMs = c.policy.initialHandleTimeMs
  const queue =
    known ??
    s.queues.insert({ ...facts, ...openState, ...noCounts, ...created, seq: nextSeq(s), handleMs })
  if (!keepOwnClass(s, queue, turn.at.time)) {
    return reject('TOO_MANY', { cap: 'requestClasses', limit: limits.requestClasses })
  }
  if (hoursChanged) reviewQueue(queue, turn)
  tellQueue(s, queue, turn)
  return accept(turn, c.queueId)
}
