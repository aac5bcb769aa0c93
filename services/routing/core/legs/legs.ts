import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { StartConsult, SwitchChannel } from '../commands.ts'
import { needs, resumeWithOwner } from '../contact/contact.ts'
import type { RoutingEvent } from '../events.ts'
import { limits } from '../limits.ts'
import { wrapUp } from '../contact/media.ts'
import { changeContact, endContact } from '../contact/placement.ts'
import { resolveContact, tombstoneId } from '../contact/resolve.ts'
import type { AgentRow, ContactRow, StoryRow } from '../schema.ts'
import { idOf, keyOf, type RoutingState } from '../state.ts'
import { storyOf } from '../contact/story.ts'
import { accept, reject, type Turn } from '../turn.ts'
import type { LegEnd, LegKind } from '../words.ts'

/**
 * Legs: contacts that belong to another one. A consult lasts while its parent is connected with the
 * agent who asked; a switch of channel while its parent is on hold for it. A contact has one open
 * leg at most, and whatever moves the parent on closes it first.
 */

/** What a contact is, or was, to another; 'none': a contact of its own. */
export const legOf = (s: RoutingState, contact: ContactRow): LegKind =>
  storyOf(s, contact)?.leg ?? 'none'

/** Figures are of customers who came: legs and tests are left out. */
export const isCounted = (s: RoutingState, contact: ContactRow): boolean =>
  !contact.test && legOf(s, contact) === 'none'

/** The story of the open leg of a contact. */
export function openLegOf(s: RoutingState, contact: ContactRow): StoryRow | undefined {
  const slot = s.openLegs.first(contact.slot)
  return slot === NONE ? undefined : s.stories.at(slot)
}

/** What a contact is an open leg of. */
function ownLeg(s: RoutingState, contact: ContactRow): StoryRow | undefined {
  const story = storyOf(s, contact)
  return story === undefined || story.parent === NONE ? undefined : story
}

/** A consult that nobody asks for any more: there is nobody to bring an expert to. */
export const isSpent = (s: RoutingState, contact: ContactRow): boolean =>
  legOf(s, contact) === 'consult' && ownLeg(s, contact) === undefined

export function closeLeg(s: RoutingState, story: StoryRow, end: LegEnd, turn: Turn): void {
  const parent = s.contacts.at(story.parent)
  const leg = s.contacts.at(story.contact)
  s.stories.update(story, { parent: NONE })
  changeContact(s, parent, {})
  changeContact(s, leg, {})
  turn.events.push({
    kind: 'legEnded',
    pool: s.pools.at(leg.pool).id,
    contactId: idOf(leg.id),
    parentContactId: story.parentId,
    leg: story.leg,
    end,
  })
}

/**
 * The parent is no longer with its agent as it was; to be called before it moves. Its consult is
 * over: who is connected to it writes it up. A customer on another channel stays there.
 */
export function leaveLeg(s: RoutingState, parent: ContactRow, turn: Turn): void {
  const story = openLegOf(s, parent)
  if (story === undefined) return
  closeLeg(s, story, 'parentLeft', turn)
  const leg = s.contacts.at(story.contact)
  if (story.leg !== 'consult') return
  if (leg.state === 'connected') wrapUp(s, leg, turn)
  else endContact(s, leg, 'cancelled', 'parentLeft', turn)
}

/** A contact is over for whoever it was a leg for: its end, or for a consult its wrap-up. */
export function endOwnLeg(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const story = ownLeg(s, contact)
  if (story !== undefined) closeLeg(s, story, 'over', turn)
}

/**
 * A contact has been taken from its agent. The customer on another channel is no longer with the
 * agent, so what was put on hold for it goes on, if there is room.
 */
export function legReleased(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  turn: Turn,
): void {
  const story = ownLeg(s, contact)
  if (story?.leg !== 'channelSwitch') return
  const parent = s.contacts.at(story.parent)
  closeLeg(s, story, 'over', turn)
  if (parent.state === 'held' && parent.agent === agent.slot) resumeWithOwner(s, parent, turn)
}

/** A call that is on hold itself loses its agent: what is on hold for it stays so, by itself. */
export function leaveSwitch(s: RoutingState, contact: ContactRow, turn: Turn): void {
  if (legOf(s, contact) === 'channelSwitch') endOwnLeg(s, contact, turn)
}

type LegCommand = StartConsult | SwitchChannel

/** The contact that a leg is asked for; or the answer, if that is known already. */
export function parentFor(
  s: RoutingState,
  c: LegCommand,
  turn: Turn,
): ContactRow | Outcome<RoutingEvent> {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  const known = s.contacts.find(c.pool, c.legContactId)
  if (known) {
    const repeated = c.fingerprint === known.fingerprint
    return repeated
      ? accept(turn, c.legContactId)
      : reject('CONTACT_EXISTS', { contact_id: c.legContactId })
  }
  const tombstone = s.tombstones.get(tombstoneId(keyOf(c.pool, c.legContactId)))
  if (tombstone) {
    return reject('CONTACT_ENDED', { contact_id: c.legContactId, state: tombstone.state })
  }
  const early = s.earlyEnds.find(c.pool, c.legContactId)
  if (early) return reject('CONTACT_ENDED', { contact_id: c.legContactId, state: early.state })
  const parent = resolveContact(s, c)
  if (!('slot' in parent)) return parent
  if (parent.state !== 'connected') return needs(parent, ['connected'])
  if (idOf(s.agents.at(parent.agent).id) !== c.agentId) {
    return reject('CONTACT_NOT_YOURS', { contact_id: c.contactId, agent_id: c.agentId })
  }
  if (openLegOf(s, parent) !== undefined) {
    return reject('TOO_MANY', { cap: 'openLegsPerContact', limit: limits.openLegsPerContact })
  }
  if (s.contacts.size >= s.contacts.cap) {
    return reject('TOO_MANY', { cap: 'contacts', limit: limits.contacts })
  }
  const kind = legOf(s, parent)
  const nested = c.kind === 'startConsult' ? kind === 'consult' : kind !== 'none'
  return nested ? reject('LEG_NESTED', { contact_id: c.contactId, leg: kind }) : parent
}
