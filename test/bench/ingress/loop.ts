import { randomBytes } from 'node:crypto'
import kafkajs from 'kafkajs'

/** Contacts, or bare records, on their way at once. */
const OUTSTANDING = 64

export interface Took {
  readonly perSecond: number
  readonly ms: Float64Array
}

export interface Message {
  readonly key: string
  readonly value: Buffer
}

/** What is sent for number `n`, and what of what comes back says that `n` has arrived. */
export interface Trip {
  readonly sendTo: string
  readonly readFrom: string
  send(n: number): Message
  /** The number that this record answers, -1 if none; `also` is sent for it. */
  answered(value: Buffer): { readonly n: number; readonly also?: Message }
}

/**
 * Sends, and waits for the answer on another topic, so many at once: what comes while a send is
 * under way goes with the next one. Both sides of the benchmark run in this same loop.
 */
export class Loop {
  readonly #trip: Trip
  readonly #producer: kafkajs.Producer
  readonly #consumer: kafkajs.Consumer
  #waiting: Message[] = []
  #sending = false
  #sentAt = new Map<number, number>()
  #next = 0
  #until = 0
  #ms: number[] = []
  #done: () => void = () => undefined

  constructor(brokers: readonly string[], trip: Trip) {
    this.#trip = trip
    const logLevel = kafkajs.logLevel.NOTHING
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel })
    this.#producer = kafka.producer({ allowAutoTopicCreation: false })
    const groupId = `bench-${randomBytes(6).toString('hex')}`
    this.#consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
  }

  async start(): Promise<void> {
    await this.#producer.connect()
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topic: this.#trip.readFrom, fromBeginning: true })
    const joined = new Promise<void>((resolve) => {
      this.#consumer.on('consumer.group_join', () => resolve())
    })
    await this.#consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { value } of batch.messages) if (value !== null) this.#take(value)
      },
    })
    await joined
  }

  /** `count` round trips. */
  async run(count: number): Promise<Took> {
    this.#ms = []
    this.#until = this.#next + count
    const began = performance.now()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#done = resolve
    while (this.#next < this.#until && this.#sentAt.size < OUTSTANDING) this.#begin()
    await promise
    const seconds = (performance.now() - began) / 1_000
    return { perSecond: count / seconds, ms: new Float64Array(this.#ms).sort() }
  }

  #begin(): void {
    const n = this.#next
    this.#next += 1
    this.#sentAt.set(n, performance.now())
    this.#queue(this.#trip.send(n))
  }

  #take(value: Buffer): void {
    const { n, also } = this.#trip.answered(value)
    const sentAt = this.#sentAt.get(n)
    // A repeat of what has been answered, or of a run before this one.
    if (sentAt === undefined) return
    if (also !== undefined) this.#queue(also)
    this.#sentAt.delete(n)
    this.#ms.push(performance.now() - sentAt)
    if (this.#next < this.#until) this.#begin()
    else if (this.#sentAt.size === 0) this.#done()
  }

  #queue(message: Message): void {
    this.#waiting.push(message)
    if (!this.#sending) void this.#send()
  }

  async #send(): Promise<void> {
    this.#sending = true
    while (this.#waiting.length > 0) {
      const messages = this.#waiting
      this.#waiting = []
      await this.#producer.send({ topic: this.#trip.sendTo, acks: -1, messages })
    }
    this.#sending = false
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect()
    await this.#producer.disconnect()
  }
}
