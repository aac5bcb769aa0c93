import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import type { Channel } from '../words.ts'
import { about, floorsText } from './spoken.ts'

/** What a sentence is about: the contact by its kind, queue and needs, and its agent. */

export const channelWords: Record<Channel, { readonly one: string; readonly many: string }> = {
  voice: { one: 'call', many: 'calls' },
  chat: { one: 'chat', many: 'chats' },
  email: { one: 'email', many: 'emails' },
  messaging: { one: 'message', many: 'messages' },
  social: { one: 'social media post', many: 'social media posts' },
  post: { one: 'letter', many: 'letters' },
  fax: { one: 'fax', many: 'faxes' },
  task: { one: 'task', many: 'tasks' },
}

export const queueOf = (s: RoutingState, contact: ContactRow): string =>
  `the queue ${idOf(s.queues.at(contact.queue).id)}`

/** ' for an agent with tax from level 3'; '': anybody may have it. */
export function needsOf(s: RoutingState, contact: ContactRow): string {
  const { requirements } = s.requestClasses.at(contact.requestClass)
  return requirements.length === 0 ? '' : ` for an agent with ${floorsText(requirements)}`
}

/** 'call', or 'callback' while its customer is to be called back. */
export function kindOf(s: RoutingState, contact: ContactRow): string {
  const isCallback = contact.callback !== NONE && s.callbacks.at(contact.callback).pending
  return isCallback ? 'callback' : channelWords[contact.channel].one
}

/** 'this call of the queue tax (for an agent with tax from level 3)'. */
export function subjectOf(s: RoutingState, contact: ContactRow, first = 'this'): string {
  const needs = needsOf(s, contact)
  const asks = needs === '' ? '' : ` (${needs.slice(1)})`
  return `${first} ${kindOf(s, contact)} of ${queueOf(s, contact)}${asks}`
}

/** The agent who has it, or had it last; '': nobody yet. */
export const agentOf = (s: RoutingState, contact: ContactRow): string =>
  contact.agent === NONE ? contact.chosenAgentId : idOf(s.agents.at(contact.agent).id)

/** Until the deadline of its state, in words. */
export function leftOf(contact: ContactRow, { time, uptime }: Moment): string {
  return about(Math.max(0, Math.min(contact.dueTime - time, contact.dueUptime - uptime)))
}
