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

/** Customers wait on the line, and leave: staffed for waiting. All others are, for being due. */
export const isLive = (channel: Channel): boolean => channel === 'voice' || channel === 'chat'
