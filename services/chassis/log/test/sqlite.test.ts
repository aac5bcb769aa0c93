import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { manualClock } from '../clock.ts'
import { bytes, ending, read, text, unheard } from '../conformance/subject.ts'
import { LogRefused, LogUnusable } from '../port.ts'
import { openFile } from '../sqlite/file.ts'
import { openSqlite, type Sqlite } from '../sqlite/index.ts'
import { SqliteLog } from '../sqlite/log.ts'
import { SqliteStreams } from '../sqlite/streams.ts'
import { acknowledged, startAppender } from './process.ts'

const start = Date.UTC(2026, 0, 5, 8)

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-sqlite-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function open(file: string, change: { service?: string; partitions?: number } = {}): Sqlite {
  return openSqlite({
    file,
    service: 'routing',
    partitions: 1,
    clock: manualClock(start),
    ...change,
  })
}

/** Every record must stand where its own text says. */
async function checkedHead({ log }: Sqlite): Promise<number> {
  const head = await log.head(0)
  const entries = await read(log.tail.bind(log, 0), 0, head)
  assert.equal(entries.length, head)
  let size = 0
  for (const [index, entry] of entries.entries()) {
    assert.equal(entry.offset, index)
    assert.equal(Number.parseInt(text(entry.bytes), 10), index)
    size += entry.bytes.length
  }
  assert.equal(await log.bytes(0), size)
  return head
}

test('kill -9 at any point: every acknowledged record is there, none is torn', async (t) => {
  const file = join(directory(t), 'routing.sqlite')
  let total = 0
  for (let round = 0; round < 10; round += 1) {
    const batch = round % 2 === 0 ? 1 : 30
    const appender = startAppender(file, { batch })
    // After another number of lines each time; the kill lands wherever the process has come
    // meanwhile.
    const patience = 5 + round * 37
    let heard = 0
    const lines = await appender.lines(() => {
      heard += 1
      if (heard === patience) appender.process.kill('SIGKILL')
    })
    assert.equal(appender.process.signalCode, 'SIGKILL')
    const sqlite = open(file)
    const head = await checkedHead(sqlite)
    await sqlite.close()
    const told = acknowledged(lines)
    // One append may have been committed and not yet told.
    assert.ok(head === told || head === told + batch, `told ${told}, found ${head}`)
    assert.ok(head > total)
    total = head
  }
})

test('a second process is told who holds the file, and let in once that is gone', async (t) => {
  const path = directory(t)
  const file = join(path, 'routing.sqlite')
  const appender = startAppender(file)
  const opened = Promise.withResolvers<void>()
  const lines = appender.lines(() => opened.resolve())
  await opened.promise
  const expected = new RegExp(
    `${path} is in use by another process \\(pid ${appender.process.pid}\\)`,
  )
  assert.throws(
    () => open(file),
    (error) => error instanceof LogUnusable && expected.test(error.message),
  )
  appender.process.kill('SIGKILL')
  await lines
  const sqlite = open(file)
  assert.ok((await checkedHead(sqlite)) >= acknowledged(await lines))
  const second = startAppender(file)
  const [refusal = ''] = await second.lines()
  assert.match(refusal, new RegExp(`^failed .*in use by another process \\(pid ${process.pid}\\)`))
  await sqlite.close()
})

