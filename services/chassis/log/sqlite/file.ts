import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { LogAmbiguous, LogRefused, LogUnusable } from '../port.ts'
import { isBusy, isIoError, unusable, writeFailure } from './failure.ts'

/** Raised when a file written by this code can't be read by the code before it. */
const format = '1'

/**
 * Rows stand in the order in which they are read. `total` sums the bytes of the partition up to the
 * row.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS record (
    "partition" INTEGER NOT NULL, "offset" INTEGER NOT NULL, timestamp_ms INTEGER NOT NULL,
    total INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY ("partition", "offset")
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS event (
    stream TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (stream, position)
  ) STRICT, WITHOUT ROWID;
`

/** After a burst the write-ahead log is cut back to this. */
const journalBytesMax = 64 * 1024 * 1024

export interface Identity {
  readonly file: string
  readonly service: string
  readonly partitions: number
}

/** A database file that only this process has open, written in durable transactions. */
export class LogFile {
  readonly path: string
  readonly database: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #broken: ((error: LogUnusable) => void)[] = []
  #state: 'open' | 'broken' | 'closed' = 'open'

  constructor(path: string, database: DatabaseSync) {
    this.path = path
    this.database = database
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
  }

  /** Durable when it returns; when it throws LogRefused, nothing of it is in the file. */
  write(work: () => void): void {
    this.#assertWritable()
    try {
      this.#begin.run()
      work()
    } catch (error) {
      this.#rollBack()
      throw this.#failed(error)
    }
    try {
      this.#commit.run()
    } catch (error) {
      this.#rollBack()
      if (!isIoError(error)) throw this.#failed(error)
      // The commit mark may stand on the disk, and recovery would honour it. Nor may this process
      // go on: after a failed fsync the kernel calls the next one good although pages are gone.
      // Only reopening tells.
      this.#break(unusable(error, this.path))
      throw new LogAmbiguous(`${this.path}: the commit failed on the disk`, { cause: error })
    }
  }

  /** Told once, when the file can't be used any more before it is closed. */
  onBroken(listener: (error: LogUnusable) => void): void {
    this.#broken.push(listener)
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    // Before the lock goes, or it could be the next holder's that is removed.
    rmSync(pidFileOf(this.path), { force: true })
    this.database.close()
  }

  #assertWritable(): void {
    if (this.#state === 'closed') throw new LogRefused('closed', `${this.path} is closed`)
    if (this.#state === 'broken') {
      throw new LogRefused('io_error', `${this.path} has failed and must be opened again`)
    }
  }

  /** Some failures end the transaction by themselves, others leave it open. */
  #rollBack(): void {
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
    } catch (error) {
      this.#break(unusable(error, this.path))
    }
  }

  #failed(error: unknown): unknown {
    const failure = writeFailure(error, this.path)
    if (failure instanceof LogUnusable && failure !== error) this.#break(failure)
    return failure
  }

  #break(error: LogUnusable): void {
    if (this.#state !== 'open') return
    this.#state = 'broken'
    for (const listener of this.#broken) listener(error)
  }
}

/** Opens or makes the file; throws LogUnusable when it is somebody's or something else's. */
export function openFile(identity: Identity): LogFile {
  const { file } = identity
  let database: DatabaseSync | undefined
  try {
    const isNew = !existsSync(file)
    mkdirSync(dirname(file), { recursive: true })
    // Waiting for the lock would be waiting for the other process to end.
    database = new DatabaseSync(file, { timeout: 0 })
    prepareDatabase(database, identity)
    if (isNew) syncNames(file)
    leaveName(file)
    return new LogFile(file, database)
  } catch (error) {
    const reason = isBusy(error) ? inUse(file) : unusable(error, file)
    database?.close()
    throw reason
  }
}

function prepareDatabase(database: DatabaseSync, identity: Identity): void {
  // Exclusive before anything is read: the lock is the kernel's and ends with the process, kill -9
  // included.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode !== 'wal')
    throw new LogUnusable('data_unusable', `${identity.file}: no write-ahead log on this disk`)
  database.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${journalBytesMax}`)
  database.exec('BEGIN EXCLUSIVE')
  assertOursOrEmpty(database, identity.file)
  database.exec(schema)
  const read = database.prepare('SELECT value FROM meta WHERE key = ?')
  const write = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)')
  const isNew = read.get('format') === undefined
  const wanted = { format, service: identity.service, partitions: String(identity.partitions) }
  for (const [key, value] of Object.entries(wanted)) {
    if (isNew) write.run(key, value)
    const found = read.get(key)?.['value']
    if (found !== value) {
      const difference = `has ${key} ${String(found)}, and ${value} is asked for`
      throw new LogUnusable('data_foreign', `${identity.file} ${difference}`)
    }
  }
  database.exec('COMMIT')
}

/** Somebody else's database must not become a log by mistake. */
function assertOursOrEmpty(database: DatabaseSync, file: string): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  if (tables.length > 0 && !tables.some((table) => table['name'] === 'meta')) {
    throw new LogUnusable('data_foreign', `${file} is another program's database`)
  }
}

/** A new file's name is durable only once the directories that hold it are. */
function syncNames(file: string): void {
  const directory = dirname(file)
  for (const path of [directory, dirname(directory)]) {
    const descriptor = openSync(path, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
  }
}

function pidFileOf(file: string): string {
  return `${file}.pid`
}

/**
 * A courtesy to whoever comes second: a full disk, which can't take it, must still be opened and
 * read.
 */
function leaveName(file: string): void {
  try {
    writeFileSync(pidFileOf(file), `${process.pid}\n`)
  } catch {
    rmSync(pidFileOf(file), { force: true })
  }
}

function inUse(file: string): LogUnusable {
  const pidFile = pidFileOf(file)
  // The lock alone decides; its holder may not have got round to leaving its name.
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : Number.NaN
  const holder = Number.isNaN(pid) ? '' : ` (pid ${pid})`
  const message =
    `the data directory ${dirname(file)} is in use by another process${holder}: ` +
    'stop that one first, or choose another directory'
  return new LogUnusable('data_in_use', message)
}
