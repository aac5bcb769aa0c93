import { isForLater } from '../alternatives/away.ts'
import { alternativesSentence, laterSentence } from './alternatives.ts'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isInactive, isOutOfReach } from '../agent/availability.ts'
import { unreachableSince } from '../agent/breaker.ts'
import { asked, parkedSentence, switchedOff, timedSentence, whatFor } from './callback.ts'
import { endedSentence } from '../contact/ended.ts'
import { NEVER } from '../limits.ts'
import { isExcluded } from '../matching/choose.ts'
import { levelOf } from '../matching/eligibility.ts'
import { hasRoom } from '../matching/free.ts'
import { statusOf } from '../queue/state.ts'
import { openLegOf } from '../legs/legs.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { idOf, isQueued, type RoutingState } from '../state.ts'
import { isTimed } from '../callback/step-ahead.ts'
import { storyOf } from '../contact/story.ts'
import { about } from './spoken.ts'
import { unreachable } from '../turn.ts'
import { aheadOf, waitOf } from '../wait/wait.ts'
import type { ExpectedWait } from '../wait/model.ts'
import { channels, type DivertCause, type OfferRule } from '../words.ts'

export type ConstraintKind =
  | 'channel'
  | 'skillMissing'
  | 'levelTooLow'
  | 'excluded'
  | 'notReady'
  | 'busy'
  | 'holdOut'
  | 'unreachable'

export interface ConstraintCount {
  readonly kind: ConstraintKind
  /** '' unless it is about a skill. */
  readonly skillId: string
  readonly agents: number
}

export interface ContactExplanation {
  readonly sentence: string
  readonly position: number
  readonly wait: ExpectedWait | undefined
  readonly constraints: readonly ConstraintCount[]
}

/** The first thing that keeps an agent from a contact, undefined if nothing does. */
export function constraintOf(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
): { kind: ConstraintKind; skillId: string } | undefined {
  const request = s.requestClasses.at(contact.requestClass)
  const channel = channels.indexOf(contact.channel)
  if ((agent.profileWeights[channel] ?? 0) === 0 || isInactive(agent, contact.channel)) {
    return { kind: 'channel', skillId: '' }
  }
  const supply = agent.supplyClass === NONE ? undefined : s.supplyClasses.at(agent.supplyClass)
  for (const { skillId, minimumLevel } of request.requirements) {
    const level = supply ? levelOf(supply.levels, skillId) : 0
    if (level === 0) return { kind: 'skillMissing', skillId }
    if (level < minimumLevel) return { kind: 'levelTooLow', skillId }
  }
  if (isExcluded(s, contact, agent)) return { kind: 'excluded', skillId: '' }
  if (agent.presence !== 'ready') return { kind: 'notReady', skillId: '' }
  if (isOutOfReach(agent, contact.channel)) return { kind: 'unreachable', skillId: '' }
  if (!hasRoom(agent, channel, agent.weights[channel] ?? 0)) return { kind: 'busy', skillId: '' }
  return contact.heldOut ? { kind: 'holdOut', skillId: '' } : undefined
}

/** Why a contact is where it is. Reads every signed-in agent of the pool: for people who ask, not for machines that poll. */
export function explainContact(
  s: RoutingState,
  contact: ContactRow,
  at: Moment,
): ContactExplanation {
  const queued = isQueued(contact.state) || contact.state === 'callbackWaiting'
  const constraints = queued ? countConstraints(s, contact) : []
  const position = queued ? aheadOf(s, contact) + 1 : 0
  const wait = queued ? waitOf(s, contact, at.time) : undefined
  return {
    sentence: contactSentence(s, contact, { time: at.time, position, wait, constraints }),
    position,
    wait,
    constraints,
  }
}

function countConstraints(s: RoutingState, contact: ContactRow): readonly ConstraintCount[] {
  const counts = new Map<string, { kind: ConstraintKind; skillId: string; agents: number }>()
  for (let a = s.agentsOfPool.first(contact.pool); a !== NONE; a = s.agentsOfPool.next(a)) {
    const agent = s.agents.at(a)
    if (agent.presence === 'signedOut') continue
    const found = constraintOf(s, contact, agent)
    if (!found) continue
    const name = `${found.kind} ${found.skillId}`
    const count = counts.get(name) ?? { ...found, agents: 0 }
    count.agents += 1
    counts.set(name, count)
  }
  return [...counts.values()].sort((x, y) =>
    x.agents === y.agents ? (x.kind < y.kind ? -1 : 1) : y.agents - x.agents,
  )
}

interface Waiting {
  readonly time: number
  readonly position: number
  readonly wait: ExpectedWait | undefined
  readonly constraints: readonly ConstraintCount[]
}

function contactSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  return `${placeSentence(s, contact, w)}${legSentence(s, contact)}`
}

function placeSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  const who = contact.agent === NONE ? '' : idOf(s.agents.at(contact.agent).id)
  switch (contact.state) {
    case 'offered':
      return `${who} was chosen because ${reasonOf(contact)}, and has not answered yet.`
    case 'connecting':
      return `${who} was chosen because ${reasonOf(contact)}; the two are being connected.`
    case 'connected':
      return `${who} was chosen because ${reasonOf(contact)}.`
    case 'wrapUp':
      return `The conversation is over; ${who}, chosen because ${reasonOf(contact)}, writes it up.`
    case 'dialling':
      return diallingSentence(s, contact, who)
    case 'interrupted':
      return asideSentence(contact, who, w.time)
    case 'held':
      return 'The contact is on hold until the customer answers.'
    case 'callbackWaiting':
      return parkedSentence(s, contact, w.time)
    case 'customerHeld':
      return heldSentence(s, contact)
    case 'waiting':
    case 'dialable':
      return waitingSentence(s, contact, w)
    case 'merged':
      return `The customer called again; this is contact ${contact.mergedInto} now.`
    case 'completed':
    case 'abandoned':
    case 'expired':
    case 'cancelled':
      return endedSentence(contact)
    default:
      return unreachable(contact.state)
  }
}

function asideSentence(contact: ContactRow, who: string, time: number): string {
  const left = about(Math.max(0, contact.dueTime - time))
  return (
    `${who} has set it aside for a customer on the line and goes on with it as soon as there is ` +
    `room, before any other work; if there is none for ${left} more, it goes back to its queue.`
  )
}

function diallingSentence(s: RoutingState, contact: ContactRow, who: string): string {
  const scheduled = s.callbacks.at(contact.callback).attemptState === 'scheduled'
  if (who === '') {
    return 'An agent will soon be free, so the customer is already being called.'
  }
  return scheduled
    ? `${who} is reserved for the callback, which is made as soon as another call may go out.`
    : `${who} is reserved for the callback, and the customer is being called.`
}

/** Of a customer who has answered before an agent was free. */
function heldSentence(s: RoutingState, contact: ContactRow): string {
  const answered = 'The customer was called and has answered before an agent was free'
  const told = s.callbacks.at(contact.callback).messageAt === NEVER
  const message = told ? ', and has been asked to wait' : ''
  return `${answered}${message}; the next agent who is skilled for it takes the call.`
}

/** What it is to another contact, or what another is to it. */
function legSentence(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story?.leg === 'consult') {
    const of = story.parentId
    return story.parent === NONE
      ? ` It was a consult about contact ${of}.`
      : ` It is a consult: whoever has contact ${of} asks for help and keeps the customer.`
  }
  if (story?.leg === 'channelSwitch') {
    return ` It is contact ${story.parentId} on another channel, where the agent went on.`
  }
  const leg = openLegOf(s, contact)
  if (leg === undefined) return ''
  const id = idOf(leg.id)
  return leg.leg === 'consult'
    ? ` An expert is being consulted about it (contact ${id}).`
    : ` Its agent is with the customer on another channel meanwhile (contact ${id}).`
}

function waitingSentence(s: RoutingState, contact: ContactRow, w: Waiting): string {
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const what = whatFor(contact, callback)
  const otherwise = alternativesSentence(s, contact)
  const offered = `${callback ? asked[callback.status] : ''}${otherwise}`
  if (contact.awaitsOpening) return `${what} ${openingSentence(s, contact, w.time)}${offered}`
  if (callback?.pending === true && isTimed(callback)) {
    return `${timedSentence(contact, w.position)}${otherwise}`
  }
  if (isForLater(s, contact, w.time)) return `${laterSentence(s, contact, w.time)}${otherwise}`
  if (contact.heldOut) {
    return `${what} for a preferred agent (${contact.preferred}), who cannot take it yet.${offered}`
  }
  const stopped = stoppedSentence(s, contact)
  if (stopped !== undefined)
    return `${what} in place ${w.position}, which is kept. ${stopped}${offered}`
  const wait =
    w.wait === undefined
      ? unknownWait(s, contact, w.constraints)
      : `the wait is about ${minutes(w.wait.p50)}`
  const reasons = w.constraints.slice(0, 3).map(constraintText).join(', ')
  const why = reasons === '' ? '' : ` Of the agents at work ${reasons}.`
  const raised =
    contact.escalatedAt > 0 ? ' Offers of it were in vain, so it has been escalated.' : ''
  const sent = divertedText(s, contact)
  const moved = movedText(s, contact)
  return `${what} in place ${w.position}; ${wait}.${why}${sent}${raised}${moved}${offered}`
}

