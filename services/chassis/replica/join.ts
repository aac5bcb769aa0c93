import { LogUnusable } from '../log/port.ts'
import type { Halt } from '../protocol/halts.ts'
import { Backoff } from './backoff.ts'
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
  await joined
}

/** Tries for as long as the log is out of reach; not when it is not what it should be. */
export async function persist<State, Command, Event, T>(
  options: ReplicaOptions<State, Command, Event>,
  time: RealTime,
  what: string,
  attempt: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(time)
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof LogUnusable || error instanceof HaltedAtStart) throw error
      const { partition, logger } = options
      logger.warn({ partition, error: error }, `could not ${what}, trying again`)
      await backoff.pause()
    }
  }
}

export function throwIfHalted(member: { halted(): Halt | undefined }): void {
  const halt = member.halted()
  if (halt !== undefined) throw new HaltedAtStart(halt)
}
