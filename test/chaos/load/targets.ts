import { ChannelCredentials } from '@grpc/grpc-js'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { CallbackServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { ContactServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { OperationsServiceClient } from '@evenkeel/proto/evenkeel/operations/v1/operations_service'
import { QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { WatchServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { SkillsServiceClient } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'

const OPTIONS = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 200,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
}

function clientsOf(address: string) {
  const plain = ChannelCredentials.createInsecure()
  return {
    address,
    agents: new AgentServiceClient(address, plain, OPTIONS),
    callbacks: new CallbackServiceClient(address, plain, OPTIONS),
    contacts: new ContactServiceClient(address, plain, OPTIONS),
    operations: new OperationsServiceClient(address, plain, OPTIONS),
    queues: new QueueServiceClient(address, plain, OPTIONS),
    watches: new WatchServiceClient(address, plain, OPTIONS),
    skills: new SkillsServiceClient(address, plain, OPTIONS),
  }
}

/** The API at one address. */
export type Clients = ReturnType<typeof clientsOf>

/** Every replica of a service: each can answer everything. */
export class Targets {
  readonly all: readonly Clients[]
  closed = false

  constructor(addresses: readonly string[]) {
    if (addresses.length === 0) throw new Error('no address')
    this.all = addresses.map(clientsOf)
  }

  close(): void {
    this.closed = true
    for (const { address: _address, ...clients } of this.all) {
      for (const client of Object.values(clients)) client.close()
    }
  }
}

/** A caller's own place among the targets: it goes on to the next when one does not answer. */
export class Turn {
  readonly #targets: Targets
  #at: number

  constructor(targets: Targets, first: number) {
    this.#targets = targets
    this.#at = first % targets.all.length
  }

  get clients(): Clients {
    const clients = this.#targets.all[this.#at]
    if (clients === undefined) throw new Error(`no target ${this.#at}`)
    return clients
  }

  /** The run is over: nobody is asked any more. */
  get closed(): boolean {
    return this.#targets.closed
  }

  next(): void {
    this.#at = (this.#at + 1) % this.#targets.all.length
  }
}
