import type { OnBatch } from '../follower.ts'
import type { Tail } from '../port.ts'
import { Cursor } from './cursor.ts'
import { Fetcher } from './fetcher.ts'
import type { Fleet } from './fleet.ts'
import type { KafkaLogger } from './options.ts'
import type { KafkaRecord } from './records.ts'

export interface Following<E> {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly entryOf: (record: KafkaRecord) => E
  readonly onBatch: OnBatch<E>
  readonly onEnd: (error: Error) => void
}

/** All tails of a process, on any topic. */
export class Tails {
  readonly #fetcher: Fetcher
  readonly #cursors = new Set<Cursor>()

  constructor(fleet: Fleet, logger: KafkaLogger) {
    this.#fetcher = new Fetcher(fleet, logger)
  }

  follow<E>(following: Following<E>): Tail {
    const { onBatch, entryOf } = following
    const cursor = new Cursor({
      ...following,
      onBatch: (records) => onBatch(records.map(entryOf)),
      drained: () => this.#fetcher.drained(cursor),
      left: () => {
        this.#cursors.delete(cursor)
        this.#fetcher.remove(cursor)
      },
    })
    this.#cursors.add(cursor)
    this.#fetcher.add(cursor)
    return cursor.follower
  }

  /** Resolves when the batches in hand are done. */
  async close(): Promise<void> {
    await Promise.all([...this.#cursors].map(({ follower }) => follower.stop()))
    this.#fetcher.close()
  }
}
