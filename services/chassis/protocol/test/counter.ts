import type { BridgeRule, Core, ErrorTable, Moment, Outcome, ServiceCore } from '../index.ts'
import { CoreFault, type Database, NONE, int, text } from '../../table/index.ts'

/**
 * The smallest service that can do everything a service can: counters that are added to, expire
 * and are swept.
 */
export type Command =
  | { readonly kind: 'add'; readonly key: string; readonly by: number; readonly ttl?: number }
  /** Adds, and then thinks better of it. */
  | { readonly kind: 'refuse'; readonly key: string }
  /** Adds, and then breaks an assertion. */
  | { readonly kind: 'fault'; readonly key: string }
  | { readonly kind: 'crash' }
  /** Makes this many counters in one go. */
  | { readonly kind: 'many'; readonly rows: number }
  /** Emits this many events. */
  | { readonly kind: 'say'; readonly events: number }
  /** Puts items on the work list; each adds 1 to `key` in every of `slices` slices. */
  | {
      readonly kind: 'spread'
      readonly key: string
      readonly items: number
      readonly slices: number
      readonly faulty?: boolean
    }

export interface Event {
  readonly key: string
  readonly value: number
}

export type State = ReturnType<typeof create>

function create(db: Database) {
  const counters = db.table(
    'counters',
    { key: text(64), value: int(), expiresAt: int() },
    { cap: 100_000, key: 'key' },
  )
  const expiry = counters.heap({
    at: (row) => (row.expiresAt === 0 ? Infinity : row.expiresAt),
    tie: (row) => row.value,
  })
  return { counters, expiry }
}

export const never = Infinity

export const errors = {
  REFUSED: { status: 'FAILED_PRECONDITION', retryable: false, message: '{key} is refused.' },
} as const satisfies ErrorTable

function add(state: State, key: string, by: number, expiresAt: number): Event {
  const { counters } = state
  const row = counters.get(key)
  const value = (row?.value ?? 0) + by
  if (row) counters.update(row, { value, ...(expiresAt > 0 && { expiresAt }) })
  else counters.insert({ key, value, expiresAt })
  return { key, value }
}

function accept(events: readonly Event[], ref = ''): Outcome<Event> {
  return { ok: true, events, ref }
}

function apply(state: State, command: Command, at: Moment): Outcome<Event> {
  switch (command.kind) {
    case 'add': {
      const expiresAt = command.ttl === undefined ? 0 : at.uptime + command.ttl
      const ref = at.logic > 1 ? `${command.key} by logic ${at.logic}` : command.key
      return accept([add(state, command.key, command.by, expiresAt)], ref)
    }
    case 'refuse':
      add(state, command.key, 1, 0)
      return { ok: false, rejection: { code: 'REFUSED', fields: { key: command.key } } }
    case 'fault':
      add(state, command.key, 1, 0)
      throw new CoreFault('told to')
    case 'crash':
      throw new TypeError('told to')
    case 'many':
      for (let i = 0; i < command.rows; i++) add(state, `many-${at.offset}-${i}`, 1, 0)
      return accept([])
    case 'say':
      return accept(Array.from({ length: command.events }, (_, value) => ({ key: 'say', value })))
    case 'spread': {
      const kind = command.faulty ? 'faulty' : 'adding'
      const item = { kind, subject: command.key, cursor: String(command.slices) }
      return {
        ok: true,
        events: [],
        ref: '',
        work: Array.from({ length: command.items }, () => item),
      }
    }
    default:
      return command satisfies never
  }
}

const core: Core<State, Command, Event> = {
  create,
  apply,
  expire(state, at, budget) {
    const events: Event[] = []
    while (state.expiry.firstAt() <= at.uptime && events.length < budget) {
      const row = state.counters.at(state.expiry.first())
      events.push({ key: `${row.key} expired`, value: row.value })
      state.counters.delete(row)
    }
    return { events, more: state.expiry.firstAt() <= at.uptime }
  },
  nextDeadline: (state) => ({
    time: never,
    uptime: state.expiry.first() === NONE ? never : state.expiry.firstAt(),
  }),
  orphaned: (_state, replica) => [
    { kind: 'adding', subject: `orphans of ${replica}`, cursor: '1' },
  ],
  work(state, item) {
    if (item.kind === 'faulty') throw new CoreFault('a faulty item')
    const left = Number(item.cursor) - 1
    const events = [add(state, item.subject, 1, 0)]
    return left > 0 ? { events, next: { ...item, cursor: String(left) } } : { events }
  },
  admits: (command) => command.kind === 'add',
  poolOf: () => 'pool',
  invariants: () => [],
}

export function encode(command: Command): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(command))
}

function decode(bytes: Uint8Array): Command {
  return JSON.parse(new TextDecoder().decode(bytes))
}

/** `bridges`: adds to '<key>' what the other service emitted, unless the key is 'say'. */
export function counterService(
  name = 'counter',
  feeds: readonly string[] = [],
  logic = 1,
): ServiceCore<State, Command, Event> {
  const bridges = feeds.map(
    (source): BridgeRule<Command> => ({
      source,
      decode(body) {
        const event: Event = JSON.parse(new TextDecoder().decode(body))
        if (event.key === 'say') return undefined
        if (event.key === 'unheard of') return undefined
        if (event.key === 'unwelcome') return { kind: 'refuse', key: event.key }
        return { kind: 'add', key: `${source}'s ${event.key}`, by: 1 }
      },
      knows: (body) => JSON.parse(new TextDecoder().decode(body)).key !== 'unheard of',
    }),
  )
  return {
    name,
    core,
    logic,
    codec: {
      decodeCommand: decode,
      encodeEvent: (event) => new TextEncoder().encode(JSON.stringify(event)),
    },
    bridges,
    errors,
  }
}
