import { setTimeout as pause } from 'node:timers/promises'
import { AgentProfile } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { tried } from '../load/calls.ts'
import { Targets } from '../load/targets.ts'
import { EVENTS, SKILLS_EVENTS } from '../world/cluster.ts'
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
  const profile = AgentProfile.fromPartial({ pool, agentId, channels })
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
      tried(service.putAgent.bind(service), { profile }),
    )
    const asked = { pool, agentId }
    return put && (await ask(routing, ({ agents }) => tried(agents.getAgent.bind(agents), asked)))
  } finally {
    routing.close()
    skills.close()
  }
}

const answered = [() => true, () => false] as const

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
]
