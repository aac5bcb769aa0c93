import { setTimeout as pause } from 'node:timers/promises'
import { PutAgentRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { Refusal } from 'evenkeel/platform/refusal.ts'
import { tried } from '../load/calls.ts'
import { Targets } from '../load/targets.ts'
import { EVENTS, LOG, SKILLS_EVENTS } from '../world/cluster.ts'
import { serving, type World } from '../world/world.ts'
import type { Fault, Scene, Seen } from './fault.ts'

/** From one service to the other, also on a busy machine. */
const CROSSING_MS = 20_000
const LOOK_MS = 100

const strange = [
  Buffer.from('{"this": "is no record of ours"}'),
  Buffer.alloc(0),
  Buffer.alloc(100_000, 0xff),
]

/** On the topics by which the services hear of each other, and the world of them. */
async function onEvents(scene: Scene): Promise<Seen> {
  const { world, load, book } = scene
  const pool = load.pools[0] ?? ''
  const partition = partitionOf(pool, world.partitions)
  const injectedAt = book.now()
  for (const bytes of strange) {
    await world.brokers?.spoil(EVENTS, partition, bytes)
    await world.brokers?.spoil(SKILLS_EVENTS, partition, bytes)
  }
  const undoneAt = book.now()
  const crossed = await profileCrosses(world, pool)
  const findings = crossed ? [] : ['a profile put afterwards did not reach routing']
  return { injectedAt, undoneAt, findings, more: { 'foreign records': 2 * strange.length } }
}

/** What comes after the foreign bytes is still heard on the other side. */
async function profileCrosses(world: World, pool: string): Promise<boolean> {
  const routing = new Targets(serving(world, 'routing').map(({ grpc }) => grpc))
  const skills = new Targets(serving(world, 'skills').map(({ grpc }) => grpc))
  const agentId = `newcomer.${pool}`
  const channels = [{ channel: Channel.CHANNEL_VOICE, weight: 100 }]
  const request = PutAgentRequest.fromPartial({ profile: { pool, agentId, channels } })
  const ask = async (targets: Targets, asks: (at: Targets['all'][number]) => Promise<unknown>) => {
    const giveUpAt = performance.now() + CROSSING_MS
    for (const clients of targets.all) {
      while (!(await asks(clients).then(...answered))) {
        if (performance.now() > giveUpAt) return false
        await pause(LOOK_MS)
      }
    }
    return true
  }
  try {
    const put = await ask(skills, ({ skills: service }) =>
      tried(service.putAgent.bind(service), request),
    )
    const asked = { pool, agentId }
    return put && (await ask(routing, ({ agents }) => tried(agents.getAgent.bind(agents), asked)))
  } finally {
    routing.close()
    skills.close()
  }
}

const answered = [() => true, () => false] as const

const BROKEN = 'PARTITION_HALTED'
const REASON = 'written by a test'
/** Until every replica has read the bytes, and until it has gone on. */
const HALT_MS = 10_000

/**
 * In the log itself nothing can be passed over by one replica alone: all halt, callers are told,
 * the other partitions go on, and a majority of operators' words brings the partition back.
 */
async function inLog(scene: Scene): Promise<Seen> {
  const { world, load, book } = scene
  const [pool = ''] = load.pools
  const partition = partitionOf(pool, world.partitions)
  const targets = new Targets(serving(world, 'routing').map(({ grpc }) => grpc))
  const findings: string[] = []
  const injectedAt = book.now()
  try {
    await world.brokers?.spoil(LOG, partition, strange[0] ?? Buffer.alloc(0))
    const poisoned = await Promise.all(targets.all.map((one) => poisonAt(one, partition)))
    for (const [at, poison] of poisoned.entries()) {
      if (poison === undefined) findings.push(`${targets.all[at]?.address} has not halted`)
    }
    const others = load.pools.filter((one) => partitionOf(one, world.partitions) !== partition)
    if (!(await goOn(scene, others, book.now()))) findings.push('other partitions stood still too')
    if (!book.refused.some(({ code, at }) => code === BROKEN && at > injectedAt)) {
      findings.push(`nobody was told ${BROKEN}`)
    }
    await Promise.all(targets.all.map((one, at) => skip(one, partition, poisoned[at])))
    return { injectedAt, undoneAt: book.now(), findings }
  } finally {
    targets.close()
  }
}

type One = Targets['all'][number]

/** The record at which a replica has halted, as it tells its operators. */
async function poisonAt({ operations }: One, partition: number) {
  const giveUpAt = performance.now() + HALT_MS
  const ask = operations.getPartitions.bind(operations)
  for (;;) {
    const { answer } = await tried(ask, { service: 'routing' })
    const found = answer.partitions.find((one) => one.partition === partition)?.poison
    if (found !== undefined || performance.now() > giveUpAt) return found
    await pause(LOOK_MS)
  }
}

async function skip(
  { operations }: One,
  partition: number,
  poison: Awaited<ReturnType<typeof poisonAt>>,
): Promise<void> {
  if (poison === undefined) return
  const { offset, digest } = poison
  const request = { service: 'routing', partition, offset, digest, reason: REASON }
  try {
    await tried(operations.skipRecord.bind(operations), request)
  } catch (error) {
    // The others' words were enough, and it has gone on meanwhile.
    if (!(error instanceof Refusal) || error.code !== 'SKIP_NOT_HALTED') throw error
  }
}

/** Each of the pools hears of a submission after `from`. */
async function goOn({ book }: Scene, pools: readonly string[], from: number): Promise<boolean> {
  const giveUpAt = performance.now() + HALT_MS
  const goes = (pool: string) => book.acknowledged.some((one) => one.pool === pool && one.at > from)
  while (!pools.every(goes)) {
    if (performance.now() > giveUpAt) return false
    await pause(LOOK_MS)
  }
  return true
}

/** Bytes that are not ours where ours stand. */
export const foreignFaults: readonly Fault[] = [
  {
    name: 'foreign-events',
    row: 'F31',
    what: 'foreign bytes on the events topics of both services',
    must: 'they are passed over; profiles still cross',
    needs: 'brokers',
    befall: onEvents,
  },
  {
    name: 'foreign-log',
    row: 'F31',
    what: "foreign bytes on routing's log; every replica is told to pass over them",
    must: 'the partition halts and says where, the others go on; then it goes on too',
    needs: 'brokers',
    befall: inLog,
  },
]
