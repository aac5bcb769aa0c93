import { LogRefused, LogUnusable } from '../log/port.ts'
import type { Halt } from '../protocol/halts.ts'
import { Backoff } from './backoff.ts'
import { LeftEarly, unlessEnding } from './ending.ts'
import { HaltedAtStart } from './halted.ts'
import type { RealTime } from './real-time.ts'
import { encodeRecord } from './record.ts'
import type { ReplicaOptions } from './replica.ts'

/** What is asked of whoever joins. */
interface Joining {
  hasJoined(): boolean
  halted(): Halt | undefined
}

/** Appends the Join of a run until it counts. */
export async function join<State, Command, Event>(
  member: Joining,
  joined: Promise<void>,
  bootNonce: string,
  options: ReplicaOptions<State, Command, Event>,
  time: RealTime,
): Promise<void> {
  const { log, partition, replicaId, clock, service } = options
  const body = { kind: 'join', bootNonce, supportedLogic: service.logic } as const
  await persist(options, time, 'join', async () => {
    // A repeated Join of the same run is ignored, so an attempt that nobody acknowledged does no
    // harm.
    if (member.hasJoined()) return
    throwIfHalted(member)
    const draft = { replica: replicaId, epoch: 0, sequence: 0, notAfterMs: 0, body }
    await log.append(partition, [encodeRecord({ ...draft, clockMs: clock.now() })])
  })
  await unlessEnding(options.ending, joined)
}

/** A leader of the log's own is found in less, after whatever failure. */
export const LATE_MS = 10_000

/**
 * Tries for as long as the log is out of reach; not when it is not what it should be, nor when this
 * process leaves.
 */
export async function persist<State, Command, Event, T>(
  options: ReplicaOptions<State, Command, Event>,
  time: RealTime,
  what: string,
  attempt: () => Promise<T>,
): Promise<T> {
  const { partition, logger, ending, onLate, lateMs = LATE_MS } = options
  const backoff = new Backoff(time)
  const since = time.now()
  for (;;) {
    try {
      return await unlessEnding(ending, attempt())
    } catch (error) {
      if (isFinal(error)) throw error
      if (error instanceof LogRefused && error.causeCode === 'closed') throw new LeftEarly()
      logger.warn({ partition, error: error }, `could not ${what}, trying again`)
      if (time.now() - since >= lateMs) onLate?.()
      await unlessEnding(ending, backoff.pause()).finally(() => backoff.cancel())
    }
  }
}

function isFinal(error: unknown): boolean {
  return (
    error instanceof LogUnusable || error instanceof HaltedAtStart || error instanceof LeftEarly
  )
}

export function throwIfHalted(member: { halted(): Halt | undefined }): void {
  const halt = member.halted()
  if (halt !== undefined) throw new HaltedAtStart(halt)
}
