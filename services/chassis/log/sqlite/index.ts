import type { Clock, EventStreams, Log } from '../port.ts'
import { unusable } from './failure.ts'
import { type Identity, type LogFile, openFile } from './file.ts'
import { SqliteLog } from './log.ts'
import { SqliteStreams } from './streams.ts'

export interface Sqlite {
  readonly log: Log
  readonly streams: EventStreams
  /** Ends all tails, waits for the batches in hand, closes the file and gives up its lock. */
  close(): Promise<void>
}

/**
 * Opens or makes a service's log and streams in one file, which no other process can open
 * meanwhile. Throws LogUnusable when another has it, or when it is another service's or has another
 * partition count.
 */
export function openSqlite(options: Identity & { readonly clock: Clock }): Sqlite {
  const file = openFile(options)
  try {
    return onFile(file, options)
  } catch (error) {
    file.close()
    throw unusable(error, options.file)
  }
}

function onFile(file: LogFile, options: Identity & { readonly clock: Clock }): Sqlite {
  const log = new SqliteLog(file, options.clock, options.partitions)
  const streams = new SqliteStreams(file)
  return {
    log,
    streams,
    async close() {
      await log.close()
      await streams.close()
      file.close()
    },
  }
}
