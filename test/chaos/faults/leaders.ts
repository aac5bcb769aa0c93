import { setTimeout as pause } from 'node:timers/promises'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { tried } from '../load/calls.ts'
import { Targets } from '../load/targets.ts'
import type { Member } from '../world/member.ts'
import { serving } from '../world/world.ts'
import type { Fault, Scene, Seen } from './fault.ts'
import { GRACE_MS, left } from './processes.ts'

/** A lease, and what the next leader may take to begin. */
const LEASE_MS = 3_000
const FAILOVER_MS = LEASE_MS + 2_000
/** Planned: nobody waits for a lease to end. */
const HAND_OVER_MS = 1_000
/** Past the lease, and past the silence after which a replica's desks are let go. */
const PAUSE_MS = 12_000
/** Down for so long before it is started again: the others must do without it. */
const DOWN_MS = 8_000
/** What does not go on within this does not go on, on any machine. */
export const PATIENCE_MS = 30_000
const LOOK_MS = 50

/** Who leads the first pool's partition. */
export async function leader({ world, load }: Scene): Promise<Member> {
  const leaders = await world.leaders()
  const found = leaders.get(partitionOf(load.pools[0] ?? '', world.partitions))
  if (found === undefined) throw new Error('nobody leads')
  return found
}

/** From the hurt until somebody else leads all that the member has led. */
async function followed(scene: Scene, member: Member, from: number): Promise<number | undefined> {
  const { world, book, load } = scene
  const partitions = new Set(load.pools.map((pool) => partitionOf(pool, world.partitions)))
  const giveUpAt = from + 2 * FAILOVER_MS
  while (book.now() < giveUpAt) {
    const leaders = await world.leaders(member)
    if ([...partitions].every((one) => leaders.has(one))) return book.now() - from
    await pause(LOOK_MS)
  }
  return undefined
}

const late = (ms: number | undefined): string[] =>
  ms === undefined || ms > FAILOVER_MS
    ? [`nobody else led within ${FAILOVER_MS} ms: ${ms === undefined ? 'never' : Math.round(ms)}`]
    : []

async function killed(scene: Scene): Promise<Seen> {
  const { book } = scene
  const member = await leader(scene)
  const injectedAt = book.now()
  await member.kill()
  const took = await followed(scene, member, injectedAt)
  await pause(Math.max(0, injectedAt + DOWN_MS - book.now()))
  const went = await scene.goesOn(injectedAt + FAILOVER_MS, PATIENCE_MS)
  await member.start()
  const findings = went ? [] : ['the others did not go on without it']
  return {
    ...{ injectedAt, undoneAt: book.now(), findings, late: late(took) },
    more: { 'ms until another led': Math.round(took ?? Number.NaN) },
  }
}

async function paused(scene: Scene): Promise<Seen> {
  const { book } = scene
  const member = await leader(scene)
  const injectedAt = book.now()
  member.pause()
  const took = await followed(scene, member, injectedAt)
  await pause(Math.max(0, injectedAt + PAUSE_MS - book.now()))
  const went = await scene.goesOn(injectedAt + FAILOVER_MS, PATIENCE_MS)
  member.resume()
  const findings = went ? [] : ['the others did not go on without it']
  return {
    ...{ injectedAt, undoneAt: book.now(), findings, late: late(took) },
    more: { 'ms until another led': Math.round(took ?? Number.NaN) },
  }
}

const passedLate = (ms: number | undefined): string[] =>
  ms !== undefined && ms <= HAND_OVER_MS
    ? []
    : [`the lead passed after ${ms === undefined ? 'never' : `${Math.round(ms)} ms`}`]

/** Errors that a caller may see while replicas come and go, all of which say: try again. */
const AWAY: ReadonlySet<string> = new Set([
  'LOG_UNAVAILABLE',
  'REPLICA_FENCED',
  'REPLICA_NOT_READY',
  'SERVER_LEAVING',
  'gRPC UNAVAILABLE',
])

function onlyAway({ book }: Scene, from: number): string[] {
  const others = new Map<string, number>()
  for (const { code, retryable, at } of book.refused) {
    if (at < from || !retryable || AWAY.has(code)) continue
    others.set(code, (others.get(code) ?? 0) + 1)
  }
  return [...others].map(([code, count]) => `${count} calls met ${code}`)
}

