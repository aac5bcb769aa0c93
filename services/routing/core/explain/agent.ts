import { NONE } from '@evenkeel/chassis/table'
import { isInactive, isOutOfReach } from '../agent/availability.ts'
import { pauseText } from '../contact/ended.ts'
import { outOfReach } from './explain.ts'
import { NEVER } from '../limits.ts'
import type { AgentRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { type Channel, channels } from '../words.ts'

/** Why an agent is idle, or busy. */

export interface AgentExplanation {
  readonly sentence: string
  readonly eligibleWaiting: number
  readonly eligibleQueueIds: readonly string[]
}

export function explainAgent(s: RoutingState, agent: AgentRow): AgentExplanation {
  const queues = new Set<string>()
  let waiting = 0
  if (agent.supplyClass !== NONE) {
    for (const request of s.eligibility.requestsOf(agent.supplyClass)) {
      waiting += s.waiting.size(request)
      queues.add(idOf(s.queues.at(s.requestClasses.at(request).queue).id))
    }
  }
  return {
    sentence: agentSentence(s, agent, waiting),
    eligibleWaiting: waiting,
    eligibleQueueIds: [...queues].sort((a, b) => (a < b ? -1 : 1)),
  }
}

/** Channels of the profile of which something is true, in words. */
function channelsThat(agent: AgentRow, that: (channel: Channel) => boolean): string {
  const found = channels.filter((channel, k) => (agent.profileWeights[k] ?? 0) > 0 && that(channel))
  return found.join(' and ')
}

/** What keeps work from whoever is ready; '': nothing does. */
function limitsOf(agent: AgentRow): string {
  const id = idOf(agent.id)
  const said: string[] = []
  if (agent.activeChannels > 0) {
    const active = channelsThat(agent, (channel) => !isInactive(agent, channel))
    const only = active === '' ? 'none of the channels' : `only ${active}`
    said.push(` For now ${id} is given ${only} (${agent.activeReason}).`)
  }
  const out = channelsThat(agent, (channel) => isOutOfReach(agent, channel))
  if (out !== '') said.push(` For ${out} the phone or screen of ${id} cannot be reached.`)
  if (agent.aside > 0) {
    const what = agent.aside === 1 ? '1 contact is' : `${agent.aside} contacts are`
    said.push(` ${what} set aside; before ${id} has gone on with that only calls and chats come.`)
  }
  if (agent.externalLoad > 0) said.push(` Direct calls take ${agent.externalLoad} of 100.`)
  return said.join('')
}

function agentSentence(s: RoutingState, agent: AgentRow, waiting: number): string {
  if (agent.presence !== 'ready') return absentSentence(s, agent)
  return `${readySentence(s, agent, waiting)}${limitsOf(agent)}`
}

function absentSentence(s: RoutingState, agent: AgentRow): string {
  const id = idOf(agent.id)
  const open = s.workOf.size(agent.slot)
  const { forcedBy, holdUntil, pauseReason, presence } = agent
  const who = forcedBy === '' ? '' : ` ${forcedBy} wants it so (${pauseReason}).`
  const held = holdUntil === NEVER ? '' : ' Only a supervisor can end that before its time is over.'
  if (presence === 'signedOut') return `${id} is not at work.${who}${held}`
  if (presence === 'draining')
    return `${id} finishes ${open} open contacts and leaves.${who}${held}`
  const reason = forcedBy === '' ? `: ${pauseText(pauseReason)}` : ` by ${forcedBy}: ${pauseReason}`
  return `${id} is paused${reason}.${held}`
}

function readySentence(s: RoutingState, agent: AgentRow, waiting: number): string {
  const id = idOf(agent.id)
  const open = s.workOf.size(agent.slot)
  if (agent.openOffer !== NONE) return `${id} has an offer to answer.`
  if (agent.load > 0) {
    const busy = `${id} works on ${open} contacts, which take ${agent.load} of 100`
    return `${busy}; ${waiting} that ${id} is skilled for wait.`
  }
  if (waiting > 0 && s.pools.at(agent.pool).offersOff) {
    const { switchActor, switchReason } = s.pools.at(agent.pool)
    return `${id} is free; ${switchActor} has switched all offers off (${switchReason}).`
  }
  if (waiting > 0 && s.pools.at(agent.pool).brokenChannels > 0) {
    return `${id} is free. ${outOfReach}.`
  }
  return waiting === 0
    ? `${id} is free: nothing that ${id} is skilled for waits.`
    : `${id} is free; what waits is kept for other agents or must not go to ${id}.`
}
