import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { PutAgentRequest, PutSkillRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { duration } from 'evenkeel/platform/wire.ts'
import type { Book } from '../book/book.ts'
import { persistently } from './calls.ts'
import { agentName, levelOf, type LoadPlan, poolName, QUEUES, SKILL } from './plan.ts'
import { type Targets, Turn } from './targets.ts'

/** Offers and connections stand longer than a failover takes, so that a fault costs no turn. */
const OFFER_MS = 8_000

/** Pools, queues, skills and profiles, through the public API; done when routing knows them all. */
export async function setUp(
  book: Book,
  routing: Targets,
  skills: Targets,
  plan: LoadPlan,
): Promise<void> {
  const pools = Array.from({ length: plan.pools }, (_, number) => poolName(number))
  await Promise.all(
    pools.map(async (pool, number) => {
      const turn = new Turn(routing, number)
      const made = {
        pool,
        displayName: '',
        etag: '',
        dialPacing: undefined,
        profilesMaxAge: undefined,
      }
      const value = { pool: made, validateOnly: false }
      await persistently(book, turn, ({ queues }) => queues.putPool.bind(queues), value)
      await putSkills(book, new Turn(skills, number), pool, plan)
      for (const [queueId, level] of Object.entries(QUEUES)) {
        const queue = queueOf(pool, queueId, level)
        await persistently(book, turn, ({ queues }) => queues.putQueue.bind(queues), {
          queue,
          validateOnly: false,
        })
      }
      // Profiles cross from the skills service in their order: who has the last one has all.
      const agentId = agentName(pool, plan.agentsPerPool - 1)
      const last = { pool, agentId }
      await persistently(book, turn, ({ agents }) => agents.getAgent.bind(agents), last)
    }),
  )
}

async function putSkills(book: Book, turn: Turn, pool: string, plan: LoadPlan): Promise<void> {
  const put = PutSkillRequest.fromPartial({ skill: { pool, skillId: SKILL, maxLevel: 5 } })
  await persistently(book, turn, ({ skills }) => skills.putSkill.bind(skills), put)
  for (let number = 0; number < plan.agentsPerPool; number += 1) {
    const request = PutAgentRequest.fromPartial({
      profile: {
        pool,
        agentId: agentName(pool, number),
        skills: [{ skillId: SKILL, level: levelOf(number) }],
        channels: [{ channel: Channel.CHANNEL_VOICE, weight: 100 }],
      },
    })
    await persistently(book, turn, ({ skills }) => skills.putAgent.bind(skills), request)
  }
}

function queueOf(pool: string, queueId: string, level: number) {
  return Queue.fromPartial({
    pool,
    queueId,
    channel: Channel.CHANNEL_VOICE,
    requirements: [{ skillId: SKILL, minimumLevel: level }],
    offerTimeout: duration(OFFER_MS),
    connectTimeout: duration(OFFER_MS),
    wrapUp: duration(OFFER_MS),
    callback: {
      offerAbove: duration(0),
      offerCadence: duration(5_000),
      offerTimeout: duration(2_000),
      ringTimeout: duration(5_000),
      maxAttempts: 2,
      retryAfter: duration(10_000),
      giveUpAfter: duration(60_000),
    },
  })
}
