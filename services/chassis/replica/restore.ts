import type { Entry } from '../log/port.ts'
import type { ServiceCore } from '../protocol/core.ts'
import { Partition } from '../protocol/partition.ts'
import { type Restored, Snapshots, type Taker } from '../snapshot/index.ts'
import { HaltedAtStart } from './halted.ts'
import { randomHex } from './random.ts'
import { decodeRecord, encodeEnvelope } from './record.ts'
import type { RealTime } from './real-time.ts'
import type { ReplicaOptions } from './replica.ts'
import { Snapshotter } from './snapshotter.ts'

/** A partition as far as it could be had without the log, and who takes its next snapshots. */
export interface Begun<State, Command, Event> {
  readonly core: Partition<State, Command, Event>
  readonly snapshotter: Snapshotter | undefined
}

/**
 * The state that the log is to be read on from: the newest snapshot's, or none. Rejects with
 * HaltedAtStart when the log goes on from neither.
 */
export async function restored<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
  head: number,
  time: RealTime,
): Promise<Begun<State, Command, Event>> {
  const { log, partition, logger, snapshots: store } = options
  const first = await log.first(partition)
  const snapshots = store && new Snapshots(store, partition, logger)
  const empty = new EmptyCores(options)
  const found = snapshots && (await newest(options, snapshots, { first, head }, empty))
  if (found === undefined) {
    if (first > 0) {
      throw new HaltedAtStart({ code: 'log_start_gone', reason: startIsGone(first, snapshots) })
    }
    return begun(options, empty.take(), time, snapshots)
  }
  const { about, value: core } = found
  // Others go on while this one looks: the snapshot may be of what came after `head`.
  const end = about.offset < head ? head : await log.head(partition)
  if (about.offset >= end) {
    const what = `the log ends at ${end}, and a snapshot of offset ${about.offset} is there`
    const reason = `${what}: the log has lost its end`
    throw new HaltedAtStart({ code: 'log_end_lost', reason })
  }
  logger.info({ partition, offset: about.offset, count: about.chunks.length }, 'restored')
  return begun(options, core, time, snapshots)
}

function begun<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
  core: Partition<State, Command, Event>,
  time: RealTime,
  snapshots: Snapshots | undefined,
): Begun<State, Command, Event> {
  const { service, partition, log, logger, random, snapshotRecords } = options
  if (snapshots === undefined) return { core, snapshotter: undefined }
  const of = { service: service.name, core, number: partition, log, time, logger }
  const terms = { every: snapshotRecords, random: random ?? randomHex }
  return { core, snapshotter: new Snapshotter({ ...of, ...terms }, snapshots) }
}

/** What of the log there is: from the first record that it keeps to before `head`. */
interface Kept {
  readonly first: number
  readonly head: number
}

async function newest<State, Command, Event>(
  options: ReplicaOptions<State, Command, Event>,
  snapshots: Snapshots,
  kept: Kept,
  empty: EmptyCores<State, Command, Event>,
): Promise<Restored<Partition<State, Command, Event>> | undefined> {
  const { service, partition, logger } = options
  const { first } = kept
  const incarnations = await namesOf(options, kept)
  const { layout } = empty
  const wanted = { service: service.name, partition, layout, incarnations, first }
  try {
    return await snapshots.newest(wanted, () => takerOf(empty.take()))
  } catch (error) {
    // The log tells it all; where it doesn't, whoever called tries again.
    if (first > 0) throw error
    logger.warn({ partition, error }, 'snapshots could not be read, the whole log is read instead')
    return undefined
  }
}

function takerOf<State, Command, Event>(
  core: Partition<State, Command, Event>,
): Taker<Partition<State, Command, Event>> {
  const restore = core.db.restore()
  return {
    take: (bytes) => restore.take(bytes),
    finish: () => {
      restore.finish()
      return core
    },
  }
}

/** One for each attempt: what a damaged snapshot was read into is of no use. */
class EmptyCores<State, Command, Event> {
  readonly layout: string
  readonly #options: ReplicaOptions<State, Command, Event>
  #ready: Partition<State, Command, Event> | undefined

  constructor(options: ReplicaOptions<State, Command, Event>) {
    this.#options = options
    this.#ready = this.#make()
    this.layout = this.#ready.db.layout()
  }

  take(): Partition<State, Command, Event> {
    const core = this.#ready ?? this.#make()
    this.#ready = undefined
    return core
  }

  #make(): Partition<State, Command, Event> {
    const { service, log, partition } = this.#options
    const { partitions } = log
    return new Partition({ service, partition, partitions, envelope: encodeEnvelope })
  }
}

/**
 * Ticks that are looked at: nobody can tell yet whose count, and a stray one may bear another name,
 * but not one that snapshots lie here of.
 */
const TICKS_MAX = 64

/**
 * What the log is called: by its first record, or where that is gone by the first Ticks that are
 * kept, as snapshots may lie there of a log that this one has replaced. None when the first record
 * is no Genesis: no snapshot fits, and whoever reads says why. undefined when nothing that is kept
 * has a name. Rejects when it can't be read now: whoever did not know the name would take the
 * snapshot of any log.
 */
async function namesOf<State, Command, Event>(
  { service, partition, log }: ReplicaOptions<State, Command, Event>,
  { first, head }: Kept,
): Promise<ReadonlySet<string> | undefined> {
  if (first >= head) return undefined
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlySet<string> | undefined>()
  const names = new Set<string>()
  let ticks = 0
  const look = (entries: readonly Entry[]) => {
    for (const { offset, bytes } of entries) {
      const name = nameIn(bytes, service)
      if (name !== undefined) names.add(name)
      if (name !== undefined) ticks += 1
      if (offset === 0 || ticks === TICKS_MAX) return resolve(names)
      if (offset + 1 >= head) return resolve(ticks === 0 ? undefined : names)
    }
  }
  const tail = log.tail(partition, first, look, reject)
  try {
    return await promise
  } catch (error) {
    // Whoever looks again finds where it begins now, and is not to take it for unusable.
    if ((await log.first(partition)) === first) throw error
    throw new Error('the log has dropped its first records meanwhile', { cause: error })
  } finally {
    await tail.stop()
  }
}

function nameIn<State, Command, Event>(
  bytes: Uint8Array,
  service: ServiceCore<State, Command, Event>,
): string | undefined {
  try {
    const { body } = decodeRecord(bytes, service)
    return body.kind === 'genesis' || body.kind === 'tick' ? body.incarnation : undefined
  } catch {
    return undefined
  }
}

function startIsGone(first: number, snapshots: Snapshots | undefined): string {
  const gone = `the log begins at offset ${first}, what was before is gone`
  if (snapshots === undefined) return `${gone}, and no snapshots are kept`
  const faults = [...snapshots.slots.faults].map(([code, count]) => `${count} ${code}`)
  const found = faults.length === 0 ? 'there is none' : faults.join(', ')
  return `${gone}, and no snapshot leads up to it (${found})`
}
