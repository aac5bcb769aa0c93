import type { ClientReadableStream } from '@grpc/grpc-js'
import { backoffMs, refusalOf } from 'evenkeel/platform/refusal.ts'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { WatchContactsResponse } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import type { Book } from '../book/book.ts'
import { codeOf } from './calls.ts'
import type { Turn } from './targets.ts'

type Stream = ClientReadableStream<WatchContactsResponse>

/** Under load a pool's contacts change many times a second: silence means that nobody is there. */
const SILENT_MS = 4_000
const LOOK_MS = 500

/** A pool's contacts as they change, over any number of replicas, one after the other. */
export class Watch {
  readonly #book: Book
  readonly #turn: Turn
  readonly #pool: string
  readonly #heard: (contact: Contact) => void
  readonly #look: NodeJS.Timeout
  #stream: Stream | undefined
  #heardAt = performance.now()
  #failures = 0
  #closed = false

  constructor(book: Book, turn: Turn, pool: string, heard: (contact: Contact) => void) {
    this.#book = book
    this.#turn = turn
    this.#pool = pool
    this.#heard = heard
    this.#look = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENT_MS) this.#stream?.cancel()
    }, LOOK_MS)
    this.#open()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#look)
    this.#stream?.cancel()
  }

  #open(): void {
    if (this.#closed) return
    const stream = this.#turn.clients.watches.watchContacts({
      pool: this.#pool,
      changesOnly: false,
    })
    this.#stream = stream
    this.#heardAt = performance.now()
    stream.on('data', ({ event }: WatchContactsResponse) => {
      this.#heardAt = performance.now()
      this.#failures = 0
      if (event?.$case === 'contact') this.#heard(event.value)
    })
    stream.on('error', (error) => {
      const refusal = refusalOf(error)
      const ours = refusal.message.includes('Cancelled on client')
      if (!ours && this.#stream === stream && !this.#closed) {
        this.#book.refuse({
          code: codeOf(refusal),
          message: refusal.message,
          retryable: refusal.retryable,
          tookMs: 0,
        })
      }
      this.#broken(stream)
    })
    stream.on('end', () => this.#broken(stream))
  }

  #broken(stream: Stream): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    if (this.#closed) return
    this.#failures += 1
    this.#turn.next()
    setTimeout(() => this.#open(), backoffMs(this.#failures))
  }
}
