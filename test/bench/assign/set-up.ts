import { once } from 'node:events'
import { type ChannelCredentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { Queue, QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  PutAgentRequest,
  PutSkillRequest,
  SkillsServiceClient,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type Centre, queueId } from './messages.ts'

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown

/** Patient: none of this is measured. */
const CALL_MS = 60_000

export function call<Request, Response>(method: Unary<Request, Response>, request: Request) {
  return new Promise<Response>((resolve, reject) => {
    const deadline = Date.now() + CALL_MS
    method(request, new Metadata(), { deadline }, (error, response) =>
      error === null ? resolve(response) : reject(error),
    )
  })
}

export const agentId = (pool: string, number: number): string => `${pool}-agent-${number}`

const seconds = (count: number) => ({ seconds: count, nanos: 0 })

/** Pools that are set up at once. */
const POOLS_AT_ONCE = 16

/**
 * Pools, their queues and their agents, through the public API. E-mail: work begins when it is
 * accepted.
 */
export async function setUp(
  routing: string,
  skillsAt: string,
  credentials: ChannelCredentials,
  centre: Centre,
): Promise<void> {
  const queues = new QueueServiceClient(routing, credentials)
  const skills = new SkillsServiceClient(skillsAt, credentials)
  const desks = new AgentServiceClient(routing, credentials)
  const left = centre.pools.values()
  const worker = async () => {
    for (const pool of left) await putPool({ queues, skills, desks }, pool, centre.agentsPerPool)
  }
  await Promise.all(Array.from({ length: POOLS_AT_ONCE }, worker))
  for (const client of [queues, skills, desks]) client.close()
}

interface Clients {
  readonly queues: QueueServiceClient
  readonly skills: SkillsServiceClient
  readonly desks: AgentServiceClient
}

async function putPool({ queues, skills, desks }: Clients, pool: string, agents: number) {
  await call(queues.putPool.bind(queues), {
    pool: {
      pool,
      displayName: 'Bench',
      etag: '',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    },
    validateOnly: false,
  })
  const skill = { pool, skillId: 'post', displayName: 'Post', maxLevel: 3 }
  const put = PutSkillRequest.fromPartial({ skill })
  await soon(() => call(skills.putSkill.bind(skills), put))
  await call(queues.putQueue.bind(queues), { queue: queueOf(pool), validateOnly: false })
  const channels = [{ channel: Channel.CHANNEL_EMAIL, weight: 100 }]
  for (let number = 0; number < agents; number++) {
    const held = [{ skillId: 'post', level: 1 }]
    const profile = { pool, agentId: agentId(pool, number), skills: held, channels }
    await call(skills.putAgent.bind(skills), PutAgentRequest.fromPartial({ profile }))
  }
  // Profiles reach routing by a bridge, a little later; in their order.
  const last = { pool, agentId: agentId(pool, agents - 1) }
  await soon(() => call(desks.getAgent.bind(desks), last))
}

/** What crosses from one service to the other is there a little later. */
async function soon(ask: () => Promise<unknown>): Promise<void> {
  for (const until = Date.now() + CALL_MS; ; ) {
    try {
      await ask()
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await once(AbortSignal.timeout(20), 'abort')
    }
  }
}

const queueOf = (pool: string): Queue =>
  Queue.fromPartial({
    pool,
    queueId,
    displayName: 'Assign',
    channel: Channel.CHANNEL_EMAIL,
    requirements: [{ skillId: 'post', minimumLevel: 1 }],
    serviceLevelTarget: seconds(20),
    serviceLevelGoalBp: 8000,
    offerTimeout: seconds(60),
  })
