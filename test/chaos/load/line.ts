import type { ClientDuplexStream } from '@grpc/grpc-js'
import { backoffMs, type Refusal, refusalOf, refusalOfAnswer } from 'evenkeel/platform/refusal.ts'
import { duration } from 'evenkeel/platform/wire.ts'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type {
  ContactStreamRequest,
  ContactStreamResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { Book } from '../book/book.ts'
import { codeOf } from './calls.ts'
import type { Turn } from './targets.ts'

export type ContactCommand = NonNullable<ContactStreamRequest['command']>
type Stream = ClientDuplexStream<ContactStreamRequest, ContactStreamResponse>

/** What the server may take for one answer. */
const ANSWER_MS = 3_000
/** Longer without the answer: the stream is dead, whatever it says. */
const DEAD_MS = ANSWER_MS + 1_000
const LOOK_MS = 500

export interface LineAnswer {
  readonly contact: Contact
  readonly position: string
}

interface Pending {
  readonly requestId: string
  readonly command: ContactCommand
  readonly answered: (answer: LineAnswer) => void
  readonly refused: (refusal: Refusal) => void
  attempts: number
  sentAt: number
}

/**
 * Commands over one ContactStream, many outstanding. A stream that breaks or falls silent is opened
 * again at the next target, and what has no answer is sent again.
 */
export class Line {
  readonly #book: Book
  readonly #turn: Turn
  readonly #pending = new Map<string, Pending>()
  readonly #look: NodeJS.Timeout
  #stream: Stream | undefined
  #failures = 0
  #sent = 0
  #closed = false

  constructor(book: Book, turn: Turn) {
    this.#book = book
    this.#turn = turn
    this.#look = setInterval(() => this.#leaveIfDead(), LOOK_MS)
    this.#open()
  }

  /** Resolves with the answer; rejects with a Refusal that repeating would not change. */
  send(command: ContactCommand): Promise<LineAnswer> {
    return new Promise((answered, refused) => {
      this.#sent += 1
      const requestId = String(this.#sent)
      const pending = { requestId, command, answered, refused, attempts: 1, sentAt: 0 }
      this.#pending.set(requestId, pending)
      this.#write(pending)
    })
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#look)
    this.#stream?.cancel()
  }

  #open(): void {
    if (this.#closed) return
    const stream = this.#turn.clients.contacts.contactStream()
    this.#stream = stream
    stream.on('data', (answer: ContactStreamResponse) => this.#take(answer))
    stream.on('error', (error) => this.#broken(stream, refusalOf(error)))
    stream.on('end', () => this.#broken(stream, undefined))
    for (const pending of this.#pending.values()) this.#write(pending)
  }

  #broken(stream: Stream, refusal: Refusal | undefined): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    if (this.#closed) return
    if (refusal !== undefined) {
      const tookMs = this.#oldestMs()
      this.#book.refuse({
        code: codeOf(refusal),
        message: refusal.message,
        retryable: refusal.retryable,
        tookMs,
      })
    }
    this.#failures += 1
    this.#book.repeated += this.#pending.size
    this.#turn.next()
    setTimeout(() => this.#open(), backoffMs(this.#failures))
  }

  #oldestMs(): number {
    const oldest = this.#pending.values().next().value
    return oldest === undefined || oldest.sentAt === 0 ? 0 : performance.now() - oldest.sentAt
  }

  #write(pending: Pending): void {
    const { requestId, command } = pending
    if (this.#stream === undefined || !this.#pending.has(requestId)) return
    pending.sentAt = performance.now()
    this.#stream.write({ requestId, timeout: duration(ANSWER_MS), command })
  }

  #take({ requestId, position, result }: ContactStreamResponse): void {
    const pending = this.#pending.get(requestId)
    if (pending === undefined) return
    this.#failures = 0
    if (result?.$case === 'contact') {
      this.#pending.delete(requestId)
      return pending.answered({ contact: result.value, position })
    }
    const refusal =
      result === undefined
        ? refusalOf({ message: 'an answer without a result' })
        : refusalOfAnswer(result.value)
    const { retryable } = refusal
    const tookMs = performance.now() - pending.sentAt
    this.#book.refuse({ code: codeOf(refusal), message: refusal.message, retryable, tookMs })
    if (!retryable) {
      this.#pending.delete(requestId)
      return pending.refused(refusal)
    }
    pending.attempts += 1
    this.#book.repeated += 1
    pending.sentAt = performance.now() + backoffMs(pending.attempts, refusal.retryAfterMs)
    setTimeout(() => this.#write(pending), pending.sentAt - performance.now())
  }

  /** A replica that is stopped keeps its connections, and says nothing. */
  #leaveIfDead(): void {
    if (this.#stream !== undefined && this.#oldestMs() > DEAD_MS) this.#stream.cancel()
  }
}
