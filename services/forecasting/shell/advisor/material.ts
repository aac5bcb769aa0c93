import { setImmediate as turn } from 'node:timers/promises'
import {
  durations,
  incidentsOver,
  plannedOver,
  plannedView,
  queueKey,
  type QueueRow,
  ruleOf,
} from '../../core/index.ts'
import type { ForecastingReplica } from '../calls.ts'
import { type Material, type PackedDays, packedUp } from './history.ts'

/** Days read between two turns of the event loop: well under a millisecond. */
const SLICE_DAYS = 64

interface Asked {
  readonly pool: string
  readonly queueId: string
  /** Days since 1970 (UTC), both included. */
  readonly from: number
  readonly to: number
}

/**
 * What is known of a queue. Read in slices, between which others get their turn; a day that changes
 * meanwhile is learned with its change or without it, and is read again for that change. Undefined:
 * there is no such queue.
 */
export async function materialOf(
  replica: ForecastingReplica,
  asked: Asked,
): Promise<Material | undefined> {
  const counted = await packedDays(replica, asked, ({ days, daysOfQueue }) => ({
    order: daysOfQueue,
    at: (slot) => ({ day: days.at(slot).day, bytes: () => days.at(slot).counts }),
  }))
  const imported = await packedDays(replica, asked, ({ imported: days, importedOfQueue }) => ({
    order: importedOfQueue,
    at: (slot) => ({ day: days.at(slot).day, bytes: () => days.at(slot).intervals }),
  }))
  const queue = queueAt(replica, asked)
  if (queue === undefined) return undefined
  const first = Math.min(counted.days[0] ?? Infinity, imported.days[0] ?? Infinity)
  const span = { from: asked.from * durations.day, until: (asked.to + 1) * durations.day }
  const incidents = incidentsOver(replica.state, queue, span).map(({ from, until, kind }) => ({
    ...{ from, until, missing: kind === 'dataGap' },
  }))
  return {
    ...{ counted, imported, since: queue.since, incidents },
    hours: ruleOf(replica.state, queue),
    takesWhileClosed: queue.takesWhileClosed,
    paydays: replica.state.pools.at(queue.pool).paydays,
    planned: plannedOver(replica.state, queue, {
      from: span.from,
      until: span.until + durations.plannedAhead,
    }).map((row) => plannedView(replica.state, row)),
    first: first === Infinity ? undefined : first,
  }
}

/** Days of queues, in their order. */
interface Days {
  readonly order: Pick<ForecastingReplica['state']['daysOfQueue'], 'atOrAfter' | 'next'>
  readonly at: (slot: number) => { readonly day: number; readonly bytes: () => Uint8Array }
}

async function packedDays(
  replica: ForecastingReplica,
  asked: Asked,
  daysOf: (state: ForecastingReplica['state']) => Days,
): Promise<PackedDays> {
  const days: number[] = []
  const parts: Uint8Array[] = []
  for (let next = asked.from; ; await turn()) {
    const queue = queueAt(replica, asked)
    if (queue === undefined) return packedUp([], [])
    const { order, at } = daysOf(replica.state)
    let slot = order.atOrAfter(queue.slot, next, 0)
    for (let read = 0; read < SLICE_DAYS; read++) {
      const one = slot < 0 ? undefined : at(slot)
      if (one === undefined || one.day > asked.to) return packedUp(days, parts)
      days.push(one.day)
      parts.push(one.bytes())
      next = one.day + 1
      slot = order.next(slot)
    }
  }
}

const queueAt = (replica: ForecastingReplica, { pool, queueId }: Asked): QueueRow | undefined =>
  replica.state.queues.get(queueKey(pool, queueId))

/** Of UTC, the day in which an instant is. */
export const utcDay = (time: number): number => Math.floor(time / durations.day)

/** Of all that is kept, up to a day, in days of UTC. */
export function learnedSpan({ from }: { readonly from: number }): Pick<Asked, 'from' | 'to'> {
  const to = utcDay(from)
  return { from: to - durations.retainDay / durations.day, to }
}
