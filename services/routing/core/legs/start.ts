import { NONE } from '@evenkeel/chassis/table'
import type { SpanOutcome } from '../words.ts'
import type { StartConsult, SwitchChannel } from '../commands.ts'
import { historyWith } from '../contact/history.ts'
import { yieldNoMore } from '../contact/interruption.ts'
import {
  internRequestClass,
  requestClassesFull,
  requirementsText,
  touchRequestClass,
} from '../matching/classes.ts'
import { placeKey } from '../contact/place-key.ts'
import { changeContact } from '../contact/placement.ts'
import type { ContactRow, QueueRow } from '../schema.ts'
import { keyOf, nextSeq, idOf, type RoutingState } from '../state.ts'
import { changeStory } from '../contact/story.ts'
import { blankContact } from '../contact/submit.ts'
import type { Turn } from '../turn.ts'
import { contactFacts } from '../view.ts'
import type { Rejection } from '@evenkeel/chassis/protocol'

/**
 * A leg as it begins: a contact in its queue's class, with what its parent has learned, and tied to
 * the parent. It waits nowhere yet.
 */
export function newLeg(
  s: RoutingState,
  c: StartConsult | SwitchChannel,
  parent: ContactRow,
  queue: QueueRow,
  outcome: SpanOutcome,
  turn: Turn,
): ContactRow | Rejection {
  const { time } = turn.at
  const requestClass = internRequestClass(s, queue, c.requirements)
  if (requestClass === NONE) return requestClassesFull
  const { attributes, customerKey, addressKey, conversationId, excluded, priority } = parent
  const leg = s.contacts.insert({
    ...blankContact,
    ...{ attributes, customerKey, addressKey, conversationId, excluded, priority },
    references: parent.references,
    source: parent.source,
    test: parent.test,
    id: keyOf(c.pool, c.legContactId),
    pool: parent.pool,
    queue: queue.slot,
    requestClass,
    channel: queue.channel,
    seq: nextSeq(s),
    fingerprint: c.fingerprint,
    enteredAt: time,
    key: placeKey(s, queue, time, priority),
    state: 'waiting',
    stateSince: time,
    createdAt: time,
    expiresAt: time + queue.policy.timeToLiveMs,
    ownRequirements: requirementsText(c.requirements),
  })
  touchRequestClass(s, requestClass, time)
  changeStory(s, leg, {
    leg: c.kind === 'startConsult' ? 'consult' : 'channelSwitch',
    parent: parent.slot,
    parentId: idOf(parent.id),
    mayTakeOver: c.kind === 'startConsult' && c.expertMayTakeOver,
    history: historyWith(s, parent, outcome, time),
  })
  // With an expert, or with the customer elsewhere: its agent is not to be called away from that.
  yieldNoMore(s, parent)
  changeContact(s, parent, {})
  return leg
}

export function tellStarted(s: RoutingState, leg: ContactRow, turn: Turn): void {
  const contact = contactFacts(s, leg, turn.at)
  turn.events.push({ kind: 'legStarted', pool: contact.pool, contact })
}
