import { NONE } from '@evenkeel/chassis/table'
import { reviewCallback } from '../callback/callback.ts'
import { isOpen } from './hours.ts'
import { durations, NEVER } from '../limits.ts'
import { touchRequestClass } from '../matching/classes.ts'
import { type Diverted, moveTo, type Place, placeIn } from '../contact/other-queue.ts'
import { placeKey } from '../contact/place-key.ts'
import { endContact, enterQueue, leaveQueue, tellRequeued } from '../contact/placement.ts'
import type { ContactRow, RequestClassRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { storyOf } from '../contact/story.ts'
import { type Turn, unreachable } from '../turn.ts'
import type { EntryAction, UnstaffedPolicy } from '../words.ts'

/**
 * Combinations of queue and requirements that nobody could serve: none who has signed in, or none
 * who is known at all. What has changed is flagged by the index that counts agents
 * (matching/staffing.ts), and looked at with the deadlines; so the last agent of many combinations
 * may leave in one command. Who waits in vain is treated as the queue says, one after the other.
 */

/** So long nobody who has signed in could serve it, if the queue has said what is to be done then. */
export function isPastGrace(
  s: RoutingState,
  request: RequestClassRow,
  policy: UnstaffedPolicy,
  time: number,
): boolean {
  if (s.staffing.of(request.slot) === 'staffed') return false
  const { unstaffedSince: since } = request
  return policy.graceMs === 0 || (since > 0 && time - since >= policy.graceMs)
}

/** Its staffing is looked at: what stands is kept, told once, and the grace begins. */
export function lookAtStaffing(s: RoutingState, request: RequestClassRow, turn: Turn): void {
  const { time } = turn.at
  const staffing = s.staffing.of(request.slot)
  const staffed = staffing === 'staffed'
  const since = staffed ? 0 : request.unstaffedSince || time
  if (staffing !== request.staffing) {
    s.requestClasses.update(request, { staffing, unstaffedSince: since })
  }
  const { unstaffed } = s.queues.at(request.queue).policy
  const waits = !staffed && treatedFirst(s, request) !== NONE
  const graceMs = unstaffed?.graceMs ?? durations.overflowRetry
  const due = waits ? Math.max(time, since + graceMs) : NEVER
  if (due !== request.unstaffedDue) s.requestClasses.update(request, { unstaffedDue: due })
  tellStaffing(s, request, turn)
}

/** What is done with those who wait in vain; 'take': they wait, unless they can return. */
const actionOf = (s: RoutingState, request: RequestClassRow): EntryAction =>
  s.queues.at(request.queue).policy.unstaffed?.action ?? 'take'

/** The first of those of whom anything is to be done. */
const treatedFirst = (s: RoutingState, request: RequestClassRow): number =>
  actionOf(s, request) === 'take' ? s.returning.first(request.slot) : s.watched.first(request.slot)

/** While somebody waits for it; and when it is staffed again after that. */
function tellStaffing(s: RoutingState, request: RequestClassRow, turn: Turn): void {
  const { staffing } = request
  const waiting = s.waiting.size(request.slot)
  if (staffing === request.staffingTold) return
  if (staffing !== 'staffed' && waiting === 0) return
  s.requestClasses.update(request, { staffingTold: staffing })
  turn.events.push({
    kind: 'staffingChanged',
    pool: s.pools.at(request.pool).id,
    queueId: idOf(s.queues.at(request.queue).id),
    requirements: request.requirements,
    staffing,
    waiting,
  })
}

/** A contact has come to its place and nobody takes it: it may be that nobody could. */
export function waits(s: RoutingState, contact: ContactRow, turn: Turn): void {
  reviewCallback(s, contact, turn)
  if (contact.state !== 'waiting') return
  const { unstaffed } = s.queues.at(contact.queue).policy
  const returns = storyOf(s, contact)?.returns === true
  const watched = returns ? 'returns' : unstaffed === undefined ? 'no' : 'byPolicy'
  if (watched !== contact.watched) s.contacts.update(contact, { watched })
  const request = s.requestClasses.at(contact.requestClass)
  const turned = s.staffing.of(request.slot) !== request.staffing
  if (turned || request.staffing !== 'staffed') lookAtStaffing(s, request, turn)
}

/**
 * The first of those who wait in vain goes back to where it was sent on from, if somebody at work
 * can serve it there by now; else it is treated as its queue says.
 */
export function unstaffedDue(s: RoutingState, request: RequestClassRow, turn: Turn): void {
  const slot = treatedFirst(s, request)
  if (slot === NONE) {
    s.requestClasses.update(request, { unstaffedDue: NEVER })
    return
  }
  const action = actionOf(s, request)
  if (action === 'overflow' || action === 'take') return moveOne(s, request, turn)
  const contact = s.contacts.at(slot)
  if (goesBack(s, contact, turn)) return
  s.contacts.update(contact, { watched: 'no' })
  switch (action) {
    case 'refuse':
      return endContact(s, contact, 'cancelled', 'nobodyStaffed', turn)
    case 'callback':
      return reviewCallback(s, contact, turn)
    default:
      return unreachable(action)
  }
}

/** Looked at for one who can go, and tried: what one asks for itself is tried once, others ask the same. */
const lookedAt = 64
const tried = 4

/**
 * One goes to the other queue. While nobody at work there could serve any, they wait on in their
 * own, for whoever signs in first in either, and it is tried again: from where this look ended, so
 * that those whom nobody there can serve bar nobody behind them.
 */
function moveOne(s: RoutingState, request: RequestClassRow, turn: Turn): void {
  const { unstaffed } = s.queues.at(request.queue).policy
  const queueId = unstaffed?.action === 'overflow' ? unstaffed.queueId : ''
  const line = queueId === '' ? s.returning : s.watched
  const { overflowKey, overflowSeq } = request
  let slot = line.atOrAfter(request.slot, overflowKey, overflowSeq)
  const inVain: string[] = []
  for (let seen = 0; slot !== NONE && seen < lookedAt && inVain.length < tried; seen++) {
    const contact = s.contacts.at(slot)
    slot = line.next(slot)
    const wish = `${homeOf(s, contact)} ${contact.ownRequirements}`
    if (inVain.includes(wish)) continue
    if (goesBack(s, contact, turn)) return
    if (queueId !== '' && overflow(s, contact, queueId, turn)) return
    inVain.push(wish)
  }
  const next = slot === NONE ? { key: 0, seq: 0 } : s.contacts.at(slot)
  s.requestClasses.update(request, {
    unstaffedDue: turn.at.time + durations.overflowRetry,
    overflowKey: next.key,
    overflowSeq: next.seq,
  })
}

/** The queue from which it was sent on, and may return to; '': none. */
function homeOf(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  const from = story?.returns === true ? story.divertedFrom : NONE
  return from === NONE ? '' : idOf(s.queues.at(from).id)
}

/** Where it came to at first somebody at work could serve it now: what sent it on is over. */
function goesBack(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const home = homeOf(s, contact)
  const to = home === '' ? undefined : staffedQueue(s, contact, home, turn.at.time)
  if (to === undefined) return false
  move(s, contact, to, { divertedFrom: NONE, divertedBy: 'none', returns: false }, turn)
  return true
}

/**
 * To the other queue, if somebody at work there could serve it; its own requirements stay. It comes
 * back only when nobody at work there can serve it any more: two queues would hand it to and fro.
 */
function overflow(s: RoutingState, contact: ContactRow, queueId: string, turn: Turn): boolean {
  const to = staffedQueue(s, contact, queueId, turn.at.time)
  if (to === undefined) return false
  const divertedBy = 'unstaffed'
  move(s, contact, to, { divertedFrom: contact.queue, divertedBy, returns: true }, turn)
  return true
}

function move(
  s: RoutingState,
  contact: ContactRow,
  to: Place,
  diverted: Diverted,
  turn: Turn,
): void {
  const { time } = turn.at
  const { queue } = to
  leaveQueue(s, contact)
  const key = placeKey(s, queue, contact.enteredAt, contact.priority)
  moveTo(s, contact, to, time, { key, expiresAt: time + queue.policy.timeToLiveMs }, diverted)
  tellRequeued(s, contact, 'unstaffed', turn)
  enterQueue(s, contact, turn)
}

function staffedQueue(
  s: RoutingState,
  contact: ContactRow,
  queueId: string,
  time: number,
): Place | undefined {
  const to = placeIn(s, contact, queueId)
  if (to === undefined) return undefined
  if (isOpen(s, to.queue, time) && s.staffing.of(to.requestClass) === 'staffed') return to
  touchRequestClass(s, to.requestClass, time)
  return undefined
}
