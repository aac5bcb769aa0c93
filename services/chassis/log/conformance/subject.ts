import type { Clock, EventStreams, Log, Tail } from '../port.ts'

/** An adapter as a process has it open. */
export interface Opened {
  readonly log: Log
  readonly streams: EventStreams
  close(): Promise<void>
}

/** What outlives a process: a file, a broker. */
export interface Subject {
  /** Called again only after what it gave before was closed. */
  open(): Promise<Opened>
  remove(): Promise<void>
}

/** Where the port leaves adapters free. */
export interface Freedoms {
  /** Record times are not the given clock's but the broker's own. */
  readonly ownClock?: true
  /** `bytes` counts what stands on the disk, framing included. */
  readonly framing?: true
  /**
   * What others have published, or this process before its end, is not known: it may be published
   * again, and a gap is not seen.
   */
  readonly repeats?: true
}

/** Makes an empty log with so many partitions whose record times are the clock's. */
export type SubjectFactory = (world: {
  readonly partitions: number
  readonly clock: Clock
}) => Promise<Subject>

/** The payload `text`, and back. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (payload: Uint8Array): string => new TextDecoder().decode(payload)

/** Stands where nothing may be heard. */
export function unheard(): void {
  throw new Error('heard of something that was not to come')
}

type Follow<E> = (
  from: number,
  onBatch: (entries: readonly E[]) => void | Promise<void>,
  onEnd: (error: Error) => void,
) => Tail

/** Follows until `count` entries have come. Rejects when the tail ends before. */
export async function read<E>(follow: Follow<E>, from: number, count: number): Promise<E[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const entries: E[] = []
  const tail = follow(
    from,
    (batch) => {
      entries.push(...batch)
      if (entries.length >= count) resolve()
    },
    reject,
  )
  if (count > 0) await promise
  await tail.stop()
  return entries
}

/** The error with which a tail ends. */
export function ending<E>(
  follow: Follow<E>,
  from: number,
  onBatch: (entries: readonly E[]) => void | Promise<void>,
): Promise<Error> {
  const { promise, resolve } = Promise.withResolvers<Error>()
  follow(from, onBatch, resolve)
  return promise
}

/** Runs `story` on a subject of its own, opened. */
export async function onNew(
  make: SubjectFactory,
  clock: Clock,
  story: (opened: Opened, reopen: () => Promise<Opened>) => Promise<void>,
): Promise<void> {
  const subject = await make({ partitions: 2, clock })
  let opened = await subject.open()
  const reopen = async () => {
    await opened.close()
    opened = await subject.open()
    return opened
  }
  try {
    await story(opened, reopen)
  } finally {
    await opened.close()
    await subject.remove()
  }
}
