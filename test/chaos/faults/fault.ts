import type { Book } from '../book/book.ts'
import type { Load } from '../load/load.ts'
import type { World } from '../world/world.ts'

/** What a fault may touch, and by what it sees what becomes of it. */
export interface Scene {
  readonly world: World
  readonly load: Load
  readonly book: Book
  /** Says how it goes on. */
  readonly told: (line: string) => void
  /** Resolves when every pool has been acknowledged and offered something since `from`. */
  readonly goesOn: (from: number, withinMs: number) => Promise<boolean>
}

export interface Seen {
  /** From the first hurt to the last. */
  readonly injectedAt: number
  /** From then on nothing stood in the way. */
  readonly undoneAt: number
  readonly findings: readonly string[]
  /** What took longer than is promised; on a machine that is busy otherwise it may be the machine. */
  readonly late?: readonly string[]
  /** Measured by this fault alone, by name. */
  readonly more?: Readonly<Record<string, number | string>>
}

/** A row of the table of faults: what is done, and what must be seen. */
export interface Fault {
  /** Short, without blanks. */
  readonly name: string
  /** Of the design's list of faults. */
  readonly row: string
  readonly what: string
  /** In words, for the table. */
  readonly must: string
  /** Which worlds it can befall. */
  readonly needs: 'process' | 'replicas' | 'brokers'
  /**
   * Hurts, waits, undoes. Resolves when the hurt is undone; what must be seen of it beside what
   * holds of every fault is in the findings.
   */
  befall(scene: Scene): Promise<Seen>
}
