import { type ClientDuplexStream, status } from '@grpc/grpc-js'
import type { Clock } from '@evenkeel/chassis/log'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type {
  ContactServiceClient,
  ContactStreamRequest,
  ContactStreamResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { backoffMs, type Refusal, refusalOf, refusalOfAnswer } from './refusal.ts'
import type { Targets } from './targets.ts'
import { duration } from './wire.ts'

export type ContactCommand = NonNullable<ContactStreamRequest['command']>

interface Pending {
  readonly requestId: string
  readonly command: ContactCommand
  readonly answered: (contact: Contact) => void
  readonly refused: (refusal: Refusal) => void
  /** By the day's clock. */
  readonly askedAt: number
  attempts: number
  /** Real time. */
  sentAt: number
}

/** Real time that the server may take for one answer. */
const ANSWER_MS = 10_000
/** A stream that leaves a request unanswered for this long is dead, whatever it says. */
const DEAD_AFTER_MS = 2 * ANSWER_MS
const SILENT = status.DEADLINE_EXCEEDED
/** Tries with one replica that refuses for the moment, before another one is asked. */
const ATTEMPTS_HERE = 3
/** Real time between looks for dead requests. */
const LOOK_MS = 1000

/**
 * Commands of contacts over one ContactStream, many outstanding. When the stream breaks, it is
 * opened again and every command that has no answer yet is sent again, in the order in which they
 * were first sent: ids make that harmless.
 */
export class ContactLine {
  readonly #client: ContactServiceClient
  readonly #targets: Targets
  readonly #clock: Clock
  readonly #pending = new Map<string, Pending>()
  readonly #look: NodeJS.Timeout
  #stream: ClientDuplexStream<ContactStreamRequest, ContactStreamResponse> | undefined
  #opened = 0
  #failures = 0
  #target = ''
  #sent = 0
  #closed = false

  constructor(client: ContactServiceClient, targets: Targets, clock: Clock) {
    this.#client = client
    this.#targets = targets
    this.#clock = clock
    this.#look = setInterval(() => this.#endIfDead(), LOOK_MS)
    this.#open()
  }

  /** Commands answered for good, for the rate shown. */
  answered = 0

  /**
   * Resolves with the contact after the command; rejects with a Refusal that repeating would not
   * change.
   */
  send(command: ContactCommand): Promise<Contact> {
    return new Promise((answered, refused) => {
      this.#sent += 1
      const requestId = String(this.#sent)
      const askedAt = this.#clock.now()
      const pending = { requestId, command, answered, refused, askedAt, attempts: 1, sentAt: 0 }
      this.#pending.set(requestId, pending)
      this.#write(pending)
    })
  }

  /** Commands without an answer so far. */
  outstanding(): number {
    return this.#pending.size
  }

  /** When the oldest of them was first sent, by the day's clock. */
  waitingSince(): number | undefined {
    return this.#pending.values().next().value?.askedAt
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#look)
    this.#stream?.end()
  }

  #open(): void {
    if (this.#closed) return
    this.#opened += 1
    const opened = this.#opened
    this.#target = this.#targets.current
    const stream = this.#client.contactStream()
    this.#stream = stream
    stream.on('data', (answer: ContactStreamResponse) => this.#take(answer))
    stream.on('error', () => this.#broken(opened))
    stream.on('end', () => this.#broken(opened))
    for (const pending of this.#pending.values()) this.#write(pending)
  }

  #broken(opened: number): void {
    if (opened !== this.#opened || this.#closed) return
    this.#stream = undefined
    this.#opened += 1
    this.#failures += 1
    setTimeout(() => this.#open(), backoffMs(this.#failures))
  }

  #write(pending: Pending): void {
    if (this.#stream === undefined) return
    const { requestId, command } = pending
    pending.sentAt = performance.now()
    this.#stream.write({ requestId, timeout: duration(ANSWER_MS), command })
  }

  #take(answer: ContactStreamResponse): void {
    const pending = this.#pending.get(answer.requestId)
    if (pending === undefined) return
    this.#failures = 0
    this.#targets.seen(answer.position)
    switch (answer.result?.$case) {
      case 'contact':
        this.answered += 1
        this.#pending.delete(answer.requestId)
        return pending.answered(answer.result.value)
      case 'error':
        return this.#refuse(pending, refusalOfAnswer(answer.result.value))
      case undefined:
        return this.#refuse(pending, refusalOf({ message: 'an answer without a result' }))
    }
  }

  #refuse(pending: Pending, refusal: Refusal): void {
    if (refusal.retryable && !this.#closed) {
      if (this.#hasMoved(pending, refusal)) return this.#stream?.cancel()
      const pause = backoffMs(pending.attempts, refusal.retryAfterMs)
      pending.attempts += 1
      pending.sentAt = performance.now() + pause
      setTimeout(() => this.#write(pending), pause)
      return
    }
    this.answered += 1
    this.#pending.delete(pending.requestId)
    pending.refused(refusal)
  }

  /** All that has no answer is sent again, in its order, where the next stream is opened. */
  #hasMoved(pending: Pending, refusal: Refusal): boolean {
    const patient = refusal.movedTo === undefined && pending.attempts < ATTEMPTS_HERE
    return !patient && this.#targets.refused(this.#target, refusal)
  }

  #endIfDead(): void {
    const oldest = this.#pending.values().next().value
    if (oldest === undefined || oldest.sentAt === 0) return
    if (performance.now() - oldest.sentAt <= DEAD_AFTER_MS) return
    this.#targets.refused(this.#target, refusalOf({ code: SILENT, message: 'no answer' }))
    this.#stream?.cancel()
  }
}