test('a file of another service, partition count or program is refused by name', async (t) => {
  const path = directory(t)
  const file = join(path, 'routing.sqlite')
  await open(file).close()
  assert.throws(() => open(file, { service: 'skills' }), /has service routing, and skills is asked/)
  assert.throws(() => open(file, { partitions: 4 }), /has partitions 1, and 4 is asked for/)
  await open(file).close()

  const letter = join(path, 'letter.sqlite')
  writeFileSync(
    letter,
    'Dear operator, this is not a database, nor has it ever been one. '.repeat(99),
  )
  assert.throws(() => open(letter), LogUnusable)

  const foreign = join(path, 'foreign.sqlite')
  const database = new DatabaseSync(foreign)
  database.exec('CREATE TABLE recipes (title TEXT)')
  database.close()
  assert.throws(() => open(foreign), /another program's database/)
})

test('a file that can not be opened is unusable, not a crash', (t) => {
  const file = join(directory(t), 'routing.sqlite')
  mkdirSync(file)
  assert.throws(() => open(file), LogUnusable)
})

test('record times never go back, over steps of the clock and reopening', async (t) => {
  const file = join(directory(t), 'routing.sqlite')
  const at = (clock: number) =>
    openSqlite({ file, service: 'routing', partitions: 1, clock: manualClock(clock) })
  for (const now of [start, start - 3_600_000, start + 1, start]) {
    const sqlite = at(now)
    await sqlite.log.append(0, [bytes('a')])
    await sqlite.close()
  }
  const sqlite = at(start)
  const entries = await read(sqlite.log.tail.bind(sqlite.log, 0), 0, 4)
  await sqlite.close()
  assert.deepEqual(
    entries.map((entry) => entry.timestampMs - start),
    [0, 0, 1, 1],
  )
})

test('a record missing in the middle ends the tail, it is never jumped over', async (t) => {
  const file = join(directory(t), 'routing.sqlite')
  const sqlite = open(file)
  await sqlite.log.append(0, ['0', '1', '2', '3'].map(bytes))
  await sqlite.close()
  const database = new DatabaseSync(file)
  database.exec('DELETE FROM record WHERE "offset" = 2')
  database.close()
  const again = open(file)
  const error = await ending(again.log.tail.bind(again.log, 0), 0, unheard)
  assert.ok(error instanceof LogUnusable)
  assert.match(error.message, /has no record 2/)
  await again.close()
})

test('history is read in pages after reopening, then joins what is new', async (t) => {
  const file = join(directory(t), 'routing.sqlite')
  const sqlite = open(file)
  const records = Array.from({ length: 30_000 }, (_, index) => bytes(String(index)))
  for (let from = 0; from < records.length; from += 5_000) {
    await sqlite.log.append(0, records.slice(from, from + 5_000))
  }
  await sqlite.close()
  const again = open(file)
  const reading = read(again.log.tail.bind(again.log, 0), 0, 30_002)
  await again.log.append(0, [bytes('30000')])
  await again.log.append(0, [bytes('30001')])
  const entries = await reading
  assert.ok(entries.every((entry, index) => entry.offset === index))
  assert.equal(await checkedHead(again), 30_002)
  await again.close()
})

test('a full disk refuses writes, keeps what it took, takes more when there is room', async (t) => {
  const mount = smallDisk(t)
  if (mount === undefined) {
    t.skip('mounting a small disk to fill needs root')
    return
  }
  const ballast = join(mount, 'ballast')
  writeFileSync(ballast, new Uint8Array(2_000_000))
  const file = join(mount, 'routing.sqlite')
  let sqlite = open(file)
  const told = await fill(sqlite)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await assert.rejects(sqlite.log.append(0, [record(told)]), isFull)
  }
  const publishing = sqlite.streams.publish('routing/0', 0, [new Uint8Array(900_000)])
  await assert.rejects(publishing, isFull)
  assert.equal(await checkedHead(sqlite), told)

  rmSync(ballast)
  assert.equal(await sqlite.log.append(0, [record(told)]), told)
  await sqlite.streams.publish('routing/0', 0, [bytes('event')])
  const toldAgain = await fill(sqlite)
  assert.ok(toldAgain > told + 1)
  await sqlite.close()

  sqlite = open(file)
  assert.equal(await checkedHead(sqlite), toldAgain)
  await sqlite.close()
})

const isFull = (error: unknown) => error instanceof LogRefused && error.causeCode === 'disk_full'
const record = (offset: number) => bytes(String(offset).padEnd(1_000, '.'))

/** Appends until it is refused; the head that was acknowledged. */
async function fill({ log }: Sqlite): Promise<number> {
  for (let head = await log.head(0); ; head += 3) {
    try {
      await log.append(
        0,
        [0, 1, 2].map((index) => record(head + index)),
      )
    } catch (error) {
      assert.ok(isFull(error), String(error))
      return head
    }
  }
}

/** A disk of 4 MB, undefined where none may be mounted. */
function smallDisk(t: TestContext): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-disk-'))
  const options = ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path]
  const mounted = spawnSync('mount', options).status === 0
  t.after(() => {
    if (mounted) spawnSync('umount', ['--lazy', path])
    rmdirSync(path)
  })
  return mounted ? path : undefined
}

test('a file that may not grow refuses writes until it may', async (t) => {
  const path = join(directory(t), 'routing.sqlite')
  const file = openFile({ file: path, service: 'routing', partitions: 1 })
  const log = new SqliteLog(file, manualClock(start), 1)
  const sqlite = { log, streams: new SqliteStreams(file), close: async () => file.close() }
  await log.append(0, [record(0)])
  // SQLite takes the present size when it is asked for less.
  file.database.exec('PRAGMA max_page_count = 1')
  const told = await fill(sqlite)
  await assert.rejects(log.append(0, [record(told)]), isFull)
  assert.equal(await checkedHead(sqlite), told)
  file.database.exec('PRAGMA max_page_count = 1000000')
  assert.equal(await log.append(0, [record(told)]), told)
  await sqlite.close()
  const again = open(path)
  assert.equal(await checkedHead(again), told + 1)
  await again.close()
})

test('a commit that the disk fails is ambiguous; reopening gives what was told', async (t) => {
  const file = join(directory(t), 'routing.sqlite')
  // The kernel refuses to let any file of that process grow beyond this.
  const appender = startAppender(file, { size: 1_000, batch: 3, fileKbMax: 400 })
  const lines = await appender.lines()
  assert.match(lines.at(-1) ?? '', /^ambiguous .*the commit failed on the disk/)
  const told = acknowledged(lines)
  assert.ok(told > 0)
  const sqlite = open(file)
  const head = await checkedHead(sqlite)
  await sqlite.close()
  assert.ok(head === told || head === told + 3, `told ${told}, found ${head}`)
})

test('what fails half-way leaves nothing behind, and the file stays usable', (t) => {
  const path = join(directory(t), 'routing.sqlite')
  const file = openFile({ file: path, service: 'routing', partitions: 1 })
  const insert = file.database.prepare('INSERT INTO event VALUES (?, ?, ?)')
  const publish = (position: number) => insert.run('routing/0', position, bytes('event'))
  const twice = () => {
    publish(0)
    publish(0)
  }
  assert.throws(() => file.write(twice), LogRefused)
  file.write(() => publish(1))
  const kept = file.database.prepare('SELECT position FROM event').all()
  assert.deepEqual(
    kept.map((row) => row['position']),
    [1],
  )
  file.close()
})
