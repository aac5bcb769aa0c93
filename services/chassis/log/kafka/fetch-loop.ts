import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Cursor } from './cursor.ts'
import { codes } from './failure.ts'
import { FETCH_PARTITION_BYTES, FETCH_WAIT_MS, FETCH_WAIT_SHORT_MS } from './limits.ts'
import type { Line } from './line.ts'
import { decodeBatches, decodeFetched, lastOffsetOf } from './records.ts'
import { fetchRequest } from './requests.ts'

export interface Failed {
  readonly cursor: Cursor
  readonly errorCode: number
}

/**
 * One fetch for all these tails; gives what they asked for to each. Returns those that the broker
 * refused. `settled`: nobody is left out or has just come, so it may wait long for something new.
 */
export async function fetchFrom(
  line: Pick<Line, 'ask'>,
  cursors: readonly Cursor[],
  settled: boolean,
): Promise<readonly Failed[]> {
  const asking = oneEach(cursors)
  const waitMs = settled && asking.size === cursors.length ? FETCH_WAIT_MS : FETCH_WAIT_SHORT_MS
  const answer = await line.ask(fetchRequest(topicsOf(asking), waitMs), decode)
  const failed: Failed[] = []
  for (const { topic, partition, errorCode, batches } of answer) {
    const cursor = asking.get(`${topic}/${partition}`)
    if (cursor === undefined) continue
    if (errorCode !== codes.NONE) failed.push({ cursor, errorCode })
    else if (!take(cursor, batches)) failed.push({ cursor, errorCode: codes.UNKNOWN })
  }
  // Whoever has got something gets a turn before the next answer is there.
  await nextTurn()
  return failed
}

/** False: there is something, and nothing that was asked for; at once it would be so again. */
function take(cursor: Cursor, batches: Buffer): boolean {
  const { next, name } = cursor
  if (batches.length === 0) {
    cursor.strikes = 0
    return true
  }
  const last = lastOffsetOf(batches)
  if (last < next) return false
  cursor.add(decodeBatches(batches, next, name), last)
  return true
}

const decode = async (payload: Buffer) => decodeFetched(payload)

/** Turns the list, so that of two tails of one partition each is asked for in its turn. */
let turn = 0

/** A fetch holds each partition once. The first ones get most when an answer is full. */
function oneEach(cursors: readonly Cursor[]): ReadonlyMap<string, Cursor> {
  turn = (turn + 1) % cursors.length
  const turned = [...cursors.slice(turn), ...cursors.slice(0, turn)]
  const asking = new Map<string, Cursor>()
  for (const cursor of turned) {
    if (!asking.has(cursor.name)) asking.set(cursor.name, cursor)
  }
  return asking
}

function topicsOf(asking: ReadonlyMap<string, Cursor>): Parameters<typeof fetchRequest>[0] {
  const topics = new Map<string, { partition: number; fetchOffset: number; maxBytes: number }[]>()
  for (const { topic, partition, next } of asking.values()) {
    const asked = topics.get(topic) ?? []
    asked.push({ partition, fetchOffset: next, maxBytes: FETCH_PARTITION_BYTES })
    topics.set(topic, asked)
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}