/** One after the other, each only when the one before is back. */
async function rolled(scene: Scene): Promise<Seen> {
  const { book, world, told } = scene
  const injectedAt = book.now()
  const findings: string[] = []
  const slow: string[] = []
  let longest = 0
  for (const member of world.members) {
    const { ms, ...found } = await left(member)
    findings.push(...found.findings)
    slow.push(...found.late)
    longest = Math.max(longest, ms)
    await member.start()
    if (!(await scene.goesOn(book.now(), PATIENCE_MS))) findings.push(`no go after ${member.name}`)
    told(`  ${member.name} is back; it took ${Math.round(ms)} ms to leave`)
  }
  const undoneAt = book.now()
  slow.push(...onlyAway(scene, injectedAt))
  const more = { 'ms to leave, at most': Math.round(longest) }
  return { injectedAt, undoneAt, findings, late: slow, more }
}

async function leftUnderLoad(scene: Scene): Promise<Seen> {
  const { book } = scene
  const member = await leader(scene)
  const injectedAt = book.now()
  const { ms, ...found } = await left(member)
  const took = await followed(scene, member, injectedAt)
  const went = await scene.goesOn(book.now(), PATIENCE_MS)
  const findings = [...found.findings, ...(went ? [] : ['the others did not go on without it'])]
  await member.start()
  return {
    ...{ injectedAt, undoneAt: book.now(), findings, late: [...found.late, ...late(took)] },
    more: {
      'ms to leave': Math.round(ms),
      'ms until another led': Math.round(took ?? Number.NaN),
    },
  }
}

/** Told to leave the lead to others, it stays and answers on. */
async function handedOver(scene: Scene): Promise<Seen> {
  const { book, load, world } = scene
  const member = await leader(scene)
  const targets = new Targets([member.grpc])
  const partitions = new Set(load.pools.map((pool) => partitionOf(pool, world.partitions)))
  const injectedAt = book.now()
  const asked = targets.all.flatMap(({ operations }) =>
    [...partitions].map((partition) =>
      tried(operations.handOver.bind(operations), { service: 'routing', partition }),
    ),
  )
  await Promise.all(asked).finally(() => targets.close())
  const took = await followed(scene, member, injectedAt)
  return {
    ...{ injectedAt, undoneAt: book.now(), findings: [] },
    late: [...passedLate(took), ...onlyAway(scene, injectedAt)],
    more: { 'ms until another led': Math.round(took ?? Number.NaN) },
  }
}

/** The older process must find that it is not the one any more, and answer nothing wrong. */
async function doubled(scene: Scene): Promise<Seen> {
  const { book, world } = scene
  const member = serving(world, 'routing').at(-1)
  if (member === undefined) throw new Error('no replica')
  const injectedAt = book.now()
  const twin = await world.twin(member)
  await twin.start()
  const went = await scene.goesOn(book.now(), PATIENCE_MS)
  const findings = went ? [] : ['not everything went on beside the twin']
  const page = (await member.get('/metrics'))?.text ?? ''
  const fenced = /^evenkeel_replica_fenced\{[^}]*\} 1$/m.test(page)
  if (member.running() && page !== '' && !fenced) findings.push('the older one is not fenced')
  await twin.kill()
  await member.kill()
  await member.start()
  return { injectedAt, undoneAt: book.now(), findings }
}

/** What may befall replicas, of which the others must not suffer. */
export const leaderFaults: readonly Fault[] = [
  {
    name: 'leader-killed',
    row: 'F1',
    what: `kill -9 of the replica that leads, in mid-batch; back after ${DOWN_MS / 1_000} s`,
    must: 'another leads within lease + 2 s',
    needs: 'replicas',
    befall: killed,
  },
  {
    name: 'leader-paused',
    row: 'F2',
    what: `SIGSTOP of the replica that leads for ${PAUSE_MS / 1_000} s, then SIGCONT`,
    must: 'another leads within lease + 2 s; on waking it steps down',
    needs: 'replicas',
    befall: paused,
  },
  {
    name: 'lead-handed-over',
    row: 'F9',
    what: 'the replica that leads is told to leave the lead to others',
    must: 'another leads within 1 s',
    needs: 'replicas',
    befall: handedOver,
  },
  {
    name: 'rolling-restart',
    row: 'F9',
    what: 'SIGTERM and start of every process, one after the other',
    must: 'no call fails but with a retryable UNAVAILABLE',
    needs: 'replicas',
    befall: rolled,
  },
  {
    name: 'two-of-one-name',
    row: 'F20d',
    what: 'a second process under the identity of a replica',
    must: 'the older one is fenced',
    needs: 'replicas',
    befall: doubled,
  },
  {
    name: 'leader-told',
    row: 'F26',
    what: 'SIGTERM of the replica that leads, under load',
    must: `it ends with 0 within ${GRACE_MS / 1_000} s; another leads`,
    needs: 'replicas',
    befall: leftUnderLoad,
  },
]
