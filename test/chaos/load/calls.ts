import { setTimeout as pause } from 'node:timers/promises'
import { type CallOptions, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { backoffMs, Refusal, refusalOf } from 'evenkeel/platform/refusal.ts'
import type { Book } from '../book/book.ts'
import type { Clients, Turn } from './targets.ts'

/** So short that a replica that hangs is soon left for another; repeating does no harm. */
const CALL_MS = 3_000

/** A generated unary method, bound to its client. */
type Unary<Request, Answer> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, answer: Answer) => void,
) => { on(event: 'metadata', heard: (headers: Metadata) => void): unknown }

export interface Answered<Answer> {
  readonly answer: Answer
  readonly position: string
}

/** One try. Rejects with a Refusal. */
export function tried<Request, Answer>(
  method: Unary<Request, Answer>,
  request: Request,
  deadlineMs = CALL_MS,
  metadata = new Metadata(),
): Promise<Answered<Answer>> {
  return new Promise((resolve, reject) => {
    let position = ''
    const options = { deadline: Date.now() + deadlineMs }
    const call = method(request, metadata, options, (error, answer) => {
      if (error === null) resolve({ answer, position })
      else reject(refusalOf(error))
    })
    call.on('metadata', (headers) => {
      position = String(headers.get('evenkeel-position')[0] ?? '')
    })
  })
}

/** The status stands in where nobody of Evenkeel's has answered. */
export function codeOf(refusal: Refusal): string {
  if (refusal.code !== '') return refusal.code
  // Ours: a stream is given up that has left a command without an answer for too long.
  if (refusal.message.includes('Cancelled on client')) return 'NO_ANSWER'
  return `gRPC ${status[refusal.status] ?? refusal.status}`
}

/**
 * Calls until it is answered or refused for good, with the same ids, at the next target whenever
 * one can't answer. Rejects with the Refusal.
 */
export async function persistently<Request, Answer>(
  book: Book,
  turn: Turn,
  method: (clients: Clients) => Unary<Request, Answer>,
  request: Request,
): Promise<Answered<Answer>> {
  for (let attempt = 1; ; attempt += 1) {
    if (turn.closed) throw new Refusal(status.CANCELLED, 'the run is over', [])
    const from = performance.now()
    try {
      return await tried(method(turn.clients), request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { retryable } = error
      book.refuse({
        code: codeOf(error),
        message: error.message,
        retryable,
        tookMs: performance.now() - from,
      })
      if (!retryable) throw error
      turn.next()
      book.repeated += 1
      await pause(backoffMs(attempt, error.retryAfterMs))
    }
  }
}
