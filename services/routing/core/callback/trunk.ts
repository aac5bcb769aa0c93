import type { CallbackRow, ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/**
 * What a callback spares the platform's lines, measured: the time for which its customer was off
 * the line, from hanging up until meeting an agent or the end, less what dialling took of a line.
 */

/** The customer has hung up: until that is said, off the line since the acceptance. */
export function hungUp(s: RoutingState, callback: CallbackRow, time: number): void {
  if (callback.hungUp || callback.attempts > 0) return
  s.callbacks.update(callback, { hungUp: true, offLineAt: time })
}

/** The customer is to be called: for the first time, or again after having called in. */
export function goOffLine(s: RoutingState, callback: CallbackRow, time: number): void {
  leaveLine(s, callback, time)
  if (callback.offLineAt > 0 && !callback.trunkSettled) return
  s.callbacks.update(callback, {
    ...{ offLineAt: time, hungUp: false, lineMs: 0, ringMs: 0 },
    trunkSettled: false,
  })
}

/** On the line until now, called or calling; off it from here on. */
export function leaveLine(s: RoutingState, callback: CallbackRow, time: number): void {
  const { lineSince, lineMs } = callback
  if (lineSince === 0) return
  s.callbacks.update(callback, { lineSince: 0, lineMs: lineMs + time - lineSince })
}

/** A dial that was claimed is over, whatever came of it. */
export function countRing(s: RoutingState, callback: CallbackRow, time: number): void {
  const { claimedAt, ringMs } = callback
  if (claimedAt === 0) return
  s.callbacks.update(callback, { claimedAt: 0, ringMs: ringMs + time - claimedAt })
}

/** The customer has met an agent, or never will: the figure is final. */
export function settleTrunk(s: RoutingState, contact: ContactRow, time: number): void {
  const callback = s.callbacks.at(contact.callback)
  if (callback.acceptedAt === 0 || callback.trunkSettled) return
  const { lineSince, lineMs, offLineAt, ringMs } = callback
  const until = lineSince > 0 ? lineSince : time
  const freed = until - offLineAt - lineMs
  s.callbacks.update(callback, { trunkSettled: true, trunkSavedMs: freed - ringMs })
  if (contact.test) return
  const figures = s.dialFigures.at(s.queues.at(callback.queue).dials)
  s.dialFigures.update(figures, {
    trunkFreedMs: figures.trunkFreedMs + freed,
    trunkDialledMs: figures.trunkDialledMs + ringMs,
  })
}
