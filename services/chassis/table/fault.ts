/** No row, no set, no item. Slots are never negative. */
export const NONE = -1

/** A broken assertion of ours: the command that met it is rolled back, the partition lives on. */
export class CoreFault extends Error {
  override readonly name = 'CoreFault'
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new CoreFault(message)
}
