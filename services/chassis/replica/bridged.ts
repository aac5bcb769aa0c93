import type { BridgeRule } from '../protocol/core.ts'
import { NAME_BYTES_MAX } from '../protocol/limits.ts'
import type { EventId, Passage } from '../protocol/record.ts'
import { decodeEnvelope, eventId } from './record.ts'
import { Undecodable, WireReader } from './wire.ts'

// What is to be known of another service's event before anybody decides by it, and of a record of
// one that nobody can decode.

/**
 * Why bytes on an events stream are nobody's event; undefined: they have an event's id. Events
 * begin with it, whatever a newer version has put behind it.
 */
export function foreignness(bytes: Uint8Array, partition: number): string | undefined {
  try {
    const text = firstId(bytes)
    return text.split('/')[1] === String(partition) ? undefined : `${text} belongs elsewhere`
  } catch (error) {
    if (error instanceof Undecodable) return error.message
    throw error
  }
}

/**
 * Whether a published event means anything to a bridge. What can't be read does: the runner then
 * says what is wrong with it, where everybody sees it.
 */
export function meansSomething<Command>(rule: BridgeRule<Command>, event: Uint8Array): boolean {
  try {
    return rule.decode(decodeEnvelope(event).body) !== undefined
  } catch {
    return true
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
