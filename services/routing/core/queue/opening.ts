import { holdForLater, laterUntil } from '../alternatives/away.ts'
import type { WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { hadLetIn, nextOpeningAt, servedSince, shutBy } from './hours.ts'
import { callingSpan } from '../callback/calling-hours.ts'
import {
  isParkedStill,
  parkOutsideHours,
  parkUntil,
  rescheduleAttempt,
} from '../callback/parking.ts'
import { isTimed } from '../callback/step-ahead.ts'
import { armWarning } from '../contact/expiry.ts'
import { storyOf } from '../contact/story.ts'
import { legOf } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import { matchContact } from '../matching/choose.ts'
import { changeContact, endContact, endHoldOut, enterQueue } from '../contact/placement.ts'
import { walkQueue } from './walk.ts'
import type { CalendarRow, CallbackRow, ContactRow, QueueRow } from '../schema.ts'
import { isQueued, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { waits } from './unstaffed.ts'

/**
 * What its queue's hours mean for a contact that has a place in it: it is served, or waits for the
 * opening at the same place, or ends with notice. Each contact has the end of its serving among
 * its own deadlines, so closing time moves them on one by one, and no queue is ever scanned for it.
 */

/** When it came to the queue that it is in. */
const cameAt = (s: RoutingState, contact: ContactRow): number =>
  storyOf(s, contact)?.queueEnteredAt || contact.createdAt

/** Until when its queue serves it; a time that is not after `time`: it does not. */
const servesUntil = (s: RoutingState, contact: ContactRow, time: number): number =>
  servedSince(s, s.queues.at(contact.queue), cameAt(s, contact), time)

const callbackOf = (s: RoutingState, contact: ContactRow): CallbackRow | undefined =>
  contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)

/** Called as a contact comes to its place. False: it is not to be matched. */
export function keepHours(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const { time } = turn.at
  let until = servesUntil(s, contact, time)
  if (until <= time) {
    // Who comes in the millisecond of the closing comes after it.
    const isNew = cameAt(s, contact) === time && legOf(s, contact) !== 'consult'
    if (!isNew && isLetGo(s, contact, time)) letGo(s, contact, turn)
    else awaitOpening(s, contact, s.queues.at(contact.queue), turn)
    return false
  }
  if (contact.awaitsOpening) endHoldOut(s, contact)
  if (contact.story !== NONE) holdForLater(s, contact, time)
  // The hours in which its customer may be called end by themselves too.
  const span = contact.state === 'dialable' ? callingSpan(s, contact, time) : undefined
  if (span !== undefined && span.from <= time) until = Math.min(until, span.until)
  if (contact.servedUntil !== until) s.contacts.update(contact, { servedUntil: until })
  return true
}

const letGo = (s: RoutingState, contact: ContactRow, turn: Turn): void =>
  endContact(s, contact, 'cancelled', 'queueClosed', turn)

/** Its queue serves it no longer: whether that is its end, rather than a wait for the opening. */
function isLetGo(s: RoutingState, contact: ContactRow, time: number): boolean {
  // An agent who has the customer on the line does not ask an expert tomorrow.
  if (legOf(s, contact) === 'consult') return true
  const queue = s.queues.at(contact.queue)
  if (contact.awaitsOpening || closingRuleAt(queue, time) !== 'cancel') return false
  if (!hadLetIn(s, queue, cameAt(s, contact), time)) return false
  const callback = callbackOf(s, contact)
  const promisedAt = callback && isTimed(callback) ? callback.promisedAt : laterUntil(s, contact)
  // What was promised, or chosen by the customer, for a later opening is kept in it.
  return promisedAt === 0 || (nextOpeningAt(s, queue, time) ?? NEVER) >= promisedAt
}

/**
 * The hours of a callback that is parked. Its place is its queue's business although it is not
 * called: closing ends it where that is the rule, or it waits for the opening among the others.
 * False: it stays where it is.
 */
export function parkedTurned(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const { time } = turn.at
  const until = servesUntil(s, contact, time)
  if (until > time) {
    if (contact.servedUntil !== until) s.contacts.update(contact, { servedUntil: until })
    return false
  }
  if (isLetGo(s, contact, time)) {
    letGo(s, contact, turn)
    return true
  }
  if (contact.servedUntil !== NEVER) s.contacts.update(contact, { servedUntil: NEVER })
  const opensAt = nextOpeningAt(s, s.queues.at(contact.queue), time) ?? NEVER
  const later = s.callbacks.at(contact.callback).nextAttemptAt > opensAt
  if (later || s.pools.at(contact.pool).dialsOff) return false
  enterQueue(s, contact, turn)
  return true
}

/** Whether who calls in and meets this callback would be on the line of a queue that serves nobody. */
export const meetsClosed = (s: RoutingState, contact: ContactRow, time: number): boolean => {
  const taken = contact.state === 'connecting' || contact.state === 'dialling'
  return !(taken && contact.agent !== NONE) && servesUntil(s, contact, time) <= time
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
  if (contact.state === 'waiting') armWarning(s, contact)
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
  const { time } = turn.at
  // They may be other calling hours, too.
  rescheduleAttempt(s, contact, time)
  if (contact.state === 'callbackWaiting') {
    if (parkedTurned(s, contact, turn)) return
    if (s.callbacks.at(contact.callback).nextAttemptAt <= time) enterQueue(s, contact, turn)
    return
  }
  // Whoever is held on the line is served or let go, whatever the clock says.
  if (!isQueued(contact.state) || contact.state === 'customerHeld') {
    if (contact.servedUntil !== NEVER) s.contacts.update(contact, { servedUntil: NEVER })
    return
  }
  const waited = contact.awaitsOpening
  const parked = isParkedStill(s, contact, time)
  const over = servesUntil(s, contact, time) <= time
  if (over && isLetGo(s, contact, time)) return letGo(s, contact, turn)
  if (!keepHours(s, contact, turn)) return
  // It was parked as the queue closed, and that opens again before it is due: by its own schedule
  // first, or the hours in which its customer may be called would be all that it waits for.
  if (parked) {
    return parkUntil(s, contact, s.callbacks.at(contact.callback).attemptFrom, turn)
  }
  if (parkOutsideHours(s, contact, turn) || !waited) return
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
