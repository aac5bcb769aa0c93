import { setTimeout as sleep } from 'node:timers/promises'
import { type ChannelCredentials, type Client, Metadata } from '@grpc/grpc-js'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { ContactServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { OperationsServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { WatchServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { DriftServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/drift_service'
import { ReallocationServiceClient } from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { HistoryServiceClient } from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import { RosterServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import { SkillsServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { type Access, plaintext } from './access.ts'
import { BACKOFF_MOST_MS, backoffMs, Refusal, refusalOf } from './refusal.ts'
import { rotating, Targets } from './targets.ts'

/** Real time for one unary call; every call has a deadline. */
const CALL_MS = 10_000
/** Real time after which a call that is only ever refused for the moment is given up. */
const GIVE_UP_MS = 120_000

/**
 * HTTP/2 connections for agents' sessions, so that no connection carries more streams than servers
 * allow.
 */
const SESSIONS_PER_CONNECTION = 50

/** A channel of its own, not shared with other clients of the process. */
function optionsOf(name: string) {
  return {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.primary_user_agent': `evenkeel-platform/${name}`,
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.initial_reconnect_backoff_ms': BACKOFF_MOST_MS / 2,
    'grpc.min_reconnect_backoff_ms': BACKOFF_MOST_MS / 2,
    'grpc.max_reconnect_backoff_ms': BACKOFF_MOST_MS,
  }
}

/** host:port of replicas, by service; one process may have all. */
export interface Site {
  readonly routing: readonly string[]
  readonly skills: readonly string[]
  readonly forecasting: readonly string[]
  readonly reallocation: readonly string[]
  /** How to be let in; absent: by plaintext, as nobody in particular. */
  readonly access?: Access
}

/** One process has all services. */
export const siteAt = (...targets: readonly string[]): Site => ({
  routing: targets,
  skills: targets,
  forecasting: targets,
  reallocation: targets,
})

type ClientOf<C> = new (
  target: string,
  credentials: ChannelCredentials,
  options: ReturnType<typeof optionsOf>,
) => C

const made =
  <C>(Made: ClientOf<C>, name: string, access: Access) =>
  (target: string): C =>
    new Made(target, access.credentials, optionsOf(name))

/** The clients of one platform: the public API and nothing else. */
export class Connection {
  readonly contacts: ContactServiceClient
  readonly queues: QueueServiceClient
  /** For looks; sessions have clients of their own. */
  readonly agents: AgentServiceClient
  readonly operations: OperationsServiceClient
  readonly watches: WatchServiceClient
  readonly skills: SkillsServiceClient
  readonly roster: RosterServiceClient
  readonly history: HistoryServiceClient
  readonly drift: DriftServiceClient
  readonly moves: ReallocationServiceClient
  /** Replicas of routing, as they answer the line of contacts and the calls about queues. */
  readonly routing: Targets
  readonly #site: Site
  readonly #access: Access
  readonly #desks: AgentServiceClient[] = []
  #sessions = 0

  constructor(site: Site) {
    this.#site = site
    const { access = plaintext } = site
    this.#access = access
    this.routing = new Targets(site.routing)
    const of = {
      routing: this.routing,
      skills: new Targets(site.skills),
      forecasting: new Targets(site.forecasting),
      reallocation: new Targets(site.reallocation),
    }
    this.contacts = rotating(of.routing, made(ContactServiceClient, 'contacts', access))
    this.queues = rotating(of.routing, made(QueueServiceClient, 'queues', access))
    this.agents = rotating(of.routing, made(AgentServiceClient, 'agents', access))
    this.operations = rotating(of.routing, made(OperationsServiceClient, 'operations', access))
    this.watches = rotating(of.routing, made(WatchServiceClient, 'watches', access))
    this.skills = rotating(of.skills, made(SkillsServiceClient, 'skills', access))
    this.roster = rotating(of.skills, made(RosterServiceClient, 'roster', access))
    this.history = rotating(of.forecasting, made(HistoryServiceClient, 'history', access))
    this.drift = rotating(of.forecasting, made(DriftServiceClient, 'drift', access))
    this.moves = rotating(of.reallocation, made(ReallocationServiceClient, 'moves', access))
  }

  /** A client for one more agent's session; they begin at different replicas. */
  desk(): AgentServiceClient {
    const { routing } = this.#site
    const place = this.#sessions % routing.length
    const round = Math.floor(this.#sessions / (routing.length * SESSIONS_PER_CONNECTION))
    const index = round * routing.length + place
    this.#sessions += 1
    const name = `desks-${index}`
    const targets = new Targets(routing, place)
    const desk =
      this.#desks[index] ?? rotating(targets, made(AgentServiceClient, name, this.#access))
    this.#desks[index] = desk
    return desk
  }

  close(): void {
    const clients: Client[] = [
      this.contacts,
      this.queues,
      this.operations,
      this.watches,
      this.skills,
      this.roster,
      this.history,
      this.drift,
      this.moves,
    ]
    for (const client of [...clients, ...this.#desks]) client.close()
  }
}

/** A generated unary method, bound to its client. */
type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: Parameters<typeof refusalOf>[0] | null, response: Response) => void,
) => unknown

/** One call with a deadline; rejects with a Refusal. */
export function once<Request, Response>(
  method: Unary<Request, Response>,
  request: Request,
  callMs = CALL_MS,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, new Metadata(), { deadline: Date.now() + callMs }, (error, response) => {
      if (error === null) resolve(response)
      else reject(refusalOf(error))
    })
  })
}

/**
 * Calls until it is answered for good, or is not to be called again: with the same ids a repetition
 * does no harm.
 */
export async function persistently<Request, Response>(
  method: Unary<Request, Response>,
  request: Request,
  ending?: AbortSignal,
): Promise<Response> {
  const giveUpAt = Date.now() + GIVE_UP_MS
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(method, request)
    } catch (error) {
      if (!(error instanceof Refusal) || !error.retryable || Date.now() > giveUpAt) throw error
      if (ending?.aborted === true) throw error
      await sleep(backoffMs(attempt, error.retryAfterMs))
    }
  }
}
