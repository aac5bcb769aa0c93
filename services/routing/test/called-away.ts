import type { Interruptible } from '../core/index.ts'
import { Story } from './story.ts'

export const minute = 60_000
export const all = { voice: 100, chat: 30, email: 50, task: 50, fax: 4 } as const
export const byCalls: Interruptible = {
  byChannels: ['voice'],
  priorityMax: 0,
  resumeWithinMs: 30 * minute,
  timesMax: 1,
}

/** Emails yield to calls; chats and tasks of the same agents neither yield nor call away. */
export function office(more: Partial<Interruptible> = {}): Story {
  const s = new Story()
  s.queue('calls', { policy: { wrapUpMs: 0 } })
  s.queue('chats', { channel: 'chat' })
  s.queue('tasks', { channel: 'task' })
  s.queue('fax', { channel: 'fax', policy: { interruptible: byCalls } })
  s.queue('mail', { channel: 'email', policy: { interruptible: { ...byCalls, ...more } } })
  return s
}

/** Ann works on an email, for a minute now. */
export function writing(more: Partial<Interruptible> = {}): Story {
  const s = office(more)
  s.agent('ann', { tax: 3 }, all)
  s.submit('mail-1', 'mail')
  s.accept('ann')
  s.pass(minute)
  return s
}

/** And is on the phone for a minute now, the email aside. */
export function calledAway(more: Partial<Interruptible> = {}): Story {
  const s = writing(more)
  s.submit('call-1', 'calls')
  s.talk('ann')
  s.pass(minute)
  return s
}

export const stateOf = (s: Story, contactId: string): string => s.contact(contactId).state
