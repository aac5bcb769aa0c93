import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { realClock } from '@evenkeel/chassis/log'
import { openSqlite } from '@evenkeel/chassis/log/sqlite'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'

/** About what a command weighs. */
const RECORD_BYTES = 300
/** Records in one append, and appends in one run. */
const batches = [
  [1, 3_000],
  [10, 2_000],
  [100, 600],
] as const

interface Took {
  readonly perSecond: number
  readonly us: Float64Array
}

async function timed(appends: number, append: () => Promise<void> | void): Promise<Took> {
  const us = new Float64Array(appends)
  for (let at = 0; at < appends; at++) {
    const before = performance.now()
    await append()
    us[at] = (performance.now() - before) * 1_000
    await nextTurn()
  }
  const seconds = us.reduce((sum, one) => sum + one, 0) / 1_000_000
  return { perSecond: appends / seconds, us: us.sort() }
}

/** Durable appends one after the other, while a tail hears all of them. */
async function ours(directory: string, batch: number, appends: number): Promise<Took> {
  const file = join(directory, `${batch}.sqlite`)
  const sqlite = openSqlite({ file, service: 'bench', partitions: 1, clock: realClock() })
  const records = Array.from({ length: batch }, () => new Uint8Array(RECORD_BYTES).fill(7))
  let heard = 0
  const count = (entries: readonly unknown[]) => void (heard += entries.length)
  const tail = sqlite.log.tail(0, 0, count, () => undefined)
  const took = await timed(appends, async () => void (await sqlite.log.append(0, records)))
  while (heard < batch * appends) await nextTurn()
  await tail.stop()
  await sqlite.close()
  rmSync(file, { force: true })
  return took
}

/** The same bytes written to a file and made durable: less than that no log can do. */
async function floor(directory: string, batch: number, appends: number): Promise<Took> {
  const file = openSync(join(directory, 'floor'), 'a')
  const bytes = Buffer.alloc(batch * RECORD_BYTES, 7)
  const took = await timed(appends, () => {
    writeSync(file, bytes)
    fsyncSync(file)
  })
  closeSync(file)
  return took
}

export const logSqlite: Benchmark = {
  name: 'log-sqlite',
  summary:
    'durable records a second of the SQLite log, us an append; floor: write and fsync of a file',
  async run({ pairs, smoke }, told) {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
    try {
      for (const [batch, full] of batches) {
        const appends = smoke ? 20 : full
        const mine: Took[] = []
        const bare: Took[] = []
        for (let pair = 0; pair < pairs; pair++) {
          mine.push(await ours(directory, batch, appends))
          bare.push(await floor(directory, batch, appends))
        }
        told({
          name: `log-sqlite ${batch}`,
          unit: 'records/s',
          value: median(mine.map((one) => one.perSecond)) * batch,
          floor: median(bare.map((one) => one.perSecond)) * batch,
          ratio: median(mine.map((one, at) => one.perSecond / (bare[at]?.perSecond ?? 1))),
          p50: median(mine.map((one) => percentile(one.us, 0.5))),
          p99: median(mine.map((one) => percentile(one.us, 0.99))),
        })
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
}
