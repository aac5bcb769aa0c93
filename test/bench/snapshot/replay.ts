import { decodeRecord } from '@evenkeel/chassis/replica'
import { sizes } from '../core/plan.ts'
import type { Benchmark } from '../result.ts'
import { median } from '../statistics.ts'
import { Day, partitionOf, take } from './day.ts'

/** The day replayed, at the second size; before it, what brings it about, which is not measured. */
const COMMANDS = 100_000
const small = { agents: 200, queues: 10, contacts: 1_000 }

/** Processor time beside the clock's: the former hears nothing of other processes. */
interface Took {
  readonly perSecond: number
  readonly perCpuSecond: number
}

function timed(commands: number, one: () => void): Took {
  const cpu = process.threadCpuUsage()
  const began = performance.now()
  one()
  const ms = performance.now() - began
  const { user, system } = process.threadCpuUsage(cpu)
  return { perSecond: (1_000 * commands) / ms, perCpuSecond: (1e6 * commands) / (user + system) }
}

/** A log's tail from its bytes to the state: a start from an older snapshot, or without one. */
export async function replay(
  pairs: number,
  smoke: boolean,
  told: Parameters<Benchmark['run']>[1],
): Promise<void> {
  const day = new Day(smoke ? small : sizes['10k'], smoke ? 1_000 : COMMANDS)
  const { entries, began, commands, service } = day
  const mine: Took[] = []
  const bare: Took[] = []
  let chain = ''
  for (let pair = 0; pair < pairs; pair += 1) {
    const core = partitionOf(service)
    for (const entry of entries.slice(0, began)) take(core, service, entry)
    globalThis.gc?.()
    const tail = entries.slice(began)
    mine.push(timed(commands, () => tail.forEach((entry) => take(core, service, entry))))
    bare.push(timed(commands, () => tail.forEach(({ bytes }) => decodeRecord(bytes, service))))
    if (chain !== '' && core.chain() !== chain) throw new Error('replayed otherwise')
    chain = core.chain()
  }
  const rates = mine.map(({ perSecond }) => perSecond)
  told({
    name: 'restore replay',
    unit: 'commands/s',
    value: median(rates),
    floor: median(bare.map(({ perSecond }) => perSecond)),
    ratio: median(mine.map((one, at) => one.perSecond / (bare[at]?.perSecond ?? 1))),
    p50: median(rates),
    p99: Math.min(...rates),
    more: {
      per_cpu_second: Math.round(median(mine.map(({ perCpuSecond }) => perCpuSecond))),
      records_a_command: (entries.length - began) / commands,
    },
  })
}
