import type { KafkaConnection } from '../log/kafka/index.ts'
import type { Logger, Registry } from '../observe/index.ts'
import type { ServiceCore } from '../protocol/core.ts'
import type { Hosted } from '../replica/hosted.ts'
import type { Replica } from '../replica/replica.ts'
import type { Binding } from './bind.ts'
import type { Page } from './pages.ts'

export interface InboxSurroundings {
  readonly connection: KafkaConnection
  /** Name of the cell whose partitions are kept here; undefined: there are no cells. */
  readonly cell: string | undefined
  /** Nobody else registers there what the inbox does. */
  readonly registry: Registry
  readonly logger: Logger
}

export interface Inbox {
  /** Takes nothing further, and lets what is in hand finish. */
  stop(): Promise<void>
}

/** A whole service as a value: what it decides, and how the world reaches it. */
export interface Service<State, Command, Event> extends ServiceCore<State, Command, Event> {
  /** Its API, answered by the replicas kept here; called before they are up. */
  rpcs(hosted: Hosted<State>): readonly Binding[]
  /** What it shows in a browser, on the port of HTTP. */
  readonly pages?: readonly Page[]
  /**
   * Begins to read the public topics that it takes commands from, once its replicas answer.
   * Where there is no Kafka there are none, and it is not called.
   */
  inbox?(hosted: Hosted<State>, surroundings: InboxSurroundings): Inbox
  /** Once per replica that answers here: what its leader is to see to beside the log's own work. */
  attend?(replica: Replica<State>, logger: Logger): void
  /** Registers its metrics, read off the states of those that run. Once per registry. */
  metrics(registry: Registry, hosted: Hosted<State>): void
}
