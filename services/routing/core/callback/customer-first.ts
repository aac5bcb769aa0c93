import { requestDial, tryLater } from './dial.ts'
import type { HoldEnd } from '../events.ts'
import { isHeld } from '../contact/hold.ts'
import { rememberAgent } from '../contact/history.ts'
import { durations, NEVER } from '../limits.ts'
import { agentFreed, enterQueue, leaveQueue, release, tellRequeued } from '../contact/placement.ts'
import { mayDial } from './pacing.ts'
import type { CallbackRow, ContactRow, DialFiguresRow, QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { answerGapMs, hasSteppedAhead, isTimed, linePlace } from './step-ahead.ts'
import { leaveLine } from './trunk.ts'
import type { Turn } from '../turn.ts'
import { aheadOf } from '../wait/wait.ts'
import { gapNow } from '../wait/learning.ts'
import { channels, type CustomerFirst } from '../words.ts'

/**
 * Customer-first: dials go out before an agent is free, so that the agent finds the customer on the
 * line. Whoever answers before an agent has come is held, and is the first for the next one. The
 * lead is learned: docs/adr/0016.
 */

/** The customer has answered, and no agent has come yet. */
export const isCustomerHeld = (callback: CallbackRow): boolean =>
  callback.pending && callback.lineSince > 0

const policyOf = (queue: QueueRow): CustomerFirst | undefined =>
  queue.callback === 'none' ? undefined : queue.callback.customerFirst

/** What a queue has learned of its dials. */
export const figuresOf = (s: RoutingState, queue: QueueRow): DialFiguresRow =>
  s.dialFigures.at(queue.dials)

/** How long before an agent is expected a dial goes out, ms. */
export function dialLeadMs(s: RoutingState, queue: QueueRow): number {
  const { answerMs, leadBp } = figuresOf(s, queue)
  return Math.trunc((answerMs * leadBp) / 10_000)
}

/** Time between two agents who get free for such a contact; undefined: nobody is at work. */
function gapOf(
  s: RoutingState,
  queue: QueueRow,
  contact: ContactRow,
  time: number,
): number | undefined {
  const busy = answerGapMs(s, queue, contact.requestClass)
  return busy !== undefined && queue.freeGaps > 0 ? gapNow(queue, time) : busy
}

/** Whoever takes an agent before this one does: those in the line, and of those dialled the share that answers. */
function demandBefore(s: RoutingState, queue: QueueRow, contact: ContactRow): number {
  const parked = s.counts.of(queue.slot, 'callbackWaiting')
  const inLine = Math.max(s.waiting.rank(contact.slot), aheadOf(s, contact) - parked)
  const { reachBp } = figuresOf(s, queue)
  return inLine + Math.trunc((s.dialsAhead.size(queue.slot) * reachBp) / 10_000)
}

/** A callback in its place for which nobody is free: dialled now, if an agent is near, or looked at again. */
export function dialAhead(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const queue = s.queues.at(contact.queue)
  const callback = s.callbacks.at(contact.callback)
  if (contact.state !== 'dialable' || contact.heldOut || callback.agentFirst) return
  if (policyOf(queue) === undefined) return
  const { time } = turn.at
  const pool = s.pools.at(contact.pool)
  const gap = gapOf(s, queue, contact, time)
  const early = isTimed(callback) && !hasSteppedAhead(contact)
  const stopped = early || isHeld(pool, channels.indexOf(contact.channel))
  const dueIn =
    gap === undefined || stopped
      ? durations.dialLookMax
      : (demandBefore(s, queue, contact) + 1) * gap - dialLeadMs(s, queue)
  if (dueIn <= 0 && mayDial(s, pool, turn.at)) {
    leaveQueue(s, contact)
    requestDial(s, contact, '', turn)
    return
  }
  // Half way there: the pace may change meanwhile, and who is far off is seldom looked at.
  const half = Math.trunc(dueIn / 2)
  const look = Math.min(durations.dialLookMax, Math.max(durations.dialLookMin, half))
  s.contacts.update(contact, { reviewAt: Math.min(contact.reviewAt, time + look) })
}

/** The customer has answered a dial that went ahead of the agents. */
export function holdCustomer(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  const queue = s.queues.at(contact.queue)
  const policy = policyOf(queue)
  s.callbacks.update(s.callbacks.at(contact.callback), {
    lineSince: time,
    heldUntil: time + (policy?.holdMaxMs ?? durations.customerHold),
    messageAt: time + (policy?.agentWithinMs ?? durations.agentWithin),
    placeKey: linePlace(s, contact),
  })
  s.contacts.update(contact, { servedUntil: NEVER })
  const figures = figuresOf(s, queue)
  if (!contact.test) s.dialFigures.update(figures, { held: figures.held + 1 })
  enterQueue(s, contact, turn)
}

/** No agent has taken a held customer in time: the platform is to say something. */
export function messageDue(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  if (callback.messageAt > turn.at.time) return
  s.callbacks.update(callback, { messageAt: NEVER })
  s.contacts.update(contact, { reviewAt: NEVER })
  const figures = figuresOf(s, s.queues.at(contact.queue))
  if (!contact.test) s.dialFigures.update(figures, { nuisances: figures.nuisances + 1 })
  learnLead(s, contact, false)
  turn.events.push({
    kind: 'holdMessageDue',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    heldSince: callback.lineSince,
  })
}

/** An agent has accepted a held customer. */
export function agentCame(s: RoutingState, contact: ContactRow): void {
  const callback = s.callbacks.at(contact.callback)
  s.contacts.update(contact, { reviewAt: NEVER })
  if (callback.messageAt === NEVER) return
  s.callbacks.update(callback, { messageAt: NEVER })
  learnLead(s, contact, true)
}

/**
 * A held customer is gone: hung up, or was held for as long as may be. The callback stands, by its
 * schedule; it is dialled again only once an agent is reserved for it.
 */
export function letGo(s: RoutingState, contact: ContactRow, cause: HoldEnd, turn: Turn): void {
  const { time } = turn.at
  const pool = s.pools.at(contact.pool).id
  const contactId = idOf(contact.id)
  const callback = s.callbacks.at(contact.callback)
  const queue = s.queues.at(contact.queue)
  const accepted = contact.state === 'connecting'
  rememberAgent(s, contact, 'connectFailed', time)
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  const late = callback.messageAt === NEVER && !accepted
  const figures = figuresOf(s, queue)
  if (late && !contact.test) {
    s.dialFigures.update(figures, { nuisancesLeft: figures.nuisancesLeft + 1 })
  }
  leaveLine(s, callback, time)
  s.callbacks.update(callback, { agentFirst: true, messageAt: NEVER, heldUntil: NEVER })
  s.contacts.update(contact, { reviewAt: NEVER })
  turn.events.push({ kind: 'holdEnded', pool, contactId, cause })
  if (accepted) tellRequeued(s, contact, 'connectFailed', turn)
  tryLater(s, contact, 'noAnswer', turn)
  agentFreed(s, agent, turn)
}

/** First for the next skilled agent, whoever waits: its agent was gone before the two could meet. */
export function putFirst(s: RoutingState, contact: ContactRow, time: number): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { firstAt: time, placeKey: linePlace(s, contact) })
}

