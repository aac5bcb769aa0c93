import type { EventStreams, StreamEntry } from '@evenkeel/chassis/log'
import { decodeRecord, type Mark, markBefore, step } from '@evenkeel/consumer/pure'
import { Broken, must, sentenceOf } from '../failure.ts'
import type { Site } from '../host.ts'
import type { Consumer } from './streams.ts'

/** Entries that are delivered again. */
const againMax = 8

/**
 * What the consumer library makes of a stream that reaches it twice, and now and then before its
 * turn: each event once, in order, and a stop where something is missing.
 */
export class Library {
  readonly #service: 'routing' | 'skills'
  readonly #consumer: Consumer
  readonly #site: Site
  readonly #recent: StreamEntry[] = []
  #mark: Mark = markBefore(0)
  #handed = 0

  constructor(service: 'routing' | 'skills', consumer: Consumer, site: Site) {
    this.#service = service
    this.#consumer = consumer
    this.#site = site
  }

  read(streams: EventStreams): void {
    const { broken } = this.#site
    streams.tail(
      `${this.#service}/0`,
      0,
      (entries) => {
        try {
          this.#take(entries)
        } catch (error) {
          broken(sentenceOf(error))
        }
      },
      (error) => broken(`the library's stream ended: ${error.message}`),
    )
  }

  #take(entries: readonly StreamEntry[]): void {
    const { chance, tally } = this.#site
    const [, second] = entries
    if (chance.happens(0.05)) {
      tally('shuffled')
      if (second !== undefined) this.#early(second)
      for (const entry of this.#recent) this.#hear(entry)
    }
    for (const entry of entries) {
      this.#hear(entry)
      this.#recent.push(entry)
      if (this.#recent.length > againMax) this.#recent.shift()
    }
  }

  #early(entry: StreamEntry): void {
    const { kind } = step(this.#mark, this.#decoded(entry))
    must(kind === 'stop', () => `the library takes what comes before its turn as ${kind}`)
  }

  #hear(entry: StreamEntry): void {
    const stepped = step(this.#mark, this.#decoded(entry))
    if (stepped.kind === 'stop') throw new Broken(`the library stops: ${stepped.why.kind}`)
    must(stepped.kind !== 'foreign', () => `the library can't read ${entry.position}`)
    this.#mark = stepped.mark
    if (stepped.kind !== 'hand') return
    const { offset, index } = stepped.envelope.id
    const number = this.#consumer.numberOf(offset, index)
    must(number === this.#handed, () => {
      return `the library hands over event ${number}, ${this.#handed} was next`
    })
    this.#handed += 1
  }

  #decoded({ position, bytes }: StreamEntry) {
    return decodeRecord(this.#service, 0, { position, value: bytes })
  }
}
