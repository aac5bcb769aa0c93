import { setTimeout as pause } from 'node:timers/promises'
import { EVENTS, LOG, cluster } from '../../chaos/world/cluster.ts'
import { type Member, samples } from '../../chaos/world/member.ts'
import { Topics } from '../../chaos/world/topic.ts'
import { serving, type World } from '../../chaos/world/world.ts'
import { ask } from '../assign/measure.ts'
import { sideOf } from '../assign/side.ts'
import type { Benchmark, Result } from '../result.ts'
import { median } from '../statistics.ts'

const ONE = { brokers: 1, replicas: 1, partitions: 1 }
/** What the design allows. */
const RECORDS_MAX = 10
const RECORD_BYTES_MAX = 300
const IDLE_PERCENT_MAX = 2
const IDLE_MS = 10_000
const PER_SECOND = 200
const RUN_MS = 10_000

interface Counted {
  readonly cpuSeconds: number
  readonly records: number
  readonly bytes: number
  readonly at: number
}

async function counted(member: Member): Promise<Counted> {
  const { text } = (await member.get('/metrics')) ?? { text: '' }
  const sum = (name: string) => samples(text, name).reduce((total, { value }) => total + value, 0)
  return {
    cpuSeconds: sum('process_cpu_seconds_total'),
    records: sum('evenkeel_replica_applied_records_total'),
    bytes: sum('evenkeel_replica_applied_bytes_total'),
    at: performance.now(),
  }
}

const of = (name: string, unit: string, allowed: number, values: readonly number[]): Result => {
  const value = median(values)
  const most = Math.max(...values)
  const ratio = allowed / value
  return { name: `cost ${name}`, unit, value, floor: allowed, ratio, p50: value, p99: most }
}

/** Share of a core that each process takes with nothing to do, in percent. */
async function idle(members: readonly Member[], ms: number): Promise<readonly number[]> {
  const before = await Promise.all(members.map(counted))
  await pause(ms)
  const after = await Promise.all(members.map(counted))
  return after.map((now, at) => {
    const then = before[at] ?? now
    return (100 * (now.cpuSeconds - then.cpuSeconds)) / ((now.at - then.at) / 1_000)
  })
}

/** Bytes on a topic, batches and framing left out. */
async function bytesOn(world: World, topic: string): Promise<number> {
  const records = await new Topics(world.brokers?.addresses ?? []).read(topic)
  return records.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

async function busy(world: World, pairs: number, ms: number): Promise<Result[]> {
  const [routing] = serving(world, 'routing')
  const [skills] = serving(world, 'skills')
  if (routing === undefined || skills === undefined) throw new Error('no service')
  const server = { routing: routing.grpc, skills: skills.grpc, close: async () => {} }
  const { client, close } = await sideOf(server)
  const each = { cpu: [] as number[], records: [] as number[], bytes: [] as number[] }
  let contacts = 0
  try {
    for (let run = 0; run < pairs; run += 1) {
      const before = await counted(routing)
      const question = { kind: 'run', mode: 'stream', perSecond: PER_SECOND, ms } as const
      const { offered, lost, failure } = await ask(client, question)
      if (failure !== '' || lost > 0) throw new Error(`${lost} not offered; ${failure}`)
      const after = await counted(routing)
      const records = after.records - before.records
      contacts += offered
      each.cpu.push((1_000 * (after.cpuSeconds - before.cpuSeconds)) / offered)
      each.records.push(records / offered)
      each.bytes.push((after.bytes - before.bytes) / records)
    }
  } finally {
    await close()
  }
  const log = of('record size', 'bytes', RECORD_BYTES_MAX, each.bytes)
  const perContact = of('records a contact', 'records', RECORDS_MAX, each.records)
  const bytes = { log: await bytesOn(world, LOG), events: await bytesOn(world, EVENTS) }
  const cpu = of('CPU a contact', 'ms', Number.NaN, each.cpu)
  const kafka = of('Kafka bytes a contact', 'bytes', RECORDS_MAX * RECORD_BYTES_MAX, [
    (bytes.log + bytes.events) / contacts,
  ])
  return [perContact, log, kafka, cpu]
}

export const cost: Benchmark = {
  name: 'cost',
  summary:
    'what a contact costs from arrival to completion, and a process with nothing to do; floor: what the design allows',
  async run({ pairs, smoke }, told) {
    const ms = smoke ? 500 : RUN_MS
    const world = await cluster(() => {}, ONE)
    try {
      const shares: (readonly number[])[] = []
      for (let run = 0; run < pairs; run += 1) {
        shares.push(await idle(world.members, smoke ? 500 : IDLE_MS))
      }
      for (const [at, { name }] of world.members.entries()) {
        const own = shares.map((one) => one[at] ?? Number.NaN)
        told(of(`idle ${name}`, '% of a core', IDLE_PERCENT_MAX, own))
      }
      for (const result of await busy(world, pairs, ms)) told(result)
    } finally {
      await world.close()
    }
  },
}
