import type { Metadata, ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js'
import { type CodedError, common } from '../errors/index.ts'
import type { Logger, RpcMetrics } from '../observe/index.ts'
import { codedOf } from './answer.ts'
import type { RawDuplex, RawOutbound } from './bind.ts'
import type { ServeLimits } from './limits.ts'
import { boundedQueue } from './queue.ts'

export interface StreamContext {
  readonly rpc: string
  readonly limits: ServeLimits
  readonly logger: Logger
  readonly metrics: RpcMetrics
  /** Open streams of the server; each takes itself out when it ends. */
  readonly open: Set<OpenStream>
  readonly statusOf: (error: CodedError) => GrpcStatus
}

/** What grpc-js takes as a call's end. */
export interface GrpcStatus {
  readonly code: number
  readonly details: string
  readonly metadata: Metadata
}

export interface OpenStream {
  /** Ends it with the error, now. */
  fail(error: unknown): void
}

type Writable = ServerWritableStream<Uint8Array, Uint8Array>
export type BytesDuplex = ServerDuplexStream<Uint8Array, Uint8Array>

/**
 * Runs one stream to its end, which comes once: the handler's promise settles, the caller goes, the
 * reader is too slow, or the server leaves. Nothing that happens to it leaves this function.
 */
export function runStream(
  call: Writable | BytesDuplex,
  context: StreamContext,
  handle: (stream: RawOutbound) => Promise<void>,
): void {
  const { rpc, limits, logger, metrics, open } = context
  const gone = new AbortController()
  let ended = false
  const end = (last: () => void) => {
    if (ended) return
    ended = true
    open.delete(self)
    metrics.streams.add({ rpc }, -1)
    queue.close()
    last()
    gone.abort()
  }
  const fail = (error: unknown) => {
    // What a handler throws because its caller has gone is of no interest to anybody.
    if (ended) return
    const coded = codedOf(error, rpc, logger)
    metrics.refused.inc({ rpc, code: coded.code })
    // grpc-js ends a stream with a status in this way only; its own listener takes the event.
    end(() => call.emit('error', context.statusOf(coded)))
  }
  const self: OpenStream = { fail }
  const queue = boundedQueue(call, limits, (limit, what) => {
    fail(common('WATCH_TOO_SLOW', { limit, what }))
  })
  call.on('cancelled', () => end(() => {}))
  open.add(self)
  metrics.streams.add({ rpc }, 1)
  const write = (message: Uint8Array) => {
    if (ended) return false
    metrics.messages.inc({ rpc, direction: 'out' })
    return queue.write(message)
  }
  const stream = { signal: gone.signal, write, drained: queue.drained, fail }
  if (open.size > limits.streamsMax) {
    fail(common('OVERLOADED', { limit: limits.streamsMax, what: 'streams' }))
    return
  }
  // Inside the promise, so that a handler that throws before its first await ends its stream like
  // any other.
  Promise.resolve(stream)
    .then(handle)
    .then(queue.drained)
    .then(() => end(() => call.end()))
    .catch(fail)
}

/** The reading side for a bidirectional stream. */
export function duplexOf(call: BytesDuplex, out: RawOutbound, context: StreamContext): RawDuplex {
  return { ...out, read: () => read(call, out.signal, context) }
}

/**
 * grpc-js reads from the wire while its buffer has room (16 messages), and HTTP/2 flow control
 * holds the caller back. Breaking off the loop must not destroy the call: its answer is still to be
 * written.
 */
async function* read(
  call: BytesDuplex,
  signal: AbortSignal,
  { rpc, metrics }: StreamContext,
): AsyncIterable<Uint8Array> {
  const messages: AsyncIterable<Uint8Array> = call.iterator({ destroyOnReturn: false })
  try {
    for await (const message of messages) {
      metrics.messages.inc({ rpc, direction: 'in' })
      yield message
      if (signal.aborted) return
    }
  } catch (error) {
    // A caller that went away is the end of what it has to say, not a fault.
    if (!signal.aborted) throw error
  }
}
