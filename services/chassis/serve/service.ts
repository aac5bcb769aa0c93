import type { Registry } from '../observe/index.ts'
import type { ServiceCore } from '../protocol/core.ts'
import type { Replica } from '../replica/replica.ts'
import type { Binding } from './bind.ts'

/** A whole service as a value: what it decides, and how the world reaches it. */
export interface Service<State, Command, Event> extends ServiceCore<State, Command, Event> {
  /** Its API, answered by this replica. */
  rpcs(replica: Replica<State>): readonly Binding[]
  /** Registers its metrics, read off this replica's state. Once per registry. */
  metrics(registry: Registry, replica: Replica<State>): void
}