/** Basis points by which the lead moves at most; and its bounds. */
const leadStep = 400
const leadBpMin = 1_000
const leadBpMax = 20_000

/**
 * The lead is moved out by each customer who had an agent in time, and in by each who had not, so
 * that the share of those comes to what the policy allows, whatever the pace and the customers
 * (the rule by which waits are learned: wait/learning.ts).
 */
function learnLead(s: RoutingState, contact: ContactRow, inTime: boolean): void {
  const queue = s.queues.at(contact.queue)
  const policy = policyOf(queue)
  if (policy === undefined || contact.test || s.pools.at(queue.pool).learningOff) return
  const by = inTime ? policy.nuisanceShareBp : policy.nuisanceShareBp - 10_000
  const figures = figuresOf(s, queue)
  const moved = figures.leadBp + Math.trunc((leadStep * by) / 10_000)
  s.dialFigures.update(figures, { leadBp: Math.max(leadBpMin, Math.min(leadBpMax, moved)) })
}

/** What a dial tells of how long customers take to answer, and how many do. */
export function learnDial(
  s: RoutingState,
  contact: ContactRow,
  human: boolean,
  time: number,
): void {
  const queue = s.queues.at(contact.queue)
  if (contact.test || s.pools.at(queue.pool).learningOff) return
  const { requestedAt } = s.callbacks.at(contact.callback)
  const figures = figuresOf(s, queue)
  const took = human ? time - requestedAt : figures.answerMs
  s.dialFigures.update(figures, {
    answerMs: figures.answerMs + Math.trunc((took - figures.answerMs) / 8),
    reachBp: figures.reachBp + Math.trunc(((human ? 10_000 : 0) - figures.reachBp) / 16),
  })
}
