import { destinationRefused } from '../contact/other-queue.ts'
import type { Outcome } from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import { closedRefusal } from '../contact/admission.ts'
import type { StartConsult, TransferContact } from '../commands.ts'
import { needs } from '../contact/contact.ts'
import type { RoutingEvent } from '../events.ts'
import { excludeFor, mayName } from '../contact/exclusion.ts'
import { remember } from '../contact/history.ts'
import { leaveWork } from '../contact/interruption.ts'
import { entryRefused, type Newcomer } from '../queue/entry.ts'
import { isOpen } from '../queue/hours.ts'
import { durations, limits, NEVER } from '../limits.ts'
import { newLeg, tellStarted } from './start.ts'
import { closeLeg, openLegOf, parentFor } from './legs.ts'
import { isSkilled } from '../matching/classes.ts'
import { wrapUp } from '../contact/media.ts'
import { placeKey } from '../contact/place-key.ts'
import { changeContact, enterQueue } from '../contact/placement.ts'
import type { AgentRow, ContactRow, StoryRow } from '../schema.ts'
import { idOf, keyOf, type RoutingState } from '../state.ts'
import { changeStory } from '../contact/story.ts'
import { accept, reject, type Turn } from '../turn.ts'

/** An expert is asked, and the agent keeps the contact. */
export function startConsult(s: RoutingState, c: StartConsult, turn: Turn): Outcome<RoutingEvent> {
  const parent = parentFor(s, c, turn)
  if (!('slot' in parent)) return parent
  const queue = s.queues.find(c.pool, c.queueId)
  if (!queue) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: c.queueId })
  if (!isOpen(s, queue, turn.at.time)) {
    return { ok: false, rejection: closedRefusal(s, queue, turn.at.time) }
  }
  // Whoever asks is not asked; and whom the customer must not have, the expert is not either.
  const excluded = keptFrom(s, parent)
  const full = entryRefused(s, newcomer(c, parent, excluded), queue, turn.at.time)
  if (full) return { ok: false, rejection: full }
  if (s.exclusions.size + excluded.length > s.exclusions.cap) {
    return reject('TOO_MANY', { cap: 'exclusions', limit: limits.exclusions })
  }
  if (!excluded.every((agent) => mayName(s, agent))) {
    return reject('TOO_MANY', { cap: 'exclusionsPerAgent', limit: limits.exclusionsPerAgent })
  }
  const leg = newLeg(s, c, parent, queue, 'consulting', turn)
  if (!('slot' in leg)) return { ok: false, rejection: leg }
  for (const agent of excluded) excludeFor(s, leg, agent, NEVER)
  tellStarted(s, leg, turn)
  enterQueue(s, leg, turn)
  return accept(turn, c.contactId)
}

const newcomer = (c: StartConsult, parent: ContactRow, excluded: readonly string[]): Newcomer => ({
  ...{ pool: c.pool, requirements: c.requirements, priority: parent.priority, onLine: true },
  ...{ preferredAgentIds: [], holdOutMs: 0, excludedAgentIds: excluded.map(idOf) },
})

function keptFrom(s: RoutingState, parent: ContactRow): string[] {
  const pool = s.pools.at(parent.pool).id
  const named = parent.excluded === '' ? [] : parent.excluded.split(' ')
  const keys = new Set(named.map((id) => keyOf(pool, id)))
  return [...keys.add(s.agents.at(parent.agent).id)]
}

