import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Arrival, ChannelName } from '../day/day.ts'
import type { Cancel } from './scheduler.ts'

/**
 * A customer's matter as the platform handles it: what was drawn for it, what is known, what is
 * due.
 */
export interface Case {
  readonly arrival: Arrival
  readonly channel: ChannelName
  /** Newest version told. */
  latest: Contact | undefined
  /** Since when the customer has been on the line; a second call begins anew. */
  onLineSince: number
  /** Patience is out then; cancelled while an agent has it or the customer waits to be called. */
  hangUp: Cancel | undefined
  /** The callback offer that the customer has been told of. */
  askedOf: number | undefined
  /** The customer has accepted a callback, and may lose faith in it. */
  callAgain: Cancel | undefined
  /** What the media does next, and in which state that was decided. */
  media: { readonly key: string; readonly cancel: Cancel } | undefined
  /** The switch has lost the customer's leg: nothing is heard of it any more. */
  lost: boolean
  /** Attempts dialled so far: the index of the next of the arrival's dials. */
  dials: number
}

export function openCase(arrival: Arrival, channel: ChannelName): Case {
  return {
    arrival,
    channel,
    latest: undefined,
    onLineSince: arrival.atMs,
    hangUp: undefined,
    askedOf: undefined,
    callAgain: undefined,
    media: undefined,
    lost: false,
    dials: 0,
  }
}
