import type { Registry } from '../observe/index.ts'
import type { ServiceCore } from '../protocol/core.ts'
import type { Hosted } from '../replica/hosted.ts'
import type { Binding } from './bind.ts'

/** A whole service as a value: what it decides, and how the world reaches it. */
export interface Service<State, Command, Event> extends ServiceCore<State, Command, Event> {
  /** Its API, answered by the replicas kept here; called before they are up. */
  rpcs(hosted: Hosted<State>): readonly Binding[]
  /** Registers its metrics, read off the states of those that run. Once per registry. */
  metrics(registry: Registry, hosted: Hosted<State>): void
}
