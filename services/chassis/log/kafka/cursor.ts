import { type OnBatch, Follower } from '../follower.ts'
import { batchBytesMax, batchEntriesMax } from '../limits.ts'
import { LogUnusable } from '../port.ts'
import { TAIL_BUFFER_BYTES } from './limits.ts'
import type { KafkaRecord } from './records.ts'

/** What an entry takes besides its bytes. */
const RECORD_BYTES = 100

/** Where a tail stands in its partition: what it has fetched and not yet handed over. */
export class Cursor {
  readonly topic: string
  readonly partition: number
  readonly follower: Follower<KafkaRecord>
  /** How often what would end this tail has been said by a broker, and since when. */
  strikes = 0
  struckAt = 0
  /** Stopped or ended: nothing is fetched for it any more. */
  over = false
  /** A handler has taken something: there is room for the next fetch. */
  readonly #drained: () => void
  #next: number
  #waiting: KafkaRecord[] = []
  #waitingBytes = 0
  #failure: LogUnusable | undefined

  constructor(options: {
    readonly topic: string
    readonly partition: number
    readonly from: number
    readonly onBatch: OnBatch<KafkaRecord>
    readonly onEnd: (error: Error) => void
    readonly drained: () => void
    readonly left: () => void
  }) {
    this.topic = options.topic
    this.partition = options.partition
    this.#drained = options.drained
    this.#next = options.from
    const source = {
      page: () => this.#page(),
      later: (step: () => void) => void setImmediate(step),
      left: () => {
        this.over = true
        options.left()
      },
    }
    this.follower = new Follower<KafkaRecord>(source, options.from, options.onBatch, options.onEnd)
  }

  get name(): string {
    return `${this.topic}/${this.partition}`
  }

  /** Offset of the next record to fetch. */
  get next(): number {
    return this.#next
  }

  get hasRoom(): boolean {
    return this.#waitingBytes < TAIL_BUFFER_BYTES && this.#failure === undefined
  }

  /**
   * Kafka keeps offsets gapless where nobody compacts, deletes or writes by transactions. `last` is
   * the offset that the answer says it reaches to: asked for again, what is missing would not come.
   */
  add(records: Iterable<KafkaRecord>, last: number): void {
    this.strikes = 0
    try {
      for (const record of records) {
        if (record.offset !== this.#next) throw this.#gap(`${record.offset} came`)
        this.#next += 1
        this.#waiting.push(record)
        this.#waitingBytes += sizeOf(record)
      }
      if (last >= this.#next) throw this.#gap(`what came goes to ${last} without it`)
    } catch (error) {
      if (!(error instanceof LogUnusable)) throw error
      this.#failure = error
    }
    this.follower.wake()
  }

  #gap(instead: string): LogUnusable {
    const message = `${this.name} has a gap: ${this.#next} was to come, ${instead}`
    return new LogUnusable('log_gap', message)
  }

  /** Ends the tail once what was fetched before is handed over. */
  fail(error: LogUnusable): void {
    this.#failure ??= error
    this.follower.wake()
  }

  #page(): readonly KafkaRecord[] {
    if (this.#waiting.length === 0 && this.#failure !== undefined) throw this.#failure
    let count = 0
    let bytes = 0
    for (const record of this.#waiting) {
      if (count === batchEntriesMax || bytes >= batchBytesMax) break
      bytes += sizeOf(record)
      count += 1
    }
    if (count === 0) return []
    const page = this.#waiting.splice(0, count)
    const wasFull = !this.hasRoom
    this.#waitingBytes -= bytes
    if (wasFull && this.hasRoom) this.#drained()
    return page
  }
}

/** An empty record takes room as well. */
function sizeOf({ value }: KafkaRecord): number {
  return (value?.length ?? 0) + RECORD_BYTES
}
