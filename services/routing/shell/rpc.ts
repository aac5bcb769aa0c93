import type { Binding } from '@evenkeel/chassis/serve'
import type { RoutingReplica } from './calls.ts'
import { Desks } from './desks.ts'
import { agents } from './rpc/agents.ts'
import { callbacks } from './rpc/callbacks.ts'
import { contacts } from './rpc/contacts.ts'
import { explain } from './rpc/explain.ts'
import { queues } from './rpc/queues.ts'
import { watch } from './rpc/watch.ts'

/** The whole API of routing, a file a service. */
export function rpcs(replica: RoutingReplica): readonly Binding[] {
  return [
    contacts(replica),
    callbacks(replica),
    queues(replica),
    agents(replica, new Desks(replica)),
    watch(replica),
    explain(replica),
  ]
}
