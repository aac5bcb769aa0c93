/** The desks and watchers of `streams` for whom nothing happens, in a process of their own. */
import { ChannelCredentials } from '@grpc/grpc-js'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { WatchServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { agentId, setUp } from '../assign/set-up.ts'
import type { Answer, Ask, Idle } from './messages.ts'

const STREAMS_PER_CONNECTION = 100
/** Opened at once; each session is a command. */
const OPENING_MAX = 50
/** A machine that others share may keep one waiting beyond its time. */
const TRIES = 5

const plain = ChannelCredentials.createInsecure()
const own = { 'grpc.use_local_subchannel_pool': 1 }

interface Stream {
  on(event: 'data', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** Of one connection. */
interface Clients {
  readonly agents: AgentServiceClient
  readonly watch: WatchServiceClient
}

type Opening = (clients: Clients) => Stream

function connected(target: string): Clients {
  const agents = new AgentServiceClient(target, plain, own)
  const channelOverride = agents.getChannel()
  return { agents, watch: new WatchServiceClient(target, plain, { channelOverride }) }
}

const session =
  (pool: string, number: number): Opening =>
  ({ agents }) => {
    const stream = agents.agentSession()
    const value = { pool, agentId: agentId(pool, number), sessionToken: '', ready: true }
    stream.write({ requestId: 'open', command: { $case: 'open', value } })
    return stream
  }

const watcher =
  (pool: string, number: number): Opening =>
  ({ watch }) => {
    if (number % 4 === 0) return watch.watchQueues({ pool, interval: undefined })
    if (number % 4 === 1) return watch.watchAgents({ pool, changesOnly: false })
    if (number % 4 === 2) return watch.watchContacts({ pool, changesOnly: false })
    return watch.watchOffers({ pool, changesOnly: false })
  }

/** Of a floor all are sessions: it has no watches. */
function* openingsOf({ pools, agentsPerPool, watchersPerPool }: Idle, floor: boolean) {
  for (const pool of pools) {
    for (let n = 0; n < agentsPerPool; n++) yield session(pool, n)
    for (let n = 0; n < watchersPerPool; n++) {
      yield floor ? session(pool, agentsPerPool + n) : watcher(pool, n)
    }
  }
}

/** Held, so that none is collected. */
const streams: Stream[] = []
let failure = ''

/** Resolves when the stream has said something, or with why it has not. */
function begun(stream: Stream): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let open = false
    stream.on('data', () => {
      if (!open) streams.push(stream)
      open = true
      resolve(undefined)
    })
    stream.on('error', (error) => {
      if (open) failure ||= error.message
      resolve(error)
    })
  })
}

async function open(target: string, openings: Iterable<Opening>): Promise<void> {
  const left = openings[Symbol.iterator]()
  const worker = async () => {
    let clients = connected(target)
    for (let n = 1, next = left.next(); next.done !== true; n++, next = left.next()) {
      let refused = await begun(next.value(clients))
      for (let tries = 1; refused !== undefined && tries < TRIES; tries++) {
        refused = await begun(next.value(clients))
      }
      if (refused !== undefined) failure ||= refused.message
      if (n % STREAMS_PER_CONNECTION === 0) clients = connected(target)
    }
  }
  await Promise.all(Array.from({ length: OPENING_MAX }, worker))
}

async function answer(ask: Ask): Promise<void> {
  const { target, skills, idle } = ask
  if (ask.kind === 'open') await open(target, openingsOf(idle, skills === undefined))
  else if (ask.kind === 'set-up' && skills !== undefined) await setUp(target, skills, plain, idle)
  process.send?.({ streams: streams.length, failure } satisfies Answer)
}

process.on('message', (ask: Ask) => void answer(ask))
// A benchmark that was killed leaves nobody behind.
process.on('disconnect', () => process.exit())
