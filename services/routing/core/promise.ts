import type { ContactRow } from './schema.ts'
import { idOf, type RoutingState } from './state.ts'
import type { Turn } from './turn.ts'

/** Every promise ends once, as kept or broken. `happenedAt` undefined: the customer was never called. */
export function settlePromise(
  s: RoutingState,
  contact: ContactRow,
  happenedAt: number | undefined,
  turn: Turn,
): void {
  const callback = s.callbacks.at(contact.callback)
  const queue = s.queues.at(contact.queue)
  if (callback.promiseSettled || callback.promisedAt === 0) return
  const tolerance = queue.callback === 'none' ? 0 : queue.callback.promiseToleranceMs
  const kept = happenedAt !== undefined && happenedAt <= callback.promisedAt + tolerance
  s.callbacks.update(callback, { promiseSettled: true })
  if (!contact.test) {
    s.queues.update(
      queue,
      kept
        ? { promisesKept: queue.promisesKept + 1 }
        : { promisesBroken: queue.promisesBroken + 1 },
    )
  }
  turn.events.push({
    kind: 'promiseSettled',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    promisedAt: callback.promisedAt,
    happenedAt,
    kept,
  })
}
