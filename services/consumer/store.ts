import type { Mark } from './mark.ts'

/** Somebody else has moved this partition's mark: two consumers believe that it is theirs. */
export class MarkMoved extends Error {
  override readonly name = 'MarkMoved'
}

/**
 * Where marks are kept. Best where the effects of the events are kept too: then leave out `save`,
 * and let `onEvent` write `delivery.mark` in the transaction of its effect. Mark and effect are
 * then both there or both not, and no crash hands an event over twice.
 */
export interface MarkStore {
  /** Undefined: nothing has been handed over yet. */
  load(partition: number): Promise<Mark | undefined>
  /**
   * Durable when it resolves. Called after `onEvent` has resolved, so a crash in between hands that
   * one event over again. Must reject with MarkMoved, and change nothing, if what is kept is not
   * `before`: whoever has the partition now goes on, the other stops.
   */
  save?(partition: number, mark: Mark, before: Mark | undefined): Promise<void>
}
