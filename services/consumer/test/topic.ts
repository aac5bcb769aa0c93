import { Event as LogEvent } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { decodeRecord } from '../decode.ts'
import type { Incoming } from '../partition.ts'
import type { Events } from '../index.ts'

export const incarnation = '00000000000000aa'

/** Event `n` of a log in which each record decides two. */
export const idOf = (n: number, log = incarnation, partition = 0): string =>
  `${log}/${partition}/${Math.floor(n / 2) + 1}/${n % 2}`

export function eventBytes(n: number, log = incarnation, partition = 0): Uint8Array {
  const value = { contactId: `c${n}`, held: true }
  const kind = { $case: 'contactHeld', value } as const
  const body = Buffer.from(RoutingEvent.encode({ kind }).finish())
  return LogEvent.encode({ id: idOf(n, log, partition), pool: 'p', timeMs: n, body }).finish()
}

/** A topic's partition 0 with these values, as a reader gets it. */
export const topicOf = (
  values: readonly (Uint8Array | null)[],
  first = 0,
): Incoming<Events['routing']>[] =>
  values.map((value, i) => ({
    ...decodeRecord('routing', 0, { position: first + i, value }),
    value,
  }))
