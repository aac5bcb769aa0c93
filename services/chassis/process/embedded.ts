import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, type EventStreams, LogUnusable, manualClock } from '../log/index.ts'
import { openSqlite, type Sqlite } from '../log/sqlite/index.ts'
import { directoryStore } from '../snapshot/index.ts'
import { fileOf, makeUsable } from './directory.ts'
import type { Logs } from './logs.ts'
import { streamsBetween } from './streams-between.ts'

export interface EmbeddedOptions {
  /** Holds one file per service and the snapshots; made if it is not there. Only one process can have it. */
  readonly directory: string
  /** By name, all that have a log in it. */
  readonly services: readonly string[]
  /** Made for the logs' last time (undefined: new logs), which it must not be behind. */
  clock(last: number | undefined): Clock
  /** A test of the log's faults brings another. */
  readonly open?: typeof openSqlite
}

/** One partition: a machine has nothing to gain from more. */
const PARTITIONS = 1

/** Logs in files of this machine, and the clock that they go on by. */
export async function embeddedLogs(
  options: EmbeddedOptions,
): Promise<{ readonly logs: Logs; readonly clock: Clock }> {
  const { directory, services, open = openSqlite } = options
  makeUsable(directory, services)
  const last = await lastTime(options)
  if (last !== undefined) assertAllThere(options)
  const clock = options.clock(last)
  const streams = new Map<string, EventStreams>()
  const logs: Logs = {
    partitions: PARTITIONS,
    async open(service) {
      const file = fileOf(directory, service)
      const sqlite = open({ file, clock, service, partitions: PARTITIONS })
      streams.set(service, sqlite.streams)
      return {
        log: sqlite.log,
        streams: streamsBetween(service, streams),
        snapshots: directoryStore(join(directory, 'snapshots', service)),
        close: () => sqlite.close(),
      }
    },
  }
  return { logs, clock }
}

/**
 * All files are made before the first record is written. A service that began anew beside one that
 * goes on would have forgotten all, and the other would wait for events that never come.
 */
function assertAllThere({ directory, services }: EmbeddedOptions): void {
  for (const service of services) {
    const file = fileOf(directory, service)
    if (existsSync(file)) continue
    const ways = 'Bring the file back, or start with an empty directory.'
    throw new LogUnusable(
      'data_missing',
      `${file} is missing, and other services have their logs. ${ways}`,
    )
  }
}

/**
 * When the newest record was appended: a scaled clock has to start there, or the day would stand
 * still until the wall clock had caught up.
 */
async function lastTime(options: EmbeddedOptions): Promise<number | undefined> {
  const { directory, services, open = openSqlite } = options
  let last: number | undefined
  for (const service of services) {
    const file = fileOf(directory, service)
    if (!existsSync(file)) continue
    const clock = manualClock(0)
    const { log, close }: Sqlite = open({ file, clock, service, partitions: PARTITIONS })
    try {
      const head = await log.head(0)
      if (head === 0) continue
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const tail = log.tail(0, head - 1, (entries) => resolve(entries[0]?.timestampMs ?? 0), reject)
      last = Math.max(last ?? 0, await promise)
      await tail.stop()
    } finally {
      await close()
    }
  }
  return last
}
