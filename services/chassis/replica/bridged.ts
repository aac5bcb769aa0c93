import type { BridgeRule } from '../protocol/core.ts'
import { NAME_BYTES_MAX } from '../protocol/limits.ts'
import type { EventId, Passage } from '../protocol/record.ts'
import { decodeEnvelope, eventId } from './record.ts'
import { Undecodable, WireReader } from './wire.ts'

// What is to be known of another service's event before anybody decides by it, and of a record of
// one that nobody can decode.

/** What a leader makes of an entry of an events stream. */
export type Seen =
  /** Nobody's event, and why. */
  | { readonly kind: 'foreign'; readonly why: string }
  | {
      readonly kind: 'event'
      readonly id: EventId
      /** When it was decided; undefined where that can't be read. */
      readonly timeMs: number | undefined
      /** Of use here. What can't be read is: the runner says what is wrong with it. */
      readonly means: boolean
      /** Of a kind that this version has heard of. */
      readonly known: boolean
    }

/**
 * Events begin with their id, whatever a newer version has put behind it; what does not is none of
 * ours, and a record of it would halt every replica for something that no service has said.
 */
export function seen<Command>(rule: BridgeRule<Command>, bytes: Uint8Array, number: number): Seen {
  let id: EventId
  try {
    const text = firstId(bytes)
    const [, partition] = text.split('/')
    if (partition !== String(number)) return { kind: 'foreign', why: `${text} belongs elsewhere` }
    id = eventId(text)
  } catch (error) {
    if (error instanceof Undecodable) return { kind: 'foreign', why: error.message }
    throw error
  }
  try {
    const { body, timeMs } = decodeEnvelope(bytes)
    const means = rule.decode(body) !== undefined
    return { kind: 'event', id, timeMs, means, known: means || rule.knows(body) }
  } catch {
    return { kind: 'event', id, timeMs: undefined, means: true, known: true }
  }
}

/**
 * Which step of which bridge a record would have been that can't be decoded; undefined: it is none,
 * or not even that can be read of it. The step is written around the event, and the event's id
 * before anything that a newer version may have changed.
 */
export function passageOf(record: Uint8Array): Passage | undefined {
  try {
    const reader = new WireReader(record)
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === 1) reader.bytes()
      else if (field >= 2 && field <= 5) reader.integer()
      else return field === 14 ? passageIn(new WireReader(reader.bytes())) : undefined
    }
    return undefined
  } catch (error) {
    if (error instanceof Undecodable) return undefined
    throw error
  }
}

function passageIn(reader: WireReader): Passage | undefined {
  let source = ''
  let prev = 0
  let position = 0
  let event: EventId | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) source = reader.text(NAME_BYTES_MAX)
    else if (field === 2) prev = reader.integer()
    else if (field === 3) position = reader.integer()
    else if (field === 4) event = eventId(firstId(reader.bytes()))
    else return undefined
  }
  return event && { source, prev, position, event }
}

function firstId(event: Uint8Array): string {
  const reader = new WireReader(event)
  if (reader.field() !== 1) throw new Undecodable('no event begins so')
  const text = reader.text(NAME_BYTES_MAX)
  eventId(text)
  return text
}
