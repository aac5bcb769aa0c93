import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type AgentRow, idOf, isLive } from '@evenkeel/routing/core'
import { isBlended } from './blended.ts'
import type { WireCommand } from './calls.ts'
import { pool } from './plan.ts'
import { agentWith, contactsIn, type Scene } from './scene.ts'
import type { VoiceOf } from './voices.ts'

/** Mail for whoever is free, and calls for whoever works on it: in some seeds, where nothing else makes them meet. */
export const blending: VoiceOf = (chance) => {
  const speaks = chance.happens(0.4)
  let count = 0
  const arrives = (s: Scene, live: boolean): WireCommand | undefined => {
    const queue = s.chance.any(s.plan.queues.filter((one) => isLiveOne(one.channel) === live))
    if (queue === undefined) return undefined
    count += 1
    const what = { pool, contactId: `y${count}`, queueId: queue.queueId }
    return { $case: 'submitContact', value: SubmitContactRequest.fromPartial(what) }
  }
  return (s) => {
    if (!(speaks || isBlended(s.plan)) || !s.chance.happens(0.5)) return undefined
    if (s.chance.happens(0.3)) return hangUp(s)
    if (s.chance.happens(0.5)) return accept(s)
    const writing = agentWith(s, (a) => yieldsAny(a) && a.openOffer < 0)
    return arrives(s, writing !== undefined && yieldsAny(writing))
  }
}

const isLiveOne = (channel: Channel): boolean =>
  channel === Channel.CHANNEL_VOICE || channel === Channel.CHANNEL_CHAT

const yieldsAny = (agent: AgentRow): boolean => agent.yieldsToCall + agent.yieldsToChat > 0

export function accept(s: Scene): WireCommand | undefined {
  const agent = agentWith(s, (a) => a.openOffer >= 0)
  if (agent === undefined || agent.openOffer < 0) return undefined
  const offerId = s.state.offers.at(agent.openOffer).id
  return { $case: 'acceptOffer', value: { pool, agentId: idOf(agent.id), offerId } }
}

/** Whom something is aside for is done. */
function hangUp(s: Scene): WireCommand | undefined {
  const waiting = new Set(contactsIn(s, 'interrupted').map(({ agent }) => agent))
  const live = contactsIn(s, 'connecting', 'connected').filter(
    ({ agent, channel }) => isLive(channel) && waiting.has(agent),
  )
  const contact = s.chance.any(live)
  if (contact === undefined) return undefined
  const agentId = idOf(s.state.agents.at(contact.agent).id)
  return { $case: 'completeContact', value: { pool, contactId: idOf(contact.id), agentId } }
}
