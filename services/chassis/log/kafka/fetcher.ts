import { setTimeout as pause } from 'node:timers/promises'
import { LogUnusable } from '../port.ts'
import type { Cursor } from './cursor.ts'
import { BrokerError, codes, troubleOf } from './failure.ts'
import type { Fleet } from './fleet.ts'
import { fetchFrom } from './fetch-loop.ts'
import { RETRY_MS_MAX, RETRY_MS_MIN, STRIKES_MAX, UNKNOWN_MS_MAX } from './limits.ts'
import type { KafkaLogger } from './options.ts'
import { offsetExchange } from './requests.ts'

/** What one broker leads and is read from it: one fetch at a time, for all of it. */
interface Reading {
  readonly cursors: Set<Cursor>
  /** A tail has come since the last fetch, and more may follow: the next one does not wait long. */
  growing: boolean
  /** Ends a pause in which no tail had room. */
  wake: () => void
}

/**
 * Reads for all tails of a process. No consumer group: which records count is decided by their
 * offsets, and who leads by the log itself, so a group could only get in the way.
 */
export class Fetcher {
  readonly #fleet: Fleet
  readonly #logger: KafkaLogger
  readonly #readings = new Map<number, Reading>()
  /** Tails whose leader is to be found. */
  readonly #lost = new Set<Cursor>()
  #placing = false
  /** Pause before a broker that failed is asked again: it may be said to lead for seconds yet. */
  #pauseMs = RETRY_MS_MIN
  #closed = false

  constructor(fleet: Fleet, logger: KafkaLogger) {
    this.#fleet = fleet
    this.#logger = logger
  }

  add(cursor: Cursor): void {
    if (cursor.over || this.#closed) return
    this.#lost.add(cursor)
    void this.#place()
  }

  remove(cursor: Cursor): void {
    this.#lost.delete(cursor)
    for (const { cursors, wake } of this.#readings.values()) if (cursors.delete(cursor)) wake()
  }

  /** A tail has room again. */
  drained(cursor: Cursor): void {
    for (const { cursors, wake } of this.#readings.values()) if (cursors.has(cursor)) wake()
  }

  close(): void {
    this.#closed = true
    this.#lost.clear()
    for (const { cursors, wake } of this.#readings.values()) {
      cursors.clear()
      wake()
    }
  }

  /** Gives each lost tail to the broker that leads its partition, until none is lost. */
  async #place(): Promise<void> {
    if (this.#placing) return
    this.#placing = true
    let ms = RETRY_MS_MIN
    while (this.#lost.size > 0 && !this.#closed) {
      const stuck = await this.#placeOnce()
      if (stuck === undefined) {
        ms = RETRY_MS_MIN
        continue
      }
      const code = troubleOf(stuck)
      this.#logger.warn({ code, error: stuck }, 'a tail waits for the leader of its partition')
      await pause(ms)
      ms = Math.min(ms * 2, RETRY_MS_MAX)
    }
    this.#placing = false
  }

  async #placeOnce(): Promise<unknown> {
    let stuck: unknown
    for (const cursor of [...this.#lost]) {
      try {
        const node = await this.#fleet.leaderOf(cursor.topic, cursor.partition)
        if (this.#lost.delete(cursor)) this.#read(node, cursor)
      } catch (error) {
        stuck = error
        this.#notPlaced(cursor, error)
      }
    }
    return stuck
  }

  #notPlaced(cursor: Cursor, error: unknown): void {
    if (error instanceof LogUnusable) this.#end(cursor, error)
    else if (error instanceof BrokerError && error.code === codes.UNKNOWN_TOPIC_OR_PARTITION) {
      this.#unknown(cursor)
    }
  }

  #read(node: number, cursor: Cursor): void {
    const known = this.#readings.get(node)
    if (known !== undefined) {
      known.cursors.add(cursor)
      known.growing = true
      known.wake()
      return
    }
    const reading: Reading = { cursors: new Set([cursor]), growing: true, wake: () => {} }
    this.#readings.set(node, reading)
    void this.#readFrom(node, reading)
  }

  async #readFrom(node: number, reading: Reading): Promise<void> {
    try {
      while (reading.cursors.size > 0) await this.#readOnce(node, reading)
    } catch (error) {
      if (!this.#closed) {
        const code = troubleOf(error)
        this.#logger.warn({ code, broker: node, error }, 'a broker can not be read from')
        await pause(this.#pauseMs)
        this.#pauseMs = Math.min(this.#pauseMs * 2, RETRY_MS_MAX)
      }
    }
    this.#readings.delete(node)
    if (this.#closed) return
    if (reading.cursors.size > 0) {
      for (const cursor of reading.cursors) this.#lost.add(cursor)
      this.#fleet.outdated()
      void this.#place()
    }
  }

  async #readOnce(node: number, reading: Reading): Promise<void> {
    const ready = [...reading.cursors].filter((cursor) => cursor.hasRoom)
    if (ready.length === 0) {
      await new Promise<void>((resolve) => {
        reading.wake = resolve
      })
      return
    }
    const line = await this.#fleet.line('fetch', node)
    try {
      const settled = ready.length === reading.cursors.size && !reading.growing
      reading.growing = false
      for (const { cursor, errorCode } of await fetchFrom(line, ready, settled)) {
        this.#failed(reading, cursor, errorCode)
      }
      this.#pauseMs = RETRY_MS_MIN
    } catch (error) {
      this.#fleet.drop(line)
      throw error
    }
  }

  /** The leader has something against this tail; the others go on. */
  #failed(reading: Reading, cursor: Cursor, errorCode: number): void {
    if (!reading.cursors.delete(cursor)) return
    this.#fleet.outdated()
    switch (errorCode) {
      case codes.OFFSET_OUT_OF_RANGE:
        this.#strike(cursor)
        if (cursor.strikes >= STRIKES_MAX) {
          void this.#explain(cursor)
          return
        }
        break
      case codes.UNKNOWN_TOPIC_OR_PARTITION:
        if (this.#unknown(cursor)) return
        break
      default:
        this.#complain(cursor, errorCode)
    }
    // At once it would be told the same again. What we may do is only ever changed by people.
    const forbidden = errorCode === codes.TOPIC_AUTHORIZATION_FAILED
    setTimeout(() => this.add(cursor), forbidden ? RETRY_MS_MAX : RETRY_MS_MIN)
  }

  /** Leaders move and rights are taken away and given back: the tail waits, and is not silent. */
  #complain({ partition, name }: Cursor, errorCode: number): void {
    const error = new BrokerError(errorCode, `reading ${name}`)
    const code = troubleOf(error)
    this.#logger.warn({ code, partition, error }, 'a tail is refused by its leader')
  }

  #strike(cursor: Cursor): void {
    if (cursor.strikes === 0) cursor.struckAt = performance.now()
    cursor.strikes += 1
  }

