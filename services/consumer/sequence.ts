import type { Envelope } from './decode.ts'
import { isAfter } from './event-id.ts'
import type { Mark } from './mark.ts'

/** Why a record is no event of this stream. */
export type ForeignReason =
  | 'empty'
  | 'not_an_event'
  | 'malformed_id'
  | 'other_partition'
  | 'malformed_body'
  | 'unknown_kind'

/** A record of the topic, as far as its order needs it. */
export interface Read<E> {
  readonly position: number
  readonly content: Envelope<E> | { readonly foreign: ForeignReason }
}

/** Why a partition can't go on: what comes is not what follows its mark. */
export type Break =
  /** Records between are gone: the topic kept them for less time than this reader was away. */
  | { readonly kind: 'gap'; readonly expected: number; readonly found: number }
  /** The events are of another log than those before: it was made anew, or restored elsewhere. */
  | { readonly kind: 'incarnation'; readonly expected: string; readonly found: string }
  /** At a position that has been read there is something else now: the topic was made anew. */
  | { readonly kind: 'rewritten'; readonly position: number }

export type Step<E> =
  | { readonly kind: 'hand'; readonly envelope: Envelope<E>; readonly mark: Mark }
  /** Handed over before: publishing may repeat. */
  | { readonly kind: 'repeat'; readonly mark: Mark }
  | { readonly kind: 'foreign'; readonly reason: ForeignReason; readonly mark: Mark }
  | { readonly kind: 'stop'; readonly why: Break }

/**
 * What becomes of the next record. Publishers send a partition's events in order, each from a point
 * that is known to be on the topic; so whatever is repeated, an event's first appearance follows
 * the first appearance of all before it, and one mark is enough.
 */
export function step<E>(mark: Mark, read: Read<E>): Step<E> {
  const { position, content } = read
  const expected = mark.position + 1
  if (position > expected) return stop({ kind: 'gap', expected, found: position })
  if (position < expected) return again(mark, read)
  const moved = { ...mark, position }
  if ('foreign' in content) return { kind: 'foreign', reason: content.foreign, mark: moved }
  const { incarnation, offset, index } = content.id
  if (mark.incarnation !== '' && incarnation !== mark.incarnation) {
    return stop({ kind: 'incarnation', expected: mark.incarnation, found: incarnation })
  }
  if (!isAfter(content.id, mark)) return { kind: 'repeat', mark: moved }
  return { kind: 'hand', envelope: content, mark: { incarnation, offset, index, position } }
}

/** What was read before must be what it was; then it is dropped. */
function again<E>(mark: Mark, { position, content }: Read<E>): Step<E> {
  if ('foreign' in content) return { kind: 'repeat', mark }
  const known = content.id.incarnation === mark.incarnation && !isAfter(content.id, mark)
  return known ? { kind: 'repeat', mark } : stop({ kind: 'rewritten', position })
}

const stop = (why: Break): { readonly kind: 'stop'; readonly why: Break } => ({ kind: 'stop', why })
