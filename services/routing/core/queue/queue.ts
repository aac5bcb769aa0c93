import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { noDials } from '../callback/dial-schema.ts'
import { limitChanged } from '../agent/profiles-age.ts'
import type { PutPool, PutQueue } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { limits, NEVER } from '../limits.ts'
import { beginFigures } from './figures.ts'
import { adopt, keepOwnClass, policyRefused, settingsOf } from './policy.ts'
import { policyChanges } from './policy-fields.ts'
import { openState, tellQueue } from './state.ts'
import type { PoolRow } from '../schema.ts'
import { keyOf, nextSeq, type RoutingState } from '../state.ts'
import { accept, newEtag, reject, type Turn } from '../turn.ts'
import { noCalibration, noLevels, noPace, noPromises } from '../wait/learning.ts'

/** What was sent is what stands: a repeat of the call that made it, to be answered as the first was. */
const samePool = (row: PoolRow, c: PutPool): boolean =>
  row.displayName === c.displayName &&
  row.profilesMaxAgeMs === (c.profilesMaxAgeMs ?? 0) &&
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
  const { pool, displayName, dialPacing = 'plain', profilesMaxAgeMs = 0 } = c
  const put = { displayName, dialPacing, profilesMaxAgeMs, etag } as const
  turn.events.push({ kind: 'poolChanged', pool, ...put })
  if (known) {
    s.pools.update(known, put)
    limitChanged(s, known, turn)
  } else {
    s.pools.insert({
      id: c.pool,
      ...put,
      profilesTooOldSince: 0,
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
      rostered: false,
      dialsUntil: 0,
      dialAt: NEVER,
    })
  }
  return accept(turn, c.pool)
}

const noCounts = {
  ...noLevels,
  ...noPace,
  ...noCalibration,
  ...noPromises,
  callbacksGivenUp: 0,
  callbacksOffered: 0,
  callbacksAccepted: 0,
  callbacksRequested: 0,
  dialled: 0,
  callbacksReached: 0,
  recovered: 0,
  redials: 0,
  expiryWarnings: 0,
  promisesGiven: 0,
  promisesVoid: 0,
  promiseErrors: [],
  promiseErrorMs: 0,
}

/**
 * A changed policy holds for contacts that come later: keys and request classes of those who wait
 * stay as they are. Changed hours, those in which customers are called among them, hold for those
 * who wait too, and callbacks are offered to them.
 */
export function putQueue(s: RoutingState, c: PutQueue, turn: Turn): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const key = keyOf(c.pool, c.queueId)
  const known = s.queues.get(key)
  const settings = { policy: c.policy, callback: c.callback ?? 'none' } as const
  const same = known?.displayName === c.displayName && known.channel === c.channel
  if (known && same && policyChanges(settingsOf(known), settings).length === 0) {
    return accept(turn, c.queueId)
  }
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
  const refused = policyRefused(s, c, settings)
  if (refused) return { ok: false, rejection: refused }
  const { displayName, channel } = c
  if (known) {
    s.queues.update(known, { displayName })
    const kept = adopt(s, known, settings, turn)
    return kept ? { ok: false, rejection: kept } : accept(turn, c.queueId)
  }
  const queue = s.queues.insert({
    ...openState,
    ...noCounts,
    ...settings,
    id: key,
    pool: pool.slot,
    displayName,
    channel,
    etag: newEtag(turn),
    seq: nextSeq(s),
    ownClass: NONE,
    dials: NONE,
    figures: NONE,
    handleMs: c.policy.initialHandleTimeMs,
    policyVersion: 1,
    policyPut: 'none',
  })
  const { slot } = s.dialFigures.insert({ ...noDials, id: key, queue: queue.slot })
  s.queues.update(queue, { dials: slot })
  beginFigures(s, queue, turn.at.time)
  const tooMany = keepOwnClass(s, queue, turn)
  if (tooMany) return { ok: false, rejection: tooMany }
  tellQueue(s, queue, turn)
  return accept(turn, c.queueId)
}
