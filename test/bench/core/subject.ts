import type { Command } from '@evenkeel/routing/core'

/** What the load must know of what was decided, to choose the next command. */
export interface Listener {
  offered(contactId: string, agentId: string, offerId: string): void
  /** The offer is over and the contact is back in its queue. */
  returned(contactId: string): void
  accepted(contactId: string): void
  connected(contactId: string): void
  ended(contactId: string): void
  presence(agentId: string, ready: boolean): void
}

/**
 * Something that routes: the core, or the floor that it is compared with. Both are given the same
 * commands.
 */
export interface Subject {
  /** Decides one command; only this is timed. */
  apply(command: Command, time: number): void
  /** What has fallen due by now; false: that was all of it. */
  tick(time: number): boolean
  /** Tells what the last call decided. */
  tell(listener: Listener): void
  /** Rows written by the last call. */
  touched(): number
}
