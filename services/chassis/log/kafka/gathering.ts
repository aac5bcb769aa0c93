import { LogRefused } from '../port.ts'
import { assertNoError, messageOf } from './failure.ts'
import { JOINED_BYTES_MAX, JOINED_RECORDS_MAX, GATHERED_BYTES_MAX } from './limits.ts'
import type { Line } from './line.ts'
import { type Appended, type Message, produceExchange } from './requests.ts'

interface Waiting {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly Message[]
  readonly bytes: number
  readonly done: (offset: number) => void
  readonly failed: (error: unknown) => void
}

/** What goes to one partition in one request: one batch, since a broker takes no second. */
interface Batch {
  readonly topic: string
  readonly partition: number
  readonly parts: Waiting[]
  records: number
  bytes: number
}

/**
 * Appends to one broker, a request at a time, each with all that has come since the last: a broker
 * answers a connection's requests one after another anyway, and a process with many partitions has
 * something for several of them at once.
 */
export class Gathering {
  readonly #line: Line
  #waiting: Waiting[] = []
  #sending = false

  constructor(line: Line) {
    this.#line = line
  }

  /**
   * Resolves with the first offset. Rejects with LogRefused when the line failed before this was
   * sent, with BrokerError when the broker refused, with any other error when nobody knows.
   */
  append(topic: string, partition: number, messages: readonly Message[]): Promise<number> {
    const bytes = messages.reduce((sum, { key, value }) => sum + sizeOf(key) + sizeOf(value), 0)
    return new Promise((done, failed) => {
      this.#waiting.push({ topic, partition, messages, bytes, done, failed })
      if (this.#sending) return
      this.#sending = true
      // Ticks of several partitions are due in the same turn.
      setImmediate(() => void this.#send())
    })
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batches = this.#take()
      try {
        const { request, decode } = produceExchange(batches.map(whole))
        const answers = await this.#line.ask(request, decode)
        for (const batch of batches) settle(batch, answers.get(nameOf(batch)))
      } catch (error) {
        for (const { parts } of batches) for (const { failed } of parts) failed(error)
        this.#refuseAll(error)
      }
    }
    this.#sending = false
  }

  /** As much as may go in one request; the order within a partition is kept. */
  #take(): readonly Batch[] {
    const batches = new Map<string, Batch>()
    const full = new Set<string>()
    const left: Waiting[] = []
    let total = 0
    for (const one of this.#waiting) {
      const name = nameOf(one)
      const batch = batches.get(name)
      const fits = batches.size === 0 || total + one.bytes <= GATHERED_BYTES_MAX
      if (full.has(name) || !fits || (batch !== undefined && !hasRoom(batch, one))) {
        full.add(name)
        left.push(one)
        continue
      }
      total += one.bytes
      if (batch === undefined) batches.set(name, batchOf(one))
      else join(batch, one)
    }
    this.#waiting = left
    return [...batches.values()]
  }

  /** The line is of no use, and none of these has been sent. */
  #refuseAll(cause: unknown): void {
    const refused = new LogRefused('unavailable', messageOf(cause), { cause })
    for (const { failed } of this.#waiting.splice(0)) failed(refused)
  }
}

const sizeOf = (bytes: Buffer | null): number => bytes?.length ?? 0

const nameOf = (one: { readonly topic: string; readonly partition: number }): string =>
  `${one.topic}/${one.partition}`

function batchOf(one: Waiting): Batch {
  const { topic, partition, messages, bytes } = one
  return { topic, partition, parts: [one], records: messages.length, bytes }
}

function hasRoom(batch: Batch, one: Waiting): boolean {
  const records = batch.records + one.messages.length
  return records <= JOINED_RECORDS_MAX && batch.bytes + one.bytes <= JOINED_BYTES_MAX
}

function join(batch: Batch, one: Waiting): void {
  batch.parts.push(one)
  batch.records += one.messages.length
  batch.bytes += one.bytes
}

function whole({ topic, partition, parts }: Batch) {
  return { topic, partition, messages: parts.flatMap(({ messages }) => messages) }
}

/** All of a batch is written, or none of it. */
function settle(batch: Batch, answer: Appended | undefined): void {
  const name = nameOf(batch)
  try {
    if (answer === undefined) throw new Error(`the answer leaves out ${name}`)
    assertNoError(answer.errorCode, name)
  } catch (error) {
    for (const { failed } of batch.parts) failed(error)
    return
  }
  let offset = answer.baseOffset
  for (const { messages, done } of batch.parts) {
    done(offset)
    offset += messages.length
  }
}
