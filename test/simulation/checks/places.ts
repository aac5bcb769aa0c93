import type { QueuePolicy } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import { askedBy, type Entry } from './entry.ts'
import { keyOf, unbent } from './submitted.ts'

/** What is promised of a contact's place, by its entry in the ledger. */

/** Its first key, and with a cap on overtaking the last that it may have. */
export function placeBy(policy: QueuePolicy, enteredAt: number, priority: number) {
  const key = keyOf(policy, enteredAt, priority)
  const capped = (policy.order?.overtakingMax ?? 0) > 0
  return { key, latest: capped ? Math.max(key, unbent(policy, enteredAt)) : key }
}

/** What a contact's place is, within what it was promised; once seen it stays so. */
export function keepPlace(entry: Entry, key: number): void {
  const kept = key >= entry.key && key <= entry.latest
  must(kept, () => `${entry.id} has lost its place: ${key}, it was given ${entry.key}`)
  entry.key = key
  entry.latest = key
}

/** As often in vain as its queue said, once, and with the priority that this is worth. */
export function escalated(
  entry: Entry,
  e: { readonly queueId: string; readonly priority: number; readonly offersMade: number },
  from: QueuePolicy,
  to: QueuePolicy,
): void {
  const { escalation } = from
  const { id, priority, offers } = entry
  must(escalation !== undefined && !entry.escalated, () => `${id} is escalated without a reason`)
  if (escalation === undefined) return
  const enough = offers >= escalation.afterOffers && offers === e.offersMade
  must(enough, () => `${id} is escalated after ${offers} of ${escalation.afterOffers} offers`)
  const worth = Math.min(100, priority + escalation.priorityBump)
  must(e.priority === worth, () => `${id} is worth ${worth} after escalation, not ${e.priority}`)
  entry.escalated = true
  entry.priority = e.priority
  const place = placeBy(to, entry.enteredAt, e.priority)
  const moved = e.queueId !== entry.queueId
  const first = moved ? place.key : Math.min(entry.key, place.key)
  // In its queue it keeps the floors that it came with, whatever the queue asks for by now.
  if (moved) Object.assign(entry, askedBy(to, entry.own))
  entry.latest = Math.max(first, place.latest)
  entry.key = first
  entry.queueId = e.queueId
}

/** Another priority by a supervisor's word: more is never later, less is never earlier. */
export function prioritized(entry: Entry, priority: number, policy: QueuePolicy): void {
  must(priority !== entry.priority, () => `${entry.id} is told to have another priority`)
  const more = priority > entry.priority
  const place = placeBy(policy, entry.enteredAt, priority)
  const better = more ? Math.min : Math.max
  entry.priority = priority
  entry.key = better(entry.key, place.key)
  entry.latest = better(entry.latest, place.latest)
}
