import type { ServiceCore } from '../protocol/core.ts'
import { NAME_BYTES_MAX, SKIP_REASON_BYTES_MAX } from '../protocol/limits.ts'
import type {
  ActivateLogic,
  Bare,
  Body,
  EventId,
  Genesis,
  Join,
  LogRecord,
  MoveBridge,
  Skip,
  Tick,
} from '../protocol/record.ts'
import { Undecodable, WireReader, WireWriter } from './wire.ts'

// evenkeel.log.v1.Record and Event, between bytes and the protocol's own union. The field numbers
// are log.proto's; a test
// holds both against the generated code.

/** What this replica writes. Commands and bridged events are bytes of somebody else. */
export type DraftBody =
  | Genesis
  | Join
  | Tick
  | { readonly kind: 'published'; readonly through: number }
  | {
      readonly kind: 'bridge'
      readonly source: string
      readonly prev: number
      readonly position: number
      readonly event: Uint8Array
    }
  | { readonly kind: 'command'; readonly bytes: Uint8Array }
  | ActivateLogic
  | Skip
  | MoveBridge
  | Bare

export interface Draft {
  readonly replica: string
  readonly epoch: number
  readonly sequence: number
  readonly notAfterMs: number
  readonly clockMs: number
  readonly body: DraftBody
}

const writer = new WireWriter()
const inner = new WireWriter()

export function encodeRecord(draft: Draft): Uint8Array {
  writer.begin()
  inner.begin()
  writer.text(1, draft.replica)
  writer.integer(2, draft.epoch)
  writer.integer(3, draft.sequence)
  writer.integer(4, draft.notAfterMs)
  writer.integer(5, draft.clockMs)
  writeBody(draft.body)
  return writer.finish()
}

function writeBody(body: DraftBody): void {
  switch (body.kind) {
    case 'genesis':
      inner.text(1, body.incarnation)
      inner.integer(2, body.partitions)
      inner.text(3, body.service)
      return writer.bytes(10, inner.finish())
    case 'join':
      inner.text(1, body.bootNonce)
      inner.integer(2, body.supportedLogic)
      return writer.bytes(11, inner.finish())
    case 'tick':
      inner.text(1, body.incarnation)
      inner.integer(2, body.offset)
      inner.text(3, body.chain)
      return writer.bytes(12, inner.finish())
    case 'published':
      inner.integer(1, body.through)
      return writer.bytes(13, inner.finish())
    case 'bridge':
      inner.text(1, body.source)
      inner.integer(2, body.prev)
      inner.integer(3, body.position)
      if (body.event.length > 0) inner.bytes(4, body.event)
      return writer.bytes(14, inner.finish())
    case 'continue':
      return writer.bytes(15, inner.finish())
    case 'command':
      return writer.bytes(16, body.bytes)
    case 'claim':
      return writer.bytes(17, inner.finish())
    case 'release':
      return writer.bytes(18, inner.finish())
    case 'alive':
      return writer.bytes(19, inner.finish())
    case 'activateLogic':
      inner.integer(1, body.logic)
      return writer.bytes(20, inner.finish())
    case 'skip':
      inner.integer(1, body.offset)
      inner.text(2, body.digest)
      inner.text(3, body.reason)
      return writer.bytes(21, inner.finish())
    case 'moveBridge':
      inner.text(1, body.source)
      inner.integer(2, body.prev)
      inner.integer(3, body.position)
      inner.text(4, body.incarnation)
      inner.text(5, body.reason)
      return writer.bytes(22, inner.finish())
    default:
      return body satisfies never
  }
}

/** The envelope of one event; equal input gives equal bytes. */
export function encodeEnvelope(
  id: string,
  pool: string,
  timeMs: number,
  body: Uint8Array,
): Uint8Array {
  writer.begin()
  writer.text(1, id)
  writer.text(2, pool)
  writer.integer(3, timeMs)
  if (body.length > 0) writer.bytes(4, body)
  return writer.finish()
}

/** Throws Undecodable when the bytes are no record that this version fully understands. */
export function decodeRecord<State, Command, Event>(
  bytes: Uint8Array,
  service: ServiceCore<State, Command, Event>,
): LogRecord<Command> {
  const reader = new WireReader(bytes)
  let replica = ''
  let epoch = 0
  let sequence = 0
  let notAfterMs = 0
  let clockMs = 0
  let body: Body<Command> | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) replica = reader.text(NAME_BYTES_MAX)
    else if (field === 2) epoch = reader.integer()
    else if (field === 3) sequence = reader.integer()
    else if (field === 4) notAfterMs = reader.integer()
    else if (field === 5) clockMs = reader.integer()
    else if (body !== undefined) throw new Undecodable('a record with two bodies')
    else body = decodeBody(field, reader, service)
  }
  if (body === undefined) throw new Undecodable('a record without a body')
  return { replica, epoch, sequence, notAfterMs, clockMs, body }
}

function decodeBody<State, Command, Event>(
  field: number,
  reader: WireReader,
  service: ServiceCore<State, Command, Event>,
): Body<Command> {
  switch (field) {
    case 10:
      return decodeGenesis(new WireReader(reader.bytes()))
    case 11:
      return decodeJoin(new WireReader(reader.bytes()))
    case 12:
      return decodeTick(new WireReader(reader.bytes()))
    case 13:
      return decodePublished(new WireReader(reader.bytes()))
    case 14:
      return decodeBridge(new WireReader(reader.bytes()), service)
    case 15:
      return bare('continue', reader)
    case 16:
      return { kind: 'command', command: service.codec.decodeCommand(reader.bytes()) }
    case 17:
      return bare('claim', reader)
    case 18:
      return bare('release', reader)
    case 19:
      return bare('alive', reader)
    case 20:
      return decodeActivateLogic(new WireReader(reader.bytes()))
    case 21:
      return decodeSkip(new WireReader(reader.bytes()))
    case 22:
      return decodeMoveBridge(new WireReader(reader.bytes()))
    default:
      throw reader.unknown('Record', field)
  }
}

