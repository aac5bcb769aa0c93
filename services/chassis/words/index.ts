/** The words that the cores of all services share. Order is part of the stored form: append only. */

export const channels = [
  'voice',
  'chat',
  'email',
  'messaging',
  'social',
  'post',
  'fax',
  'task',
] as const
export type Channel = (typeof channels)[number]

/**
 * Customers wait on the line, and leave: staffed for waiting, and there only once media is up. The
 * others are staffed for being due, and work begins at acceptance.
 */
export const isLive = (channel: Channel): boolean => channel === 'voice' || channel === 'chat'

/** Each agent's budget; a contact of a channel takes the channel's weight. */
export const capacity = 100