  /** Whether the tail has ended, because nobody has known the topic for long enough. */
  #unknown(cursor: Cursor): boolean {
    this.#strike(cursor)
    if (performance.now() - cursor.struckAt < UNKNOWN_MS_MAX) return false
    this.#end(
      cursor,
      new LogUnusable('log_deleted', `${cursor.name} is gone: the topic was deleted`),
    )
    return true
  }

  /** What the leader has from where to where tells which of the two ends was passed. */
  async #explain(cursor: Cursor): Promise<void> {
    const { topic, partition, next, name } = cursor
    const ask = (which: 'first' | 'head') =>
      this.#fleet.askLeader(topic, partition, offsetExchange(topic, partition, which))
    try {
      const [first, head] = [await ask('first'), await ask('head')]
      if (next > head.offset) {
        const why = 'it has lost its end or was made anew'
        const message = `${name} ends at ${head.offset}, before ${next}: ${why}`
        this.#end(cursor, new LogUnusable('log_end_lost', message))
      } else if (next < first.offset) {
        const message = `${name} begins at ${first.offset}: ${next} was deleted before it was read`
        this.#end(cursor, new LogUnusable('log_start_gone', message))
      } else {
        cursor.strikes = 0
        this.add(cursor)
      }
    } catch (error) {
      const code = troubleOf(error)
      this.#logger.warn({ code, error }, 'a tail is out of range, and its leader does not say why')
      cursor.strikes = STRIKES_MAX - 1
      this.add(cursor)
    }
  }

  #end(cursor: Cursor, error: LogUnusable): void {
    this.#lost.delete(cursor)
    cursor.fail(error)
  }
}
