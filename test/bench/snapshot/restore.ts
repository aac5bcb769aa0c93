import { createState, type RoutingState } from '@evenkeel/routing/core'
import { Database } from '@evenkeel/chassis/table'
import type { Benchmark } from '../result.ts'
import { median } from '../statistics.ts'
import { Built } from './built.ts'
import { replay } from './replay.ts'
import { Shelf } from './store.ts'

/** The largest deployment that anybody publishes, and its contacts. */
const size = { agents: 24_000, queues: 1_200, contacts: 200_000 }
const small = { agents: 500, queues: 20, contacts: 2_000 }

interface Core {
  readonly db: Database
  readonly state: RoutingState
}

function emptyCore(): Core {
  const db = new Database()
  const state = createState(db)
  db.commit()
  return { db, state }
}

async function timed(one: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await one()
  return performance.now() - began
}

async function restored(shelf: Shelf): Promise<Core> {
  const core = emptyCore()
  const found = await shelf.snapshots.newest(shelf.wanted(core.db), () => {
    const restore = core.db.restore()
    return { take: (bytes) => restore.take(bytes), finish: () => restore.finish() }
  })
  if (found === undefined) throw new Error('there is no snapshot')
  return core
}

/** The same chunks read, compared with their checksums and unpacked. */
async function read(shelf: Shelf): Promise<void> {
  const { db } = emptyCore()
  await shelf.snapshots.newest(shelf.wanted(db), () => ({ take: () => {}, finish: () => {} }))
}

async function snapshot(pairs: number, smoke: boolean, told: Parameters<Benchmark['run']>[1]) {
  const built = new Built(smoke ? small : size)
  const shelf = new Shelf()
  try {
    const stats = await shelf.take(built.subject.db)
    const mine: number[] = []
    const bare: number[] = []
    for (let pair = -1; pair < pairs; pair++) {
      globalThis.gc?.()
      mine.push(await timed(() => restored(shelf)))
      bare.push(await timed(() => read(shelf)))
      if (pair < 0) mine.length = bare.length = 0
    }
    const core = await restored(shelf)
    if (core.db.dump() !== built.subject.db.dump()) throw new Error('restored otherwise')
    told({
      name: 'restore snapshot',
      unit: 's',
      value: median(mine) / 1_000,
      floor: median(bare) / 1_000,
      ratio: median(mine.map((one, at) => (bare[at] ?? 0) / one)),
      p50: median(mine) / 1_000,
      p99: Math.max(...mine) / 1_000,
      more: { open_contacts: built.load.open, mb: stats.bytes / 1e6 },
    })
  } finally {
    shelf.remove()
  }
}

export const restore: Benchmark = {
  name: 'restore',
  summary:
    'a routing core back from its snapshot (floor: reading the same chunks), and from its log (floor: decoding it)',
  async run({ only, pairs, smoke }, told) {
    if (only.length === 0 || only.includes('snapshot')) await snapshot(pairs, smoke, told)
    if (only.length === 0 || only.includes('replay')) await replay(pairs, smoke, told)
  },
}
