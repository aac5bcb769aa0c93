import type { Moment, Outcome, Rejection, WorkItem } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import type { ErrorCode } from './errors.ts'
import type { RoutingEvent } from './events.ts'

/** One command's turn: when it happens, and what it leaves behind beside the state. */
export interface Turn {
  readonly at: Moment
  readonly events: RoutingEvent[]
  readonly work: WorkItem[]
  /** Ids given in this turn so far; with the offset they name things uniquely in the log. */
  ids: number
}

export const newTurn = (at: Moment): Turn => ({ at, events: [], work: [], ids: 0 })

/** A new id, unique in the log: derived from the command's position, so that every replica gives the same. */
export function newId(turn: Turn, prefix: 'o' | 'd'): string {
  turn.ids += 1
  return `${prefix}-${turn.at.offset}-${turn.ids}`
}

/** Of what is edited: another one after each edit. */
export const newEtag = (turn: Turn): string => `e${turn.at.offset}`

/** `ref` is what the reply is about; the reply itself is read from the state right after. */
export const accept = (turn: Turn, ref: string): Outcome<RoutingEvent> => ({
  ok: true,
  events: turn.events,
  ref,
  work: turn.work,
})

/** The default of an exhaustive switch: the compiler proves that it is never reached, a core fault says if it is. */
export function unreachable(value: never): never {
  throw new CoreFault(`unexpected ${String(value)}`)
}

export const refusal = (code: ErrorCode, fields: Rejection['fields']): Rejection => ({
  code,
  fields,
})

export const reject = (code: ErrorCode, fields: Rejection['fields']): Outcome<RoutingEvent> => ({
  ok: false,
  rejection: refusal(code, fields),
})
