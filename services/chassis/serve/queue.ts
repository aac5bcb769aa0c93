/** Where a stream's messages go: a Node writable, or what behaves like one. */
export interface Sink {
  write(message: Uint8Array): boolean
  on(event: 'drain', listener: () => void): unknown
}

export interface QueueLimits {
  readonly queueMessagesMax: number
  readonly queueBytesMax: number
}

export interface BoundedQueue {
  /**
   * False: the reader is behind; what was written is kept, unless the queue has overflowed or is
   * closed.
   */
  write(message: Uint8Array): boolean
  /** Resolves when nothing waits here, or the queue is closed. */
  drained(): Promise<void>
  /** Forgets what waits and takes no more. */
  close(): void
}

/**
 * Messages for a reader that may be slow. The sink itself says when it has enough; what comes then
 * waits here, within limits. Beyond them `onOverflow` is called once, and everything is forgotten:
 * a reader that far behind must resume.
 */
export function boundedQueue(
  sink: Sink,
  limits: QueueLimits,
  onOverflow: (limit: number, what: string) => void,
): BoundedQueue {
  let waiting: Uint8Array[] = []
  let sent = 0
  let bytes = 0
  let blocked = false
  let closed = false
  const wake: (() => void)[] = []

  const settle = () => {
    for (const resolve of wake.splice(0)) resolve()
  }
  const close = () => {
    closed = true
    waiting = []
    sent = 0
    bytes = 0
    settle()
  }
  const overflow = (limit: number, what: string) => {
    close()
    onOverflow(limit, what)
    return false
  }

  sink.on('drain', () => {
    blocked = false
    for (let next = waiting[sent]; !blocked && next !== undefined; next = waiting[sent]) {
      sent += 1
      bytes -= next.length
      blocked = !sink.write(next)
    }
    // What was sent is let go in one piece; an array shifted message by message would cost its
    // length each time.
    waiting = waiting.slice(sent)
    sent = 0
    if (!blocked) settle()
  })

  return {
    write: (message) => {
      if (closed) return false
      if (!blocked) {
        blocked = !sink.write(message)
        return !blocked
      }
      if (waiting.length - sent >= limits.queueMessagesMax) {
        return overflow(limits.queueMessagesMax, 'messages')
      }
      if (bytes + message.length > limits.queueBytesMax) {
        return overflow(limits.queueBytesMax, 'bytes')
      }
      waiting.push(message)
      bytes += message.length
      return false
    },
    drained: () =>
      closed || !blocked ? Promise.resolve() : new Promise((resolve) => wake.push(resolve)),
    close,
  }
}
