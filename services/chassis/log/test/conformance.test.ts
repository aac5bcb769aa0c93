import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../clock.ts'
import { logConformance, type SubjectFactory, streamsConformance } from '../conformance/index.ts'
import { type Faults, MemoryLog, MemoryStreams, noOdds, seededFaults } from '../memory/index.ts'
import type { Clock } from '../port.ts'
import { openSqlite } from '../sqlite/index.ts'

const inMemory =
  (faultsOf?: () => Faults): SubjectFactory =>
  async ({ partitions, clock }) => {
    const faults = faultsOf?.()
    // Delays must pass by themselves here, whatever the story does with its clock.
    const waiting: Clock = {
      now: () => clock.now(),
      after: (ms, call) => realClock().after(ms, call),
    }
    const world = { clock: waiting, ...(faults ? { faults } : {}) }
    const broker = new MemoryLog({ partitions, ...world })
    const streams = new MemoryStreams(world)
    return {
      async open() {
        const log = broker.client('a')
        return { log, streams: streams.client('a'), close: () => log.close() }
      },
      async remove() {},
    }
  }

/** What a network may do without breaking a promise: arrive late, and in any pieces. */
const slowNetwork = () =>
  seededFaults(42, {
    ...noOdds,
    delayed: 0.2,
    deliveryDelayed: 0.2,
    deliverySplit: 0.3,
    broken: 0,
    delayMsMax: 3,
  })

const inFile: SubjectFactory = async ({ partitions, clock }) => {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-log-'))
  const file = join(directory, 'data', 'routing.sqlite')
  return {
    open: async () => openSqlite({ file, clock, service: 'routing', partitions }),
    remove: () => rm(directory, { recursive: true }),
  }
}

const adapters: readonly (readonly [string, SubjectFactory])[] = [
  ['memory', inMemory()],
  ['memory behind a slow network', inMemory(slowNetwork)],
  ['sqlite', inFile],
]

for (const [adapter, make] of adapters) {
  logConformance(adapter, make)
  streamsConformance(adapter, make)
}