function decodeGenesis(reader: WireReader): Genesis {
  let incarnation = ''
  let partitions = 0
  let service = ''
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) incarnation = hexadecimal(reader.text(16))
    else if (field === 2) partitions = reader.integer()
    else if (field === 3) service = reader.text(NAME_BYTES_MAX)
    else throw reader.unknown('Genesis', field)
  }
  return { kind: 'genesis', incarnation, partitions, service }
}

function decodeJoin(reader: WireReader): Join {
  let bootNonce = ''
  let supportedLogic = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) bootNonce = reader.text(NAME_BYTES_MAX)
    else if (field === 2) supportedLogic = reader.integer()
    else throw reader.unknown('Join', field)
  }
  return { kind: 'join', bootNonce, supportedLogic }
}

function decodeTick(reader: WireReader): Tick {
  let incarnation = ''
  let offset = 0
  let chain = ''
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) incarnation = reader.text(16)
    else if (field === 2) offset = reader.integer()
    else if (field === 3) chain = hexadecimal(reader.text(16))
    else throw reader.unknown('Tick', field)
  }
  return { kind: 'tick', incarnation, offset, chain }
}

function decodeActivateLogic(reader: WireReader): ActivateLogic {
  let logic = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) logic = reader.integer()
    else throw reader.unknown('ActivateLogic', field)
  }
  return { kind: 'activateLogic', logic }
}

function decodeSkip(reader: WireReader): Skip {
  let offset = 0
  let digest = ''
  let reason = ''
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) offset = reader.integer()
    else if (field === 2) digest = reader.text(64)
    else if (field === 3) reason = reader.text(SKIP_REASON_BYTES_MAX)
    else throw reader.unknown('Skip', field)
  }
  return { kind: 'skip', offset, digest, reason }
}

function decodeMoveBridge(reader: WireReader): MoveBridge {
  let source = ''
  let prev = 0
  let position = 0
  let incarnation = ''
  let reason = ''
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) source = reader.text(NAME_BYTES_MAX)
    else if (field === 2) prev = reader.integer()
    else if (field === 3) position = reader.integer()
    else if (field === 4) incarnation = hexadecimal(reader.text(16))
    else if (field === 5) reason = reader.text(SKIP_REASON_BYTES_MAX)
    else throw reader.unknown('MoveBridge', field)
  }
  return { kind: 'moveBridge', source, prev, position, incarnation, reason }
}

function decodePublished(reader: WireReader): Body<never> {
  let through = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) through = reader.integer()
    else throw reader.unknown('Published', field)
  }
  return { kind: 'published', through }
}

function decodeBridge<State, Command, Event>(
  reader: WireReader,
  service: ServiceCore<State, Command, Event>,
): Body<Command> {
  let source = ''
  let prev = 0
  let position = 0
  let event: Uint8Array = new Uint8Array(0)
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) source = reader.text(NAME_BYTES_MAX)
    else if (field === 2) prev = reader.integer()
    else if (field === 3) position = reader.integer()
    else if (field === 4) event = reader.bytes()
    else throw reader.unknown('Bridge', field)
  }
  const producer = source.slice(0, source.indexOf('/'))
  const rule = service.bridges.find((bridge) => bridge.source === producer)
  if (rule === undefined) throw new Undecodable(`${service.name} has no bridge from ${source}`)
  const { id, body } = decodeEnvelope(event)
  return { kind: 'bridge', source, prev, position, event: id, command: rule.decode(body) }
}

export interface DecodedEvent {
  readonly id: EventId
  readonly timeMs: number
  readonly body: Uint8Array
}

export function decodeEnvelope(bytes: Uint8Array): DecodedEvent {
  const reader = new WireReader(bytes)
  let id: EventId | undefined
  let timeMs = 0
  let body: Uint8Array = new Uint8Array(0)
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = eventId(reader.text(NAME_BYTES_MAX))
    else if (field === 2) reader.bytes()
    else if (field === 3) timeMs = reader.integer()
    else if (field === 4) body = reader.bytes()
    else throw reader.unknown('Event', field)
  }
  if (id === undefined) throw new Undecodable('an event without an id')
  return { id, timeMs, body }
}

export function eventId(text: string): EventId {
  const parts = /^([0-9a-f]{16})\/[0-9]{1,9}\/([0-9]{1,15})\/([0-9]{1,9})$/.exec(text)
  const [, incarnation, offset, index] = parts ?? []
  if (incarnation === undefined) throw new Undecodable(`${JSON.stringify(text)} is no event id`)
  return { incarnation, offset: Number(offset), index: Number(index) }
}

function bare(kind: Bare['kind'], reader: WireReader): Bare {
  const field = new WireReader(reader.bytes()).field()
  if (field !== 0) throw reader.unknown(`a ${kind}`, field)
  return { kind }
}

function hexadecimal(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text
  throw new Undecodable(`${JSON.stringify(text)} is not 16 hexadecimal digits`)
}