/** What it waits for whose queue is closed. */
function openingSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const status = statusOf(s.queues.at(contact.queue))
  if (status === undefined) return 'for its queue to open, at the same place.'
  const { actor, reason } = status
  const opens = contact.holdOutUntil - time
  const when = contact.holdOutUntil === NEVER ? '' : `, and it opens in ${minutes(opens)}`
  return `at the same place: ${actor} has closed the queue (${reason})${when}.`
}

/** What else than its order of arrival has given it its place. */
function movedText(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story === undefined) return ''
  const reason = story.priorityWhy === '' ? '' : ` (${story.priorityWhy})`
  const way = contact.priority > story.priorityWas ? 'forward' : 'back'
  const moved =
    story.priorityAt === 0 ? '' : ` ${story.priorityBy} has moved it ${way} in the queue${reason}.`
  const found =
    story.need === ''
      ? ''
      : ` It came to this queue by the rule ${story.classifiedBy}, for the need ${story.need}.`
  return `${found}${moved}`
}

export const outOfReach =
  'The phones or screens of the agents cannot be reached, so nobody is offered anything'

/** Why nobody is offered anything; undefined: somebody may be. */
function stoppedSentence(s: RoutingState, contact: ContactRow): string | undefined {
  const pool = s.pools.at(contact.pool)
  if (pool.offersOff) {
    return `Nobody is offered anything at the moment: ${switchedOff(pool)}.`
  }
  if (unreachableSince(s, pool, contact.channel) === undefined) return undefined
  return `${outOfReach}; it is tried again every few seconds.`
}

/** Why nothing can be said of the wait. */
function unknownWait(
  s: RoutingState,
  contact: ContactRow,
  constraints: readonly ConstraintCount[],
): string {
  if (constraints.some(({ kind }) => kind === 'notReady' || kind === 'busy')) {
    return 'of those who have the skills for it nobody is ready, so nobody knows how long'
  }
  return s.staffing.of(contact.requestClass) === 'nobodyKnown'
    ? 'no agent is known who has the skills for it'
    : 'nobody at work has the skills for it'
}

const diversions: Record<DivertCause, string> = {
  none: '',
  closed: 'which was closed',
  limit: 'which took nobody more',
  unstaffed: 'where nobody at work could serve it',
}

/** How it came to be in this queue, if not by itself. */
function divertedText(s: RoutingState, contact: ContactRow): string {
  const story = storyOf(s, contact)
  if (story === undefined || story.divertedFrom === NONE) return ''
  const from = idOf(s.queues.at(story.divertedFrom).id)
  return ` It was sent to ${from}, ${diversions[story.divertedBy]}.`
}

const minutes = (ms: number): string =>
  ms < 90_000 ? `${Math.trunc(ms / 1000)} seconds` : `${Math.trunc((ms + 30_000) / 60_000)} minutes`

function constraintText(c: ConstraintCount): string {
  const many = c.agents === 1 ? '1 is' : `${c.agents} are`
  const have = c.agents === 1 ? '1 has' : `${c.agents} have`
  switch (c.kind) {
    case 'channel':
      return `${many} not on this channel`
    case 'skillMissing':
      return `${have} no ${c.skillId}`
    case 'levelTooLow':
      return `${have} too little ${c.skillId}`
    case 'excluded':
      return `${many} left out for this contact`
    case 'notReady':
      return `${many} paused or about to leave`
    case 'busy':
      return `${many} busy`
    case 'unreachable':
      return `${many} there, but the phone or screen cannot be reached`
    case 'holdOut':
      return `${many} free, but the contact is held back for a while`
    default:
      return unreachable(c.kind)
  }
}

const reasons: Record<OfferRule, string> = {
  preferred: 'the contact prefers this agent',
  tightestFit: 'this agent had just enough room for it, so that others stay free for calls',
  longestIdle: 'of the skilled agents with room this one had been free the longest',
  onlyOne: 'nobody else skilled for it had room',
  nextContact: 'this agent became free and the contact was the next in line',
  leastFlexible: 'of the skilled agents with room this one can do the least else',
  bestSkilled: 'of the skilled agents with room this one has the highest levels in what it needs',
  loadFairness: 'the others of equal claim have had their share of contacts this hour',
  assigned: 'a supervisor gave it to this agent',
  consulted: 'this agent had been consulted about it, and it was handed over',
  interruption: 'nobody skilled for it was free, and this agent could set other work aside for it',
  channelSwitch: 'this agent already had the customer on another channel',
  variety: 'the others of equal claim have just had several of this kind in a row',
}

const reasonOf = (contact: ContactRow): string => reasons[contact.chosenBy]

/** Why this agent got the offer, for the agent's desk. */
export const offerReason = (rule: OfferRule): string => `You were chosen because ${reasons[rule]}.`
