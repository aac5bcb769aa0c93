import { NONE } from '@evenkeel/chassis/table'
import { isCounted } from '../legs/legs.ts'
import { placeKey } from '../contact/place-key.ts'
import type { ContactRow, QueueRow, RequestClassRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { overtakingWithin } from '../callback/step-ahead.ts'
import {
  corrected,
  gapNow,
  knownWaitsMin,
  learnFreed,
  learnPlaces,
  learnTold,
  learnWait,
  ownWaitsMin,
} from './learning.ts'
import {
  type ExpectedWait,
  isLikelyAbove,
  plainDistribution,
  quantile,
  quantilesOf,
  type WaitDistribution,
  waitDistribution,
} from './model.ts'

/** Contacts before this one in its queue, callbacks among them. */
export const aheadOf = (s: RoutingState, contact: ContactRow): number =>
  s.inQueue.setOf(contact.slot) === NONE ? 0 : s.inQueue.rank(contact.slot)

/**
 * From now until an agent answers, of a contact with `ahead` others before it. Undefined: unknown,
 * nobody at work is skilled for it. `self`: the contact itself, if it is in the queue already.
 */
function waitFrom(
  s: RoutingState,
  request: RequestClassRow,
  ahead: number,
  time: number,
  self: number,
): WaitDistribution | undefined {
  const places = s.staffing.placesFor(request.slot)
  if (places === 0) return undefined
  const queue = s.queues.at(request.queue)
  const { handleMs } = queue
  if (queue.waitsSeen < knownWaitsMin) return plainDistribution(ahead, places, handleMs)
  const levels = request.waitsSeen < ownWaitsMin ? queue : request
  const first = s.waiting.first(request.slot)
  const head = first === self && first !== NONE ? s.waiting.next(first) : first
  const facts = {
    ahead,
    places,
    serving: s.servingOfRequest.size(request.slot),
    recentMs: levels.waitRecentMs,
    longMs: levels.waitLongMs,
    headMs: head === NONE ? 0 : Math.max(0, time - s.contacts.at(head).enteredAt),
    gapMs: gapNow(queue, time),
    handleMs,
  }
  const model = byRoster(s, request, places, waitDistribution(facts))
  const overtaking = overtakingWithin(s, queue, request.slot, model.meanMs, time)
  if (overtaking === 0) return model
  return byRoster(s, request, places, waitDistribution({ ...facts, ahead: ahead + overtaking }))
}

/**
 * The model goes by how the last contacts fared, when others may have been there than by the roster
 * will be: its mean is theirs, times how many places there were for each that there is now.
 */
function byRoster(
  s: RoutingState,
  request: RequestClassRow,
  places: number,
  model: WaitDistribution,
): WaitDistribution {
  if (!s.pools.at(request.pool).rostered || request.placesSeen === 0) return model
  const more = request.placesSeen / (1_000 * places)
  return { ...model, meanMs: model.meanMs * Math.min(placesRatioMax, Math.max(1, more)) }
}

/** Fewer places than one of so many tell of another day, not of a break. */
const placesRatioMax = 10

/** The model's own mean is kept apart, since that is what the correction is learned from. */
const correctedIn = (queue: QueueRow, model: WaitDistribution): WaitDistribution => ({
  ...model,
  meanMs: corrected(queue, model.meanMs),
})

/** How many would be before a contact that came now. */
export function aheadOfNewcomer(
  s: RoutingState,
  queue: QueueRow,
  priority: number,
  time: number,
): number {
  const key = placeKey(s, queue, time, priority)
  const next = s.inQueue.atOrAfter(queue.slot, key, Number.MAX_SAFE_INTEGER)
  return next === NONE ? s.inQueue.size(queue.slot) : s.inQueue.rank(next)
}

/** What a contact that came now would wait. */
export function waitOfNewcomer(
  s: RoutingState,
  request: RequestClassRow,
  priority: number,
  time: number,
): ExpectedWait | undefined {
  const queue = s.queues.at(request.queue)
  const model = waitFrom(s, request, aheadOfNewcomer(s, queue, priority, time), time, NONE)
  return model && quantilesOf(correctedIn(queue, model), queue)
}

/** How much longer a contact in the queue will wait. */
export function waitOf(
  s: RoutingState,
  contact: ContactRow,
  time: number,
): ExpectedWait | undefined {
  const found = remaining(s, contact, time)
  return found && quantilesOf(found, s.queues.at(contact.queue))
}

/** What is promised to whoever keeps the place: how long it will take, but for the few misses that its queue allows itself. */
export function promisedWait(
  s: RoutingState,
  contact: ContactRow,
  time: number,
): number | undefined {
  const found = remaining(s, contact, time)
  return found && Math.trunc(quantile(found, s.queues.at(contact.queue).promiseZ))
}

function remaining(
  s: RoutingState,
  contact: ContactRow,
  time: number,
): WaitDistribution | undefined {
  // How fast a queue will be once it opens, its pace of before does not tell.
  if (contact.awaitsOpening) return undefined
  const request = s.requestClasses.at(contact.requestClass)
  const model = waitFrom(s, request, aheadOf(s, contact), time, contact.slot)
  return model && correctedIn(s.queues.at(contact.queue), model)
}

/** How much longer, as a distribution in the light of what its queue has learned; undefined: unknown. */
export interface Outlook {
  readonly wait: ExpectedWait
  isLikelyAbove(limitMs: number, levelBp: number): boolean
}

const outlookIn = (queue: QueueRow, found: WaitDistribution): Outlook => ({
  wait: quantilesOf(found, queue),
  isLikelyAbove: (limitMs, levelBp) => isLikelyAbove(found, queue, limitMs, levelBp),
})

/** The outlook of a contact in the queue; undefined: unknown. */
export function outlookOf(s: RoutingState, contact: ContactRow, time: number): Outlook | undefined {
  const found = remaining(s, contact, time)
  return found && outlookIn(s.queues.at(contact.queue), found)
}

export const comesNow = (contact: ContactRow, time: number): boolean =>
  contact.waitModelMs === 0 && contact.createdAt === time

/**
 * The outlook of a contact that nobody takes now. As it comes, what it could be told is kept, to be
 * compared with what it waits.
 */
export function foresee(s: RoutingState, contact: ContactRow, time: number): Outlook | undefined {
  if (!comesNow(contact, time)) return outlookOf(s, contact, time)
  const request = s.requestClasses.at(contact.requestClass)
  const known = !contact.awaitsOpening
  const model = known ? waitFrom(s, request, aheadOf(s, contact), time, contact.slot) : undefined
  if (model === undefined) {
    s.contacts.update(contact, { waitModelMs: NONE })
    return undefined
  }
  const queue = s.queues.at(contact.queue)
  const outlook = outlookIn(queue, correctedIn(queue, model))
  const told = outlook.wait
  s.contacts.update(contact, {
    waitModelMs: Math.max(1, Math.trunc(model.meanMs)),
    waitP50Ms: told.p50,
    waitP80Ms: told.p80,
    waitP95Ms: told.p95,
  })
  return outlook
}

/** What could be told of its wait as it came; undefined: it did not wait, or nothing was known. */
export const toldWait = (contact: ContactRow): ExpectedWait | undefined =>
  contact.waitModelMs > 0
    ? { p50: contact.waitP50Ms, p80: contact.waitP80Ms, p95: contact.waitP95Ms }
    : undefined

/**
 * An agent answered a contact that had waited on the line: its queue and class learn. Callbacks
 * teach nothing, since when they are answered is up to the dialling too; nor do contacts that were
 * held out, which waited for one agent.
 */
export function learnAnswer(s: RoutingState, contact: ContactRow, time: number): void {
  const live = contact.callback === NONE || s.callbacks.at(contact.callback).acceptedAt === 0
  const queue = s.queues.at(contact.queue)
  const taught = contact.waitModelMs !== 0 && live && contact.preferred === ''
  if (!taught || s.pools.at(queue.pool).learningOff) return
  const waitMs = time - contact.createdAt
  const request = s.requestClasses.at(contact.requestClass)
  const told = toldWait(contact)
  s.queues.update(queue, learnWait(queue, waitMs))
  if (told) s.queues.update(queue, learnTold(queue, told, contact.waitModelMs, waitMs))
  const places = 1_000 * s.staffing.placesFor(request.slot)
  s.requestClasses.update(request, {
    ...learnWait(request, waitMs),
    placesSeen: learnPlaces(request.placesSeen, places),
  })
}

/** An agent has given up a contact that was being worked on. */
export function learnPace(s: RoutingState, contact: ContactRow, time: number): void {
  const queue = s.queues.at(contact.queue)
  const idle = !isCounted(s, contact) || contact.handledSince === 0
  if (!idle && !s.pools.at(queue.pool).learningOff) s.queues.update(queue, learnFreed(queue, time))
}