/** A warm transfer: the expert who was consulted gets the contact. */
export function transferToExpert(
  s: RoutingState,
  c: TransferContact,
  contact: ContactRow,
  consultContactId: string,
  turn: Turn,
): Outcome<RoutingEvent> {
  if (contact.state !== 'connected') return needs(contact, ['connected'])
  const story = openLegOf(s, contact)
  const consult = story?.leg === 'consult' ? s.contacts.at(story.contact) : undefined
  if (story === undefined || consult?.id !== keyOf(c.pool, consultContactId)) {
    const fields = { contact_id: c.contactId, consult_contact_id: consultContactId }
    return reject('CONSULT_UNKNOWN', fields)
  }
  if (consult.state !== 'connected') return needs(consult, ['connected'])
  const asked = idOf(s.queues.at(consult.queue).id)
  const refused = destinationRefused(s, c.pool, asked, contact.channel)
  if (refused) return { ok: false, rejection: refused }
  const expert = s.agents.at(consult.agent)
  if (!isSkilled(s, expert, consult)) {
    const fields = { agent_id: idOf(expert.id), contact_id: c.contactId }
    return reject('ASSIGN_REFUSED', { ...fields, constraint: 'levelTooLow', skill_id: '' })
  }
  handOver(s, contact, story, turn)
  changeContact(s, contact, { lastRequestId: c.requestId })
  return accept(turn, c.contactId)
}

/** The expert may have the contact that is being taken from its agent: the story of the consult. */
export function heirOf(s: RoutingState, contact: ContactRow): StoryRow | undefined {
  const story = openLegOf(s, contact)
  if (story?.leg !== 'consult' || !story.mayTakeOver) return undefined
  const consult = s.contacts.at(story.contact)
  if (consult.state !== 'connected' || consult.channel !== contact.channel) return undefined
  return isSkilled(s, s.agents.at(consult.agent), consult) ? story : undefined
}

/**
 * Contact and consult change agents and queues: the expert has the customer, the former agent
 * writes up what is the consult's id from now on. Both are of one channel, so each agent's load
 * stays what it is, and nobody needs room.
 */
export function handOver(s: RoutingState, contact: ContactRow, story: StoryRow, turn: Turn): void {
  const { time, uptime } = turn.at
  const consult = s.contacts.at(story.contact)
  const owner = s.agents.at(contact.agent)
  const expert = s.agents.at(consult.agent)
  closeLeg(s, story, 'handedOver', turn)
  for (const one of [contact, consult]) {
    remember(s, one, 'handedOver', time)
    leaveWork(s, one, s.agents.at(one.agent))
    if (one.offer === NONE) continue
    s.offers.update(s.offers.at(one.offer), { forgetAt: uptime + durations.retainOffer })
  }
  const queue = s.queues.at(consult.queue)
  const given = belongings(consult)
  const left = belongings(contact)
  const shared = { offer: NONE, stateSince: time, takenAt: time }
  if (given.queue !== left.queue) changeStory(s, contact, { queueEnteredAt: time })
  changeContact(s, contact, {
    ...shared,
    ...given,
    key: placeKey(s, queue, contact.enteredAt, contact.priority),
    dueTime: time + queue.policy.handleLimitMs,
    ...chosen(expert, 'consulted'),
  })
  changeContact(s, consult, { ...shared, ...left, ...chosen(owner, 'consulted') })
  countHandOver(s, contact, expert)
  turn.events.push({
    kind: 'contactTransferred',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    queueId: idOf(queue.id),
    fromAgentId: idOf(owner.id),
    toAgentId: idOf(expert.id),
    consultContactId: idOf(consult.id),
  })
  wrapUp(s, consult, turn)
}

const belongings = (contact: ContactRow) => ({
  agent: contact.agent,
  weight: contact.weight,
  queue: contact.queue,
  requestClass: contact.requestClass,
  ownRequirements: contact.ownRequirements,
})

const chosen = (agent: AgentRow, chosenBy: 'consulted') => ({
  chosenAgentId: idOf(agent.id),
  chosenBy,
  runnersUp: '',
  chosenIdleMs: 0,
})

/** It is an assignment like any other. */
function countHandOver(s: RoutingState, contact: ContactRow, expert: AgentRow): void {
  const pool = s.pools.at(contact.pool)
  s.pools.update(pool, { assignments: pool.assignments + 1 })
  assert(isSkilled(s, expert, contact), 'the skill floor is never relaxed')
}
