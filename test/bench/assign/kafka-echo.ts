/**
 * The floor of assign-kafka: the echo of echo.ts, but that a submission is answered and offered
 * only when its record has been produced to Kafka and has come back from there. kafkajs as it is,
 * one send in flight, everything that arrived meanwhile in the next.
 */
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { serveEcho } from './echo-server.ts'

const [brokers = '', topic = ''] = process.argv.slice(2)
const kafka = new Kafka({
  clientId: 'floor',
  brokers: brokers.split(','),
  logLevel: logLevel.ERROR,
})
const producer = kafka.producer({ allowAutoTopicCreation: false })
const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 })

let gathered: Buffer[] = []
let waiting: (() => void)[] = []
const inFlight: (() => void)[] = []
let sending = false

async function send(): Promise<void> {
  sending = true
  while (gathered.length > 0) {
    const values = gathered
    inFlight.push(...waiting)
    gathered = []
    waiting = []
    const messages = values.map((value) => ({ partition: 0, value }))
    await producer.send({ topic, acks: -1, messages })
  }
  sending = false
}

/** Resolves when the record has been read again; records come back in their order. */
function passed(request: SubmitContactRequest): Promise<void> {
  return new Promise((resolve) => {
    gathered.push(Buffer.from(SubmitContactRequest.encode(request).finish()))
    waiting.push(resolve)
    if (!sending) void send()
  })
}

await producer.connect()
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
const joined = new Promise<void>((resolve) => {
  consumer.on(consumer.events.GROUP_JOIN, () => resolve())
})
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    for (const _ of batch.messages) inFlight.shift()?.()
  },
})
await joined
serveEcho(passed)
