import type { Halt } from '../protocol/halts.ts'
import { LeftEarly, unlessEnding } from './ending.ts'
import { HaltedAtStart, tellHalt } from './halted.ts'
import { join, LATE_MS, persist } from './join.ts'
import { Member } from './member.ts'
import { type RealTime, processTime } from './real-time.ts'
import { encodeRecord } from './record.ts'
import { randomHex } from './random.ts'
import type { ReplicaOptions, RunningReplica } from './replica.ts'
import { type Begun, restored } from './restore.ts'

/**
 * Begins the log if nobody has, restores what it can, replays the rest, joins, and only then takes
 * commands. Waits for a log that is out of reach: a restart would not bring it back. Rejects when
 * the log is not what it should be.
 */
export async function startReplica<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
): Promise<RunningReplica<State>> {
  const time = options.realTime ?? processTime
  const random = options.random ?? randomHex
  const nonce = random()
  const head = await beginning(options, time, random)
  const begun = await restoredOrTold(options, head, time)
  const member = new Member(options, nonce, begun)
  const joined = member.joining()
  // Told of by throwIfHalted as well, whoever comes first.
  joined.catch(() => {})
  member.startReading()
  try {
    await replayed(member, head, options, time)
    // It answers nobody, and is there to be told to skip the record.
    if (member.waits()) return member
    await join(member, joined, nonce, options, time)
    member.stand()
    return member
  } catch (error) {
    if (error instanceof LeftEarly) await member.stop()
    throw error
  }
}

/** Whoever follows the halts of a replica hears of those as well that leave none behind. */
async function restoredOrTold<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
  head: number,
  time: RealTime,
): Promise<Begun<State, Command, Event>> {
  try {
    return await persist(options, time, 'restore', () => restored(options, head, time))
  } catch (error) {
    if (error instanceof HaltedAtStart) tellHalt(options, error.halt)
    throw error
  }
}

/** Offset after the last record, of a log that has a first one. */
async function beginning<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
  time: RealTime,
  random: () => string,
): Promise<number> {
  const { log, partition, service } = options
  const { partitions } = log
  const genesis = {
    kind: 'genesis',
    incarnation: random(),
    partitions,
    service: service.name,
  } as const
  return persist(options, time, 'begin the log', async () => {
    const head = await log.head(partition)
    if (head > 0) return head
    // Should two replicas find it empty, the first Genesis counts and the other is ignored.
    await log.append(partition, [
      encodeRecord({
        replica: '',
        epoch: 0,
        sequence: 0,
        notAfterMs: 0,
        clockMs: 0,
        body: genesis,
      }),
    ])
    return log.head(partition)
  })
}

async function replayed<State, Command, Event>(
  member: Member<State, Command, Event>,
  head: number,
  options: ReplicaOptions<State, Command, Event>,
  time: RealTime,
): Promise<void> {
  const { onProgress, onLate, lateMs = LATE_MS, ending } = options
  let [readTo, since] = [member.readTo, time.now()]
  while (member.readTo + 1 < head) {
    throwIfOver(member)
    onProgress?.({ applied: member.offset + 1, head })
    if (member.readTo > readTo) [readTo, since] = [member.readTo, time.now()]
    else if (time.now() - since >= lateMs) onLate?.()
    await unlessEnding(ending, new Promise<void>((resolve) => time.after(progressMs, resolve)))
  }
  throwIfOver(member)
  onProgress?.({ applied: member.offset + 1, head })
}

/** How often a replay is looked at. */
const progressMs = 5

function throwIfOver(member: { haltedForGood(): Halt | undefined }): void {
  const halt = member.haltedForGood()
  if (halt !== undefined) throw new HaltedAtStart(halt)
}
