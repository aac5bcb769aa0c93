import type { WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { nextOpeningAt, servedSince, shutBy } from './hours.ts'
import { legOf } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import { matchContact } from '../matching/choose.ts'
import { changeContact, endContact, endHoldOut } from '../contact/placement.ts'
import { walkQueue } from './walk.ts'
import type { CalendarRow, ContactRow, QueueRow } from '../schema.ts'
import { isQueued, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { waits } from './unstaffed.ts'

/**
 * What its queue's hours mean for a contact that has a place in it: it is served, or waits for the
 * opening at the same place, or ends with notice. Each contact has the end of its serving among
 * its own deadlines, so closing time moves them on one by one, and no queue is ever scanned for it.
 */

/** Called as a contact comes to its place. False: it is not to be matched. */
export function keepHours(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const queue = s.queues.at(contact.queue)
  const { time } = turn.at
  const until = servedSince(s, queue, contact.createdAt, time)
  if (until <= time) {
    // An agent who has the customer on the line does not ask an expert tomorrow.
    if (legOf(s, contact) === 'consult') endContact(s, contact, 'cancelled', 'queueClosed', turn)
    else awaitOpening(s, contact, queue, turn)
    return false
  }
  if (contact.awaitsOpening) endHoldOut(s, contact)
  if (contact.servedUntil !== until) s.contacts.update(contact, { servedUntil: until })
  return true
}

/** At the same place, until the queue opens; until somebody opens it, if nobody knows when. */
function awaitOpening(s: RoutingState, contact: ContactRow, queue: QueueRow, turn: Turn): void {
  const { time } = turn.at
  const opensAt = nextOpeningAt(s, queue, time) ?? NEVER
  if (contact.awaitsOpening && contact.holdOutUntil === opensAt) return
  const from = contact.awaitsOpening && contact.holdOutUntil !== NEVER ? contact.holdOutUntil : time
  endHoldOut(s, contact)
  // Its time in the queue goes on when the queue does.
  const moved = opensAt === NEVER ? 0 : opensAt - from
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback?.pending && callback.giveUpAt !== NEVER) {
    s.callbacks.update(callback, { giveUpAt: callback.giveUpAt + moved })
  }
  changeContact(s, contact, {
    heldOut: true,
    awaitsOpening: true,
    holdOutUntil: opensAt,
    servedUntil: NEVER,
    expiresAt: contact.expiresAt + moved,
    dueTime: contact.dueTime + moved,
  })
}

/**
 * Somebody takes it before its queue opens: its time goes on now. What it was given until the
 * opening is taken back, since it is given anew if it returns.
 */
export function takeBeforeOpening(s: RoutingState, contact: ContactRow, time: number): void {
  if (!contact.awaitsOpening || contact.holdOutUntil === NEVER) return
  const back = contact.holdOutUntil - time
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback?.pending && callback.giveUpAt !== NEVER) {
    s.callbacks.update(callback, { giveUpAt: callback.giveUpAt - back })
  }
  changeContact(s, contact, { expiresAt: contact.expiresAt - back })
}

/** Looked at for who comes first as a queue opens: when so many have found nobody free, nobody is. */
const lookedAt = 64

/**
 * As its queue opens: who has the better place goes first, whatever else was due of them, so that
 * nobody behind is given the agent that is free.
 */
export function firstToOpen(s: RoutingState, contact: ContactRow, time: number): ContactRow {
  if (!contact.awaitsOpening || contact.holdOutUntil > time) return contact
  let slot = s.inQueue.first(contact.queue)
  for (let seen = 0; slot !== NONE && seen < lookedAt; seen++) {
    const one = s.contacts.at(slot)
    if (one.awaitsOpening && one.holdOutUntil <= time) return one
    slot = s.inQueue.next(slot)
  }
  return contact
}

/** Its queue is no longer served, or may be served again: by the clock, a supervisor or a changed calendar. */
export function hoursTurned(s: RoutingState, contact: ContactRow, turn: Turn): void {
  // Whoever is held on the line is served or let go, whatever the clock says.
  if (!isQueued(contact.state) || contact.state === 'customerHeld') {
    if (contact.servedUntil !== NEVER) s.contacts.update(contact, { servedUntil: NEVER })
    return
  }
  const queue = s.queues.at(contact.queue)
  const { time } = turn.at
  const waited = contact.awaitsOpening
  const closing = !waited && servedSince(s, queue, contact.createdAt, time) <= time
  if (closing && closingRuleAt(queue, time) === 'cancel') {
    endContact(s, contact, 'cancelled', 'queueClosed', turn)
    return
  }
  if (!keepHours(s, contact, turn) || !waited) return
  if (!matchContact(s, contact, turn)) waits(s, contact, turn)
}

/** What becomes of those who still wait when the queue is served no longer. */
export const closingRuleAt = (queue: QueueRow, time: number) =>
  shutBy(queue, time) === undefined ? queue.policy.hours?.closingRule : queue.stateRule

export const hoursWork = 'hours'
/** Queues looked at per slice: none is written. */
const queuesPerSlice = 200

/** The hours of one queue have changed: those who wait in it are looked at, slice by slice. */
export function reviewQueue(queue: QueueRow, turn: Turn): void {
  turn.work.push({ kind: hoursWork, subject: `queue ${queue.id}`, cursor: '0' })
}

/** The same for all queues of a calendar. */
export function reviewQueues(calendar: CalendarRow, turn: Turn): void {
  turn.work.push({ kind: hoursWork, subject: `calendar ${calendar.id}`, cursor: '0' })
}

/** One slice. Cursor: a queue's number, then the key and number of the contact looked at last. */
export function reviewSlice(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  const [what = '', id = ''] = item.subject.split(' ')
  const [queueSeq = 0, key, seq = 0] = item.cursor.split(' ').map(Number)
  const of = what === 'queue' ? s.queues.get(id) : queueOfCalendar(s, id, queueSeq)
  if (of === undefined) return undefined
  if ('look' in of) return { ...item, cursor: String(of.look) }
  const after = of.seq === queueSeq ? key : undefined
  const from = after === undefined ? undefined : { key: after, seq }
  const end = walkQueue(s, of, from, (contact) => hoursTurned(s, contact, turn))
  if (end !== undefined) return { ...item, cursor: `${of.seq} ${end}` }
  return what === 'queue' ? undefined : { ...item, cursor: String(of.seq + 1) }
}

/** The first queue from a number on that goes by the calendar; or from where to look on. */
function queueOfCalendar(
  s: RoutingState,
  id: string,
  from: number,
): QueueRow | { readonly look: number } | undefined {
  const calendar = s.calendars.get(id)
  if (calendar === undefined) return undefined
  const calendarId = id.slice(id.indexOf('/') + 1)
  let slot = s.queuesOfPool.atOrAfter(calendar.pool, from, 0)
  for (let seen = 0; slot !== NONE; slot = s.queuesOfPool.next(slot), seen++) {
    const queue = s.queues.at(slot)
    if (queue.policy.hours?.calendarId === calendarId) return queue
    if (seen >= queuesPerSlice) return { look: queue.seq }
  }
  return undefined
}
