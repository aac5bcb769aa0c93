import type { Channel } from '../words.ts'

/** Work that yields to a call or a chat; contact/interruption.ts. */
export interface Interruptible {
  /** Live ones, which are never interrupted themselves: there is one level only. */
  readonly byChannels: readonly Channel[]
  /** Contacts of a higher priority are not interrupted. */
  readonly priorityMax: number
  /** Aside for longer it goes back to its queue. */
  readonly resumeWithinMs: number
  /** While the same agent has it. */
  readonly timesMax: number
}
