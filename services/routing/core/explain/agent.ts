import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isInactive, isOutOfReach } from '../agent/availability.ts'
import { standingOf } from '../agent/roster.ts'
import type { DutySpan } from '../commands.ts'
import { noChannel } from '../contact/hold.ts'
import { capacity, NEVER } from '../limits.ts'
import type { AgentRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { type Channel, channels } from '../words.ts'
import { pauseText } from './ended.ts'
import { about, many } from './spoken.ts'
import { channelWords, leftOf, queueOf } from './subject.ts'
import { outOfReach, tooOld } from './waiting.ts'

/** Why an agent is idle, or busy. */

export interface AgentExplanation {
  readonly sentence: string
  readonly eligibleWaiting: number
  readonly eligibleQueueIds: readonly string[]
}

export function explainAgent(s: RoutingState, agent: AgentRow, at: Moment): AgentExplanation {
  const queues = new Set<string>()
  let waiting = 0
  if (agent.supplyClass !== NONE) {
    for (const request of s.eligibility.requestsOf(agent.supplyClass)) {
      waiting += s.waiting.size(request)
      queues.add(idOf(s.queues.at(s.requestClasses.at(request).queue).id))
    }
  }
  return {
    sentence: agentSentence(s, agent, waiting, at),
    eligibleWaiting: waiting,
    eligibleQueueIds: [...queues].sort((a, b) => (a < b ? -1 : 1)),
  }
}

/** Channels of the profile of which something is true, in words. */
function channelsThat(agent: AgentRow, that: (channel: Channel) => boolean): string {
  const found = channels.filter((channel, k) => (agent.profileWeights[k] ?? 0) > 0 && that(channel))
  return found.map((channel) => channelWords[channel].many).join(' and ')
}

/** What keeps work from whoever is ready; '': nothing does. */
function limitsOf(s: RoutingState, agent: AgentRow, time: number): string {
  const id = idOf(agent.id)
  const said: string[] = []
  const closed = agent.leavingMs > 0 ? closedSentence(s, agent, time) : ''
  if (closed !== '') said.push(closed)
  if (agent.activeChannels === noChannel) {
    const left = about(Math.max(0, agent.activeUntil - time))
    said.push(` ${id} is in training (${agent.activeReason}), for another ${left} at most.`)
  } else if (agent.activeChannels > 0) {
    const active = channelsThat(agent, (channel) => !isInactive(agent, channel))
    const only = active === '' ? 'none of the channels' : `only ${active}`
    const until = `for another ${about(Math.max(0, agent.activeUntil - time))}`
    said.push(` For now ${id} is given ${only} (${agent.activeReason}), ${until}.`)
  } else if (agent.onRequest > 0) {
    const asked = channelsThat(agent, (channel) => isInactive(agent, channel))
    said.push(` ${id} is given ${asked} only while somebody has asked ${id} to work on them.`)
  }
  const out = channelsThat(agent, (channel) => isOutOfReach(agent, channel))
  if (out !== '')
    said.push(
      ` For ${out} the phone or screen of ${id} cannot be reached, ` +
        `so ${id} gets none until it is tried again.`,
    )
  if (agent.aside > 0) {
    const what = agent.aside === 1 ? '1 contact is' : `${agent.aside} contacts are`
    said.push(` ${what} set aside; before ${id} has gone on with that only calls and chats come.`)
  }
  if (agent.externalLoad > 0)
    said.push(` Calls outside this system take ${shareOf(agent.externalLoad, id)}.`)
  return said.join('')
}

const shareOf = (load: number, id: string): string =>
  load >= capacity ? `all that ${id} can do at once` : `${load}% of what ${id} can do at once`

function agentSentence(s: RoutingState, agent: AgentRow, waiting: number, at: Moment): string {
  if (agent.presence !== 'ready') return absentSentence(s, agent, at.time)
  return `${readySentence(s, agent, waiting, at)}${limitsOf(s, agent, at.time)}`
}

function absentSentence(s: RoutingState, agent: AgentRow, time: number): string {
  const id = idOf(agent.id)
  const { forcedBy, holdUntil, pauseReason, presence } = agent
  const who = forcedBy === '' ? '' : ` ${forcedBy} wants it so (${pauseReason}).`
  const left = about(Math.max(0, holdUntil - time))
  const held = holdUntil === NEVER ? '' : ` Only a supervisor can end that within ${left} from now.`
  if (presence === 'signedOut') {
    return `${id} is not at work, and gets nothing before signing in.${who}${held}`
  }
  if (presence === 'draining') {
    const open = many(s.workOf.size(agent.slot), 'open contact')
    const why = agent.removed ? `, since ${pauseText('profile_removed')}` : ''
    return `${id} finishes ${open}, gets nothing new, and leaves then${why}.${who}${held}`
  }
  const reason = forcedBy === '' ? `: ${pauseText(pauseReason)}` : ` by ${forcedBy}: ${pauseReason}`
  return `${id} is paused${reason}. Until ${id} is ready again nothing is offered.${held}`
}

function readySentence(s: RoutingState, agent: AgentRow, waiting: number, at: Moment): string {
  const id = idOf(agent.id)
  const open = s.workOf.size(agent.slot)
  const rest = waiting === 0 ? 'nothing' : waiting === 1 ? '1 contact' : `${waiting} contacts`
  const others = `${rest} that ${id} is skilled for ${waiting > 1 ? 'wait' : 'waits'}`
  if (agent.openOffer !== NONE) return offerSentence(s, agent, at)
  if (agent.guarded) return leavingSentence(s, agent, at.time)
  if (agent.load > 0) {
    const busy = `${id} works on ${many(open, 'contact')}`
    return `${busy}, which ${open === 1 ? 'takes' : 'take'} ${shareOf(agent.load, id)}; ${others}.`
  }
  const pool = s.pools.at(agent.pool)
  if (waiting > 0 && pool.offersOff) {
    const { switchActor, switchReason } = pool
    const off = `${switchActor} has switched all offers off (${switchReason})`
    return `${id} is free; ${off}, so nothing is offered until somebody switches them on again.`
  }
  if (waiting > 0 && pool.profilesTooOldSince > 0) {
    const until = 'until what the agents can do is known'
    return `${id} is free; nothing is offered ${until}: ${tooOld(pool)}.`
  }
  if (waiting > 0 && pool.brokenChannels > 0) {
    return `${id} is free. ${outOfReach}; it is tried again every few seconds.`
  }
  return waiting === 0
    ? `${id} is free: ${others}.`
    : `${id} is free; what waits is kept for other agents or must not go to ${id}.`
}

const what: Record<DutySpan['followedBy'], (id: string) => string> = {
  break: (id) => `the break of ${id}`,
  meal: (id) => `the meal of ${id}`,
  meeting: (id) => `a meeting of ${id}`,
  training: (id) => `a training of ${id}`,
  off: (id) => `the time off of ${id}`,
}

/** Of whoever is about to leave by the roster, or away by it. */
function leavingSentence(s: RoutingState, agent: AgentRow, time: number): string {
  const id = idOf(agent.id)
  const { kind, span, next } = standingOf(agent.duty, time, s.guards.of(agent.pool))
  const absence = what[span?.followedBy ?? 'off'](id)
  const open =
    agent.load === 0 ? '' : ` ${id} finishes ${many(s.workOf.size(agent.slot), 'contact')}.`
  if (kind === 'leaving' && span) {
    const left = about(span.until - time)
    return `By the roster ${absence} begins in ${left}, so ${id} gets nothing new before.${open}`
  }
  const back = next === NEVER ? '' : `, and ends in ${about(next - time)}`
  return (
    `By the roster ${absence} has begun${back}: ${id} gets nothing new, ` +
    `unless ${id} says to be ready all the same.${open}`
  )
}

/** Of whoever is in the guard time of some queues; '': of none that the agent serves. */
function closedSentence(s: RoutingState, agent: AgentRow, time: number): string {
  const { span } = standingOf(agent.duty, time, s.guards.of(agent.pool))
  const queues = new Set<string>()
  for (const request of s.eligibility.requestsOf(agent.supplyClass)) {
    const { queue } = s.requestClasses.at(request)
    if (s.eligibility.isClosed(agent.supplyClass, request)) queues.add(idOf(s.queues.at(queue).id))
  }
  if (span === undefined || queues.size === 0) return ''
  const absence = what[span.followedBy](idOf(agent.id))
  const some = queues.size === 1 ? `queue ${[...queues].join('')}` : many(queues.size, 'queue')
  const begins = `By the roster ${absence} begins in ${about(span.until - time)}`
  return ` ${begins}, so nothing new of ${some} comes before.`
}

function offerSentence(s: RoutingState, agent: AgentRow, at: Moment): string {
  const id = idOf(agent.id)
  const contact = s.contacts.get(s.offers.at(agent.openOffer).contact)
  if (contact === undefined) return `${id} has an offer to answer.`
  const what = `contact ${idOf(contact.id)} of ${queueOf(s, contact)}`
  const unanswered = `unless ${id} answers within ${leftOf(contact, at)}`
  return `${id} has an offer to answer: ${what}; ${unanswered}, it goes to somebody else.`
}
