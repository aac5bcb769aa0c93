import type { Clock, EventStreams } from '../log/port.ts'
import type { ServiceCore } from '../protocol/core.ts'
import type { Partition } from '../protocol/partition.ts'
import type { AppendQueue, Submission } from './append-queue.ts'
import { Backoff } from './backoff.ts'
import { Bridge, type BridgeStats } from './bridge.ts'
import { seen } from './bridged.ts'
import type { Failures } from './failures.ts'
import { Publisher } from './publisher.ts'
import type { RealTime } from './real-time.ts'
import type { ReplicaLogger } from './replica.ts'
import type { Rest } from './rest.ts'
import type { StageListener } from './stages.ts'
import { Ticker } from './ticker.ts'

export interface LeaderOptions<State, Command, Event> {
  readonly service: ServiceCore<State, Command, Event>
  readonly core: Partition<State, Command, Event>
  readonly number: number
  readonly queue: AppendQueue
  readonly streams: EventStreams
  readonly clock: Clock
  readonly clockSpeed: number
  readonly time: RealTime
  readonly rest: Rest
  readonly logger: ReplicaLogger
  readonly onStage: StageListener
  readonly broken: (error: unknown) => void
}

/**
 * What one replica does for all: ticks, publishes, bridges, takes up the work list. A matter of
 * economy, never of safety:
 * two that lead at once do the same work twice, and the log's rules make once of it.
 */
export class Leader<State, Command, Event> {
  readonly #options: LeaderOptions<State, Command, Event>
  readonly #ticker: Ticker
  readonly #publisher: Publisher
  readonly #bridges: readonly Bridge[]
  readonly #backoff: Backoff
  #leading = false
  #continuing = false

  constructor(options: LeaderOptions<State, Command, Event>) {
    const { service, core, number, queue, streams, clock, clockSpeed } = options
    const { time, rest, logger, onStage, broken } = options
    this.#options = options
    this.#backoff = new Backoff(time)
    this.#ticker = new Ticker({
      clock,
      clockSpeed,
      stated: () => ({
        kind: 'tick',
        incarnation: core.incarnation,
        offset: core.offset,
        chain: core.chain(),
      }),
      nextDeadline: () => service.core.nextDeadline(core.state),
      now: () => core.now(),
      resting: () => rest.resting,
      turn: number,
      force: () => queue.force(),
    })
    const stream = `${service.name}/${number}`
    const { outbox } = core
    this.#publisher = new Publisher({ outbox, streams, stream, time, broken, logger })
    this.#bridges = service.bridges.map((rule) => {
      const fed = `${rule.source}/${number}`
      return new Bridge({
        streams,
        stream: fed,
        fed: () => fedBy(core, fed),
        seen: (event) => seen(rule, event, number),
        append: (body, bytes) => queue.own(body, { bytes }),
        clock,
        time,
        logger,
        onStage,
      })
    })
  }

  /** May follow a stop that has not settled: whatever is in hand by then goes on. */
  start(): void {
    this.#leading = true
    this.#ticker.start()
    this.#publisher.start()
    for (const bridge of this.#bridges) bridge.start()
    this.#continue()
  }

  /** Begins nothing more at once; resolves when what is in hand has settled. */
  async stop(): Promise<void> {
    this.#leading = false
    this.#ticker.stop()
    if (this.#backoff.cancel()) this.#continuing = false
    await Promise.all([this.#publisher.stop(), ...this.#bridges.map((bridge) => bridge.stop())])
  }

  get leading(): boolean {
    return this.#leading
  }

  get bridges(): BridgeStats[] {
    return this.#bridges.map((bridge) => bridge.stats())
  }

  get failedPublications(): Failures['counts'] {
    return this.#publisher.failures
  }

  get publishedThrough(): number {
    return this.#publisher.through
  }

  /** What goes in front of a batch. */
  head(alone: boolean): Submission[] {
    if (!this.#leading) return []
    return [...this.#ticker.head(alone), ...this.#publisher.head(this.#options.clock.now())]
  }

  emitted(): void {
    this.#publisher.wake()
  }

  caughtUp(): void {
    if (!this.#leading) return
    this.#ticker.rearm()
    this.#continue()
  }

  /** A slice of the work list per record, one record at a time. */
  #continue(): void {
    const { core, queue } = this.#options
    if (this.#continuing || !this.#leading || !core.unfinished()) return
    this.#continuing = true
    const again = () => {
      this.#continuing = false
      this.#continue()
    }
    queue.own({ kind: 'continue' }).then(
      (verdict) => {
        if (verdict.kind === 'failed') return this.#backoff.retry(again)
        this.#backoff.reset()
        again()
      },
      () => this.#backoff.retry(again),
    )
  }
}

/** Where the state stands with one of its sources. */
function fedBy({ cursors }: Pick<Partition<unknown, unknown, unknown>, 'cursors'>, source: string) {
  return { position: cursors.position(source), incarnation: cursors.incarnation(source) }
}
