/**
 * Durable appends per second of the SQLite log, one by one and in batches: `node
 * services/chassis/log/bench/append.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../clock.ts'
import { openSqlite } from '../sqlite/index.ts'

/** About what a command weighs. */
const recordBytes = 300

for (const [batch, appends] of [
  [1, 10_000],
  [10, 5_000],
  [100, 2_000],
] as const) {
  await measure(batch, appends)
}

/** `appends` one after the other, while a tail hears all of them. */
async function measure(batch: number, appends: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  const file = join(directory, 'bench.sqlite')
  const sqlite = openSqlite({ file, service: 'bench', partitions: 1, clock: realClock() })
  const records = Array.from({ length: batch }, () => new Uint8Array(recordBytes).fill(7))
  const total = batch * appends
  const heard = Promise.withResolvers<void>()
  let count = 0
  sqlite.log.tail(
    0,
    0,
    (entries) => {
      count += entries.length
      if (count === total) heard.resolve()
    },
    heard.reject,
  )
  const tookMs: number[] = []
  const began = performance.now()
  for (let append = 0; append < appends; append += 1) {
    const before = performance.now()
    await sqlite.log.append(0, records)
    tookMs.push(performance.now() - before)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await heard.promise
  const seconds = (performance.now() - began) / 1_000
  const readAgain = await replay(sqlite.log, total)
  await sqlite.close()
  rmSync(directory, { recursive: true })
  tookMs.sort((left, right) => left - right)
  const at = (share: number) => (tookMs[Math.floor(tookMs.length * share)] ?? 0).toFixed(3)
  const perSecond = (things: number) => Math.round(things / seconds)
  const rates = `${perSecond(appends)} appends/s, ${perSecond(total)} records/s`
  const times = `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(0.999_999)} ms`
  console.log(`batches of ${batch}: ${rates}, ${times}; history ${readAgain} records/s`)
}

async function replay(log: ReturnType<typeof openSqlite>['log'], total: number): Promise<number> {
  const heard = Promise.withResolvers<void>()
  const began = performance.now()
  let count = 0
  const hear = (entries: readonly unknown[]) => {
    count += entries.length
    if (count === total) heard.resolve()
  }
  const tail = log.tail(0, 0, hear, heard.reject)
  await heard.promise
  await tail.stop()
  return Math.round((total / (performance.now() - began)) * 1_000)
}
