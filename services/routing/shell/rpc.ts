import type { Binding } from '@evenkeel/chassis/serve'
import type { RoutingHosted } from './calls.ts'
import { agents } from './rpc/agents.ts'
import { callbacks } from './rpc/callbacks.ts'
import { classification } from './rpc/classification.ts'
import { contacts } from './rpc/contacts.ts'
import { explain } from './rpc/explain.ts'
import { operations } from './rpc/operations.ts'
import { queues } from './rpc/queues.ts'
import { watch } from './rpc/watch.ts'

/** The whole API of routing, a file a service. */
export function rpcs(hosted: RoutingHosted): readonly Binding[] {
  return [
    contacts(hosted),
    callbacks(hosted),
    classification(hosted),
    queues(hosted),
    agents(hosted),
    watch(hosted),
    explain(hosted),
    operations(hosted),
  ]
}
