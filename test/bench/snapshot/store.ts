import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '@evenkeel/chassis/log'
import { MemoryLog } from '@evenkeel/chassis/log/memory'
import { processTime, Snapshotter, type SnapshotStats } from '@evenkeel/chassis/replica'
import { directoryStore, Snapshots, type Wanted } from '@evenkeel/chassis/snapshot'
import type { Database } from '@evenkeel/chassis/table'

const incarnation = 'be'.repeat(8)
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** A directory that is gone with the benchmark, and snapshots in it as the product takes them. */
export class Shelf {
  readonly directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  readonly store = directoryStore(this.directory)
  readonly snapshots = new Snapshots(this.store, 0, quiet)
  readonly #log = new MemoryLog({ partitions: 1, clock: manualClock(0) }).client('bench')
  #offset = 0

  /** Takes one; resolves when it is durable. */
  async take(db: Database): Promise<SnapshotStats> {
    this.#offset += 1
    const offset = this.#offset
    const now = () => ({ time: 1, uptime: 1, offset, logic: 1 })
    // It was made at the offset before: one record is a reason for the next.
    const core = {
      db,
      offset: offset - 1,
      now,
      chain: () => '',
      incarnation,
      halted: () => undefined,
    }
    const random = () => String(offset).padStart(16, '0')
    const terms = { service: 'routing', number: 0, log: this.#log, every: 1, random }
    const options = { ...terms, core, time: processTime, logger: quiet }
    const snapshotter = new Snapshotter(options, this.snapshots)
    core.offset = offset
    await snapshotter.last()
    const stats = snapshotter.stats()
    if (stats.taken !== 1) throw new Error('the snapshot failed')
    return stats
  }

  wanted(db: Database): Wanted {
    const layout = db.layout()
    return {
      service: 'routing',
      partition: 0,
      layout,
      incarnations: new Set([incarnation]),
      first: 0,
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true })
  }
}
