import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'

/**
 * A record produced and consumed, and that so often over: what no change can go below that is kept
 * in one service's log, told on its topic of events, and kept in another's log.
 */
export class Trips {
  readonly #topic: string
  readonly #times: number
  readonly #producer: kafkajs.Producer
  readonly #consumer: kafkajs.Consumer
  #come: (value: string) => void = () => {}

  constructor(brokers: readonly string[], topic: string, times: number) {
    this.#topic = topic
    this.#times = times
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      logLevel: kafkajs.logLevel.NOTHING,
    })
    this.#producer = kafka.producer({ allowAutoTopicCreation: false })
    this.#consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 })
  }

  async start(): Promise<void> {
    await this.#producer.connect()
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topic: this.#topic, fromBeginning: true })
    const joined = new Promise<void>((resolve) => {
      this.#consumer.on('consumer.group_join', () => resolve())
    })
    await this.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => this.#come(message.value?.toString() ?? ''),
    })
    await joined
  }

  /** One after the other; resolves when the last has come. */
  async make(): Promise<void> {
    for (let time = 0; time < this.#times; time++) {
      const value = randomUUID()
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#come = (come) => {
        if (come === value) resolve()
      }
      await this.#producer.send({ topic: this.#topic, acks: -1, messages: [{ value }] })
      await promise
    }
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect()
    await this.#producer.disconnect()
  }
}
