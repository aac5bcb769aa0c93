import { Event as LogEvent } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event as RoutingEvent } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { Event as SkillsEvent } from '@evenkeel/proto/evenkeel/skills/v1/events'
import { type EventId, parseEventId } from './event-id.ts'
import type { Read } from './sequence.ts'

/** What each service tells. */
export interface Events {
  readonly routing: NonNullable<RoutingEvent['kind']>
  readonly skills: NonNullable<SkillsEvent['kind']>
}
export type EventService = keyof Events

/** An event with what it is known by. */
export interface Envelope<E> {
  readonly id: EventId
  readonly pool: string
  /** Log time, ms since 1970. */
  readonly timeMs: number
  readonly event: E
}

type Decode<E> = (body: Uint8Array) => E | undefined

const bodies: { readonly [S in EventService]: Decode<Events[S]> } = {
  routing: (body) => RoutingEvent.decode(body).kind,
  skills: (body) => SkillsEvent.decode(body).kind,
}

export interface RawRecord {
  readonly position: number
  readonly value: Uint8Array | null
}

/** From bytes to an event of this service and partition, or why it is none. */
export function decodeRecord<S extends EventService>(
  service: S,
  partition: number,
  { position, value }: RawRecord,
): Read<Events[S]> {
  const foreign = (reason: Extract<Read<unknown>['content'], { foreign: unknown }>['foreign']) => ({
    position,
    content: { foreign: reason },
  })
  if (value === null || value.length === 0) return foreign('empty')
  const outer = attempt(() => LogEvent.decode(value))
  if (outer === undefined) return foreign('not_an_event')
  const id = parseEventId(outer.id)
  if (id === undefined) return foreign('malformed_id')
  if (id.partition !== partition) return foreign('other_partition')
  const body = attempt(() => ({ kind: bodies[service](outer.body) }))
  if (body === undefined) return foreign('malformed_body')
  const event = body.kind
  if (event === undefined) return foreign('unknown_kind')
  const { pool, timeMs } = outer
  return { position, content: { id, pool, timeMs, event } }
}

/** Whatever the decoder throws is about the bytes. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
