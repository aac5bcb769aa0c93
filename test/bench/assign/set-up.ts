import { once } from 'node:events'
import { type ChannelCredentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { Queue, QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { SkillsServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { agents, pool, queueId } from './messages.ts'

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown

const CALL_MS = 10_000

function call<Request, Response>(method: Unary<Request, Response>, request: Request) {
  return new Promise<Response>((resolve, reject) => {
    const deadline = Date.now() + CALL_MS
    method(request, new Metadata(), { deadline }, (error, response) =>
      error === null ? resolve(response) : reject(error),
    )
  })
}

export const agentId = (number: number): string => `agent-${number}`

const seconds = (count: number) => ({ seconds: count, nanos: 0 })

/**
 * The pool, its queue and its agents, through the public API. E-mail: work begins when it is
 * accepted.
 */
export async function setUp(
  routing: string,
  skillsAt: string,
  credentials: ChannelCredentials,
): Promise<void> {
  const queues = new QueueServiceClient(routing, credentials)
  const skills = new SkillsServiceClient(skillsAt, credentials)
  const desks = new AgentServiceClient(routing, credentials)
  await call(queues.putPool.bind(queues), {
    pool: { pool, displayName: 'Bench', etag: '', dialPacing: undefined },
  })
  const skill = { pool, skillId: 'post', displayName: 'Post', maxLevel: 1, etag: '' }
  await soon(() => call(skills.putSkill.bind(skills), { skill }))
  await call(queues.putQueue.bind(queues), { queue, validateOnly: false })
  const held = { skillId: 'post', level: 1, validFrom: undefined, validUntil: undefined }
  const channels = [{ channel: Channel.CHANNEL_EMAIL, weight: 100 }]
  for (let number = 0; number < agents; number++) {
    const named = { pool, agentId: agentId(number), displayName: '', team: '', etag: '' }
    await call(skills.putAgent.bind(skills), { profile: { ...named, skills: [held], channels } })
  }
  await known(desks, agentId(agents - 1))
  for (const client of [queues, skills, desks]) client.close()
}

/** Profiles reach routing by a bridge, a little later; in their order. */
async function known(desks: AgentServiceClient, last: string): Promise<void> {
  await soon(() => call(desks.getAgent.bind(desks), { pool, agentId: last }))
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

const queue = Queue.fromPartial({
  pool,
  queueId,
  displayName: 'Assign',
  channel: Channel.CHANNEL_EMAIL,
  requirements: [{ skillId: 'post', minimumLevel: 1 }],
  serviceLevelTarget: seconds(20),
  serviceLevelGoalBp: 8000,
  agingPerPoint: undefined,
  timeToLive: undefined,
  maxWaiting: 0,
  offerTimeout: seconds(60),
  connectTimeout: undefined,
  handleLimit: undefined,
  holdLimit: undefined,
  wrapUp: undefined,
  callback: undefined,
  initialHandleTime: undefined,
  etag: '',
})
