import { setTimeout as pause } from 'node:timers/promises'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { GetQueueStatsRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Refusal } from 'evenkeel/platform/refusal.ts'
import { tried } from '../load/calls.ts'
import { Targets } from '../load/targets.ts'
import { type Brokers, serving, type World } from '../world/world.ts'
import type { Fault, Scene, Seen } from './fault.ts'
import { PATIENCE_MS } from './leaders.ts'

/** Long enough to be missed by the cluster, and for another to lead. */
const HURT_MS = 12_000
const SHORT_MS = 20_000
/** All brokers away. */
const OUTAGE_MS = 70_000
/** From the outage until callers are refused at once: whatever was on its way has been given up. */
const SETTLE_MS = 10_000
/** A refusal at once. */
const AT_ONCE_MS = 500
/** An answer from what is known, on a connection that has to be made first. */
const READ_MS = 3_000
/** What a process may grow by while it can write nothing. */
const GROWTH_BYTES = 200 * 1024 * 1024
const LOOK_MS = 1_000

function brokersOf({ world }: Scene): Brokers {
  if (world.brokers === undefined) throw new Error('no brokers')
  return world.brokers
}

async function leading(scene: Scene): Promise<number> {
  const pool = scene.load.pools[0] ?? ''
  return brokersOf(scene).leaderOf(partitionOf(pool, scene.world.partitions))
}

async function killed(scene: Scene): Promise<Seen> {
  const { book } = scene
  const brokers = brokersOf(scene)
  const broker = await leading(scene)
  const injectedAt = book.now()
  await brokers.kill(broker)
  await pause(HURT_MS)
  const went = await scene.goesOn(book.now(), PATIENCE_MS)
  await brokers.start(broker)
  const findings = went ? [] : ['two brokers of three did not go on']
  return { injectedAt, undoneAt: book.now(), findings }
}

async function paused(scene: Scene): Promise<Seen> {
  const { book } = scene
  const brokers = brokersOf(scene)
  const broker = await leading(scene)
  const injectedAt = book.now()
  await brokers.pause(broker)
  await pause(HURT_MS)
  const went = await scene.goesOn(book.now(), PATIENCE_MS)
  await brokers.resume(broker)
  const findings = went ? [] : ['two brokers of three did not go on']
  return { injectedAt, undoneAt: book.now(), findings }
}

/**
 * Told to stop one after the other, the third knows that it is alone, and says so. What was on its
 * way when the second went may still be acknowledged.
 */
async function belowMinimum(scene: Scene): Promise<Seen> {
  const { book } = scene
  const brokers = brokersOf(scene)
  const injectedAt = book.now()
  await brokers.stop(1)
  await brokers.stop(2)
  const from = book.now() + SETTLE_MS
  await pause(SETTLE_MS + SHORT_MS)
  const findings = refusedAll(scene, from)
  await Promise.all([brokers.start(1), brokers.start(2)])
  return { injectedAt, undoneAt: book.now(), findings }
}

/** Nothing is acknowledged, and whoever asks is told at once to try again. */
function refusedAll({ book }: Scene, from: number): string[] {
  const until = book.now()
  const within = (at: number) => at >= from && at <= until
  const acknowledged = book.acknowledged.filter(({ at }) => within(at)).length
  const refused = book.refused.filter(({ at }) => within(at))
  const findings: string[] = []
  if (acknowledged > 0) findings.push(`${acknowledged} acknowledged while nothing could be written`)
  const codes = [...new Set(refused.map(({ code }) => code))].join(', ')
  if (!refused.some(({ code }) => code === 'LOG_UNAVAILABLE')) {
    findings.push(`nobody was told LOG_UNAVAILABLE, but ${codes || 'nothing at all'}`)
  }
  const took = refused.map(({ tookMs }) => tookMs).sort((one, other) => one - other)
  const median = took[Math.floor(took.length / 2)] ?? 0
  if (median > AT_ONCE_MS) findings.push(`refusals (${codes}) took ${Math.round(median)} ms`)
  return findings
}

async function allAway(scene: Scene): Promise<Seen> {
  const { book, world } = scene
  const brokers = brokersOf(scene)
  const numbers = Array.from({ length: brokers.count }, (_, at) => at + 1)
  const before = world.members.map((member) => member.residentBytes())
  const injectedAt = book.now()
  await Promise.all(numbers.map((broker) => brokers.kill(broker)))
  const from = book.now() + SETTLE_MS
  const findings: string[] = []
  const grown = before.map(() => 0)
  while (book.now() < injectedAt + OUTAGE_MS) {
    await pause(LOOK_MS)
    for (const [at, member] of world.members.entries()) {
      grown[at] = Math.max(grown[at] ?? 0, member.residentBytes() - (before[at] ?? 0))
      const alive = (await member.get('/healthz/live'))?.status === 200
      if (!alive) findings.push(`${member.name} says that it does not live`)
    }
  }
  findings.push(...refusedAll(scene, from), ...(await readsOf(world, scene.load.pools)))
  for (const [at, member] of world.members.entries()) {
    if ((grown[at] ?? 0) > GROWTH_BYTES) findings.push(`${member.name} grew by ${grown[at]} bytes`)
  }
  await Promise.all(numbers.map((broker) => brokers.start(broker)))
  const megabytes = Math.round(Math.max(...grown) / 1024 / 1024)
  return {
    ...{ injectedAt, undoneAt: book.now(), findings: [...new Set(findings)] },
    more: { 'MiB a process grew at most': megabytes },
  }
}

/** Who only reads is answered from what is known, with the time of it. */
async function readsOf(world: World, pools: readonly string[]): Promise<string[]> {
  const targets = new Targets(serving(world, 'routing').map(({ grpc }) => grpc))
  const findings: string[] = []
  try {
    for (const { queues, address } of targets.all) {
      for (const pool of pools) {
        const request = GetQueueStatsRequest.fromPartial({ pool })
        const read = tried(queues.getQueueStats.bind(queues), request, READ_MS)
        const asOf = await read.then(
          ({ answer }) => answer.asOf,
          (error: unknown) => {
            if (!(error instanceof Refusal)) throw error
            return undefined
          },
        )
        if (asOf === undefined) findings.push(`${address} does not read ${pool} in the outage`)
      }
    }
  } finally {
    targets.close()
  }
  return findings
}

/** What may befall the brokers. */
export const brokerFaults: readonly Fault[] = [
  {
    name: 'broker-killed',
    row: 'F5',
    what: `kill -9 of the broker that leads, during sends; back after ${HURT_MS / 1_000} s`,
    must: 'nothing acknowledged is lost',
    needs: 'brokers',
    befall: killed,
  },
  {
    name: 'broker-paused',
    row: 'F5',
    what: `the broker that leads a partition stands still for ${HURT_MS / 1_000} s`,
    must: 'nothing acknowledged is lost',
    needs: 'brokers',
    befall: paused,
  },
  {
    name: 'below-minimum',
    row: 'F6',
    what: 'two of three brokers stopped, one after the other',
    must: 'nothing is acknowledged, UNAVAILABLE with RetryInfo; it resumes by itself',
    needs: 'brokers',
    befall: belowMinimum,
  },
  {
    name: 'no-broker',
    row: 'F7',
    what: `kill -9 of all brokers; back after ${OUTAGE_MS / 1_000} s`,
    must: 'reads are answered as of then, writes refused at once, memory stays bounded',
    needs: 'brokers',
    befall: allAway,
  },
]
