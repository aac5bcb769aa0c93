import { type ClientReadableStream, status as grpcStatus } from '@grpc/grpc-js'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type {
  WatchContactsResponse,
  WatchQueuesResponse,
  WatchServiceClient,
} from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { backoffMs, refusalOf } from './refusal.ts'
import { duration } from './wire.ts'

export interface Watch {
  close(): void
}

export interface ContactsListener {
  /** A contact as it is; after a reconnection perhaps one that was told before. */
  contact(contact: Contact): void
  /**
   * All that is retained has been told, what follows are changes. Told again after each
   * reconnection.
   */
  complete(): void
  /** The stream is gone; it is opened again until closed. */
  lost(): void
}

/** A pool's contacts, from a snapshot on, over any number of reconnections. */
export function watchContacts(
  client: WatchServiceClient,
  pool: string,
  listener: ContactsListener,
): Watch {
  return reopened(
    () => client.watchContacts({ pool, changesOnly: false }),
    (message: WatchContactsResponse) => {
      switch (message.event?.$case) {
        case 'contact':
          return listener.contact(message.event.value)
        case 'snapshotComplete':
          return listener.complete()
        case 'forgotten':
        case undefined:
          return
      }
    },
    () => listener.lost(),
  )
}

/** A pool's queues, each told when it has changed, at most once per `intervalMs` of real time. */
export function watchQueues(
  client: WatchServiceClient,
  pool: string,
  intervalMs: number,
  changed: (queues: readonly QueueStats[]) => void,
): Watch {
  return reopened(
    () => client.watchQueues({ pool, interval: duration(intervalMs) }),
    (message: WatchQueuesResponse) => changed(message.queues),
  )
}

/** A stream over any number of reconnections; one that the server does not have is given up. */
export function reopened<Message>(
  open: () => ClientReadableStream<Message>,
  take: (message: Message) => void,
  lost: () => void = () => {},
): Watch {
  let stream: ClientReadableStream<Message> | undefined
  let closed = false
  let failures = 0
  const start = () => {
    if (closed) return
    const opened = open()
    stream = opened
    opened.on('data', (message: Message) => {
      failures = 0
      take(message)
    })
    const broken = (error?: Error) => {
      if (closed || stream !== opened) return
      if (error !== undefined && refusalOf(error).status === grpcStatus.UNIMPLEMENTED) return
      stream = undefined
      failures += 1
      lost()
      setTimeout(start, backoffMs(failures))
    }
    opened.on('error', broken)
    opened.on('end', () => broken())
  }
  start()
  return {
    close() {
      closed = true
      stream?.cancel()
    },
  }
}
