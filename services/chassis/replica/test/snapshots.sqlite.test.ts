import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { realClock } from '../../log/index.ts'
import { openSqlite } from '../../log/sqlite/index.ts'
import { counterService } from '../../protocol/test/counter.ts'
import { directoryStore } from '../../snapshot/index.ts'
import { startReplica } from '../index.ts'
import { add, submit, valueOf } from './world.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** A process on a machine of its own: the log in a file, snapshots beside it, the real clock. */
async function start(directory: string, snapshots = true) {
  const service = counterService('counter', [])
  const file = join(directory, 'counter.sqlite')
  const clock = realClock()
  const sqlite = openSqlite({ file, clock, service: 'counter', partitions: 1 })
  const store = directoryStore(join(directory, 'snapshots'))
  const { log, streams } = sqlite
  const options = { service, log, streams, clock, partition: 0, replicaId: 'a', logger: quiet }
  try {
    const kept = snapshots ? { snapshots: store, snapshotRecords: 100 } : {}
    const replica = await startReplica({ ...options, ...kept })
    const stop = async () => {
      await replica.stop()
      await sqlite.close()
    }
    return { replica, stop }
  } catch (error) {
    await sqlite.close()
    throw error
  }
}

function freshDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-restart-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

test('a process in a box goes on from its snapshots when its log has no start', async (t) => {
  const directory = freshDirectory(t)
  const first = await start(directory)
  for (let n = 0; n < 250; n++) await submit(first.replica, add(`k${n % 10}`))
  await first.stop()
  const stood = first.replica.stats().snapshots?.offset ?? -1
  assert.ok(stood > 100)

  const database = new DatabaseSync(join(directory, 'counter.sqlite'))
  database.prepare('DELETE FROM record WHERE "offset" < ?').run(stood)
  database.close()
  await assert.rejects(start(directory, false), /what was before is gone/)

  const second = await start(directory)
  t.after(() => second.stop())
  assert.equal(second.replica.stats().snapshots?.offset, stood)
  for (let n = 0; n < 10; n++) assert.equal(valueOf(second.replica, `k${n}`), 25)
  await submit(second.replica, add('k0'))
  assert.equal(valueOf(second.replica, 'k0'), 26)
  assert.deepEqual(second.replica.db.check(), [])
})
