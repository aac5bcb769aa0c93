import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '@evenkeel/chassis/log'
import { MemoryLog, MemoryStreams } from '@evenkeel/chassis/log/memory'
import { openSqlite } from '@evenkeel/chassis/log/sqlite'
import type { EventStreams, Log } from '@evenkeel/chassis/log'
import type { ServiceCore } from '@evenkeel/chassis/protocol'
import { type RunningReplica, startReplica } from '@evenkeel/chassis/replica'
import { type Database, int, text } from '@evenkeel/chassis/table'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'

const COMMANDS = 10_000
const outstandings = [1, 64] as const
const RECORD_BYTES = 300

const create = (db: Database) => ({
  counters: db.table('counters', { id: text(8), value: int() }, { cap: 1, key: 'id' }),
})

/** Adds one and says so: what remains is the way of a message. */
const trivial: ServiceCore<ReturnType<typeof create>, Uint8Array, number> = {
  name: 'trivial',
  core: {
    create(db) {
      const state = create(db)
      state.counters.insert({ id: 'one', value: 0 })
      return state
    },
    apply({ counters }) {
      const row = counters.must('one')
      counters.update(row, { value: row.value + 1 })
      return { ok: true, events: [row.value], ref: 'one' }
    },
    expire: () => ({ events: [], more: false }),
    nextDeadline: () => ({ time: Infinity, uptime: Infinity }),
    orphaned: () => [],
    work: () => ({ events: [] }),
    poolOf: () => 'pool',
    invariants: () => [],
  },
  logic: 1,
  codec: { decodeCommand: (bytes) => bytes, encodeEvent: (value) => Buffer.from(String(value)) },
  bridges: [],
  errors: {},
}

interface Store {
  readonly log: Log
  readonly streams: EventStreams
  close(): Promise<void>
}

function memory(): Store {
  const options = { partitions: 1, clock: realClock() }
  const log = new MemoryLog(options)
  const streams = new MemoryStreams(options)
  return { log: log.client('a'), streams: streams.client('a'), close: async () => {} }
}

interface Took {
  readonly perSecond: number
  readonly us: Float64Array
}

async function timed(
  commands: number,
  outstanding: number,
  one: () => Promise<unknown>,
): Promise<Took> {
  const us = new Float64Array(commands)
  let next = 0
  const caller = async () => {
    while (next < commands) {
      const at = next++
      const before = performance.now()
      await one()
      us[at] = (performance.now() - before) * 1_000
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: outstanding }, caller))
  return { perSecond: (commands / (performance.now() - began)) * 1_000, us: us.sort() }
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

function start(store: Store): Promise<RunningReplica<ReturnType<typeof create>>> {
  const { log, streams } = store
  const named = { service: trivial, partition: 0, replicaId: 'a', logger: quiet }
  return startReplica({ ...named, log, streams, clock: realClock() })
}

async function ours(store: Store, commands: number, outstanding: number): Promise<Took> {
  const replica = await start(store)
  const bytes = new Uint8Array(RECORD_BYTES).fill(7)
  const call = { deadlineMs: 10_000 }
  const took = await timed(commands, outstanding, () => replica.submit(bytes, call, () => true))
  await replica.stop()
  await store.close()
  return took
}

/**
 * The same log without a replica: what waits goes into the next append, as the replica's queue does
 * it.
 */
async function floor(store: Store, commands: number, outstanding: number): Promise<Took> {
  const bytes = new Uint8Array(RECORD_BYTES).fill(7)
  let waiting: (() => void)[] = []
  let sending = false
  const send = async () => {
    sending = true
    // Whoever is called in this turn goes with the first.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await store.log.append(
        0,
        batch.map(() => bytes),
      )
      for (const done of batch) done()
      await new Promise((resolve) => setImmediate(resolve))
    }
    sending = false
  }
  const append = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (!sending) void send()
    })
  const took = await timed(commands, outstanding, append)
  await store.close()
  return took
}

export const replica: Benchmark = {
  name: 'replica',
  summary:
    'commands a second through a replica with a trivial core, us a command; floor: appends to the same log, grouped',
  async run({ pairs, smoke }, told) {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
    let files = 0
    const sqlite = () => {
      const file = join(directory, `${files++}.sqlite`)
      return openSqlite({ file, service: 'trivial', partitions: 1, clock: realClock() })
    }
    try {
      for (const [kind, open] of [
        ['memory', memory],
        ['sqlite', sqlite],
      ] as const) {
        for (const outstanding of outstandings) {
          const commands = smoke ? 100 : outstanding === 1 ? COMMANDS / 5 : COMMANDS
          const mine: Took[] = []
          const bare: Took[] = []
          for (let pair = 0; pair < pairs; pair++) {
            mine.push(await ours(open(), commands, outstanding))
            bare.push(await floor(open(), commands, outstanding))
          }
          told({
            name: `replica ${kind} ${outstanding}`,
            unit: 'commands/s',
            value: median(mine.map((one) => one.perSecond)),
            floor: median(bare.map((one) => one.perSecond)),
            ratio: median(mine.map((one, at) => one.perSecond / (bare[at]?.perSecond ?? 1))),
            p50: median(mine.map((one) => percentile(one.us, 0.5))),
            p99: median(mine.map((one) => percentile(one.us, 0.99))),
          })
        }
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
}
