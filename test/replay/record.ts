// npm run record -- --seed S [--seed S ...]
//
// Plays seeds of the simulator and keeps their logs as recordings: one file a service and seed,
// named by the logic they end with. To be run once for each new version of a service's logic;
// what it replaces must have been made by the same version, and never by a released one.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Entry } from '@evenkeel/chassis/log'
import { decodeRecord } from '@evenkeel/chassis/replica'
import { routing } from '@evenkeel/routing'
import { skills } from '@evenkeel/skills'
import { SeededWorld } from '../simulation/seed.ts'
import { replay, type Replayed, writeRecording } from './recording.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', multiple: true } } })
const seeds = (values.seed ?? []).map(Number)
if (seeds.length === 0 || seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0)) {
  console.error('which seeds? npm run record -- --seed 7 --seed 11')
  process.exitCode = 2
} else for (const seed of seeds) await record(seed)

async function record(seed: number): Promise<void> {
  const logs = new Map<string, Entry[]>()
  const world = new SeededWorld(seed)
  world.landed((service, entry) => {
    const entries = logs.get(service) ?? []
    logs.set(service, entries)
    // A log that the seed cuts off or makes anew is kept up to there.
    if (entry.offset === entries.length) entries.push(entry)
  })
  const { failure } = await world.run()
  if (failure !== undefined) throw new Error(`seed ${seed} fails: ${failure.sentence}`)
  for (const [service, landed] of logs) {
    const entries = understood(service, landed)
    const replayed = replayOf(service, entries)
    const { logic, chain } = replayed
    const name = `${service}-logic${logic}-seed${seed}.log.gz`
    const file = join(import.meta.dirname, 'recordings', name)
    writeRecording(file, { service, partitions: 1, logic, chain, entries })
    console.log(`${name}: ${entries.length} records, chain ${chain}`)
    for (const [verdict, count] of replayed.verdicts) {
      console.log(`  ${count} ${verdict}`)
    }
  }
}

/** Up to what some seeds put at a log's end: bytes that are no record. */
function understood(service: string, entries: readonly Entry[]): readonly Entry[] {
  const end = entries.findIndex(({ bytes }) => {
    try {
      decodeRecord<unknown, unknown, unknown>(bytes, service === routing.name ? routing : skills)
      return false
    } catch {
      return true
    }
  })
  return end < 0 ? entries : entries.slice(0, end)
}

function replayOf(service: string, entries: readonly Entry[]): Replayed {
  const log = { partitions: 1, entries }
  return service === routing.name ? replay(routing, log) : replay(skills, log)
}
