import type { Channel } from '../core/index.ts'
import { Story } from './story.ts'

type Weights = Partial<Record<Channel, number>>

export const blended: Weights = { voice: 100, chat: 30, email: 20 }

/** Queues of three channels; nobody at work yet. */
export function centre(): Story {
  const s = new Story()
  s.queue('calls')
  s.queue('web', { channel: 'chat', policy: { serviceLevelTargetMs: 60_000 } })
  s.queue('mail', { channel: 'email', policy: { serviceLevelTargetMs: 4 * 3_600_000 } })
  return s
}

/** An agent who has work of these queues already. */
export function busy(
  s: Story,
  agentId: string,
  queues: readonly string[],
  weights = blended,
): void {
  s.agent(agentId, {}, weights)
  for (const [i, queueId] of queues.entries()) {
    const contactId = `${agentId}-${i}`
    s.submit(contactId, queueId, { preferredAgentIds: [agentId] })
    s.accept(agentId)
    if (queueId !== 'mail') s.media(contactId, 'answered')
  }
}
