import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import type { EventStreams } from '@evenkeel/chassis/log'
import { must, sentenceOf } from '../failure.ts'

/** A platform that consumes a service's events as the documentation says, and forgives nothing. */
export class Consumer {
  readonly #name: string
  readonly #expected: { readonly position: string; readonly body: Uint8Array }[] = []
  readonly #numbers = new Map<string, number>()
  #next = 0

  constructor(name: string) {
    this.#name = name
  }

  /** The core has decided this. */
  emitted(offset: number, index: number, body: Uint8Array): void {
    const position = `${offset}/${index}`
    this.#numbers.set(position, this.#expected.length)
    this.#expected.push({ position, body })
  }

  /** Which event was decided there, counted from 0. */
  numberOf(offset: number, index: number): number | undefined {
    return this.#numbers.get(`${offset}/${index}`)
  }

  read(streams: EventStreams, broken: (sentence: string) => void): void {
    streams.tail(
      this.#name,
      0,
      (entries) => {
        try {
          for (const { bytes } of entries) this.#take(bytes)
        } catch (error) {
          broken(sentenceOf(error))
        }
      },
      (error) => broken(`${this.#name} can't be read on: ${error.message}`),
    )
  }

  #take(bytes: Uint8Array): void {
    const { id, body } = Envelope.decode(bytes)
    const position = id.split('/').slice(2).join('/')
    const number = this.#numbers.get(position)
    must(number !== undefined, () => `${this.#name} holds ${id}, which was never decided`)
    if (number === undefined) return
    const expected = this.#expected[number]?.body
    const same = expected !== undefined && Buffer.compare(expected, body) === 0
    must(same, () => `${this.#name} holds ${id} with another content`)
    // What has been seen is a repeat, which consumers drop by the event's id.
    if (number < this.#next) return
    must(number === this.#next, () => {
      return `${this.#name} goes on with event ${number}, ${this.#next} was next: a gap`
    })
    this.#next += 1
  }

  /** Once nothing is left to do. */
  mustBeComplete(): void {
    const left = this.#expected.length - this.#next
    must(left === 0, () => `${left} events of ${this.#name} were never published`)
  }
}

/** What one service decides reaches the other over the bridge: all of it, once, in order. */
export class Bridged {
  readonly #sent: string[] = []
  #arrived = 0

  sent(fact: string): void {
    this.#sent.push(fact)
  }

  arrived(fact: string): void {
    const expected = this.#sent[this.#arrived]
    must(expected === fact, () => `the bridge brought ${fact}, ${expected ?? 'nothing'} was next`)
    this.#arrived += 1
  }

  mustBeComplete(): void {
    const left = this.#sent.length - this.#arrived
    must(left === 0, () => `${left} facts never came over the bridge`)
  }
}
