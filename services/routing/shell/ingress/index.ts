import { setTimeout as pause } from 'node:timers/promises'
import {
  type Group,
  type Intake,
  type KafkaConnection,
  type Membership,
  openGroup,
  openSender,
} from '@evenkeel/chassis/log/kafka'
import type { Logger, Registry } from '@evenkeel/chassis/observe'
import { topics } from '@evenkeel/proto/topics'
import type { RoutingHosted } from '../calls.ts'
import { ingressLimits } from '../limits.ts'
import { type IngressMetrics, ingressMetrics } from './metrics.ts'
import { Ordered, Slots } from './order.ts'
import { readRecord } from './record.ts'
import { Halts, type Taken, Taker } from './taker.ts'

export interface IngressOptions {
  readonly hosted: RoutingHosted
  readonly connection: KafkaConnection
  readonly registry: Registry
  readonly logger: Logger
  /** All replicas of a cell are one group, and each cell reads the whole topic. */
  readonly cell: string | undefined
}

export interface Ingress {
  /** Takes nothing further, lets what is in hand finish, and says how far it is. */
  stop(): Promise<void>
}

const topicOf = (message: string): string => {
  const found = topics.find((topic) => topic.message === message)
  if (found === undefined) throw new Error(`the catalogue has no topic of ${message}`)
  return found.topic
}

const GROUP = 'evenkeel.routing.ingress'

/**
 * Contacts by Kafka: a client of the same handlers that answer calls, not a part of the log. It may
 * crash anywhere; what was not said to be done is done again, and has one effect by its ids.
 */
export function startIngress(options: IngressOptions): Ingress {
  const reader = new Reader(options)
  const running = reader.run()
  return {
    stop: async () => {
      await reader.stop()
      await running
    },
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined)

class Reader {
  readonly #options: IngressOptions
  readonly #gone = new AbortController()
  readonly #slots = new Slots(ingressLimits.outstanding)
  readonly #halts = new Halts()
  readonly #metrics: IngressMetrics
  readonly #topic = topicOf('evenkeel.ingress.v1.IngressRecord')
  #group: Group | undefined
  #turn = 0

  constructor(options: IngressOptions) {
    this.#options = options
    this.#metrics = ingressMetrics(options.registry, () => this.#group?.lag() ?? 0)
  }

  async stop(): Promise<void> {
    this.#gone.abort()
    await this.#group?.stop()
  }

  /** Until it is stopped: a reader that has ended begins anew, with another broker first. */
  async run(): Promise<void> {
    const { reopenMsMin, reopenMsMax } = ingressLimits
    const { signal } = this.#gone
    for (let waitMs: number = reopenMsMin; !signal.aborted; ) {
      const began = performance.now()
      const error = await this.#readOnce()
      if (signal.aborted) return
      if (performance.now() - began > reopenMsMax) waitMs = reopenMsMin
      this.#metrics.reopened.inc({})
      this.#options.logger.warn('ingress.reopens', { error, waitMs })
      await rest(waitMs, signal)
      waitMs = Math.min(2 * waitMs, reopenMsMax)
    }
  }

  /** Resolves with why it could not go on. */
  async #readOnce(): Promise<unknown> {
    const { connection, cell } = this.#options
    const turned = { ...connection, brokers: this.#turned(connection.brokers) }
    const rejected = openSender(turned, topicOf('evenkeel.ingress.v1.IngressRejected'))
    try {
      this.#group = await openGroup({
        ...turned,
        topic: this.#topic,
        groupId: cell === undefined ? GROUP : `${GROUP}.${cell}`,
        callMsMax: ingressLimits.callMs,
        begin: (_partition, membership, onIdle) => this.#intake(membership, rejected, onIdle),
      })
      if (this.#gone.signal.aborted) await this.#group.stop()
      return await this.#group.ended
    } catch (error) {
      return error
    } finally {
      this.#group = undefined
      await rejected.close()
    }
  }

  #turned(brokers: readonly string[]): readonly string[] {
    const first = this.#turn % brokers.length
    this.#turn += 1
    return [...brokers.slice(first), ...brokers.slice(0, first)]
  }

  #intake(
    membership: Membership,
    rejected: ReturnType<typeof openSender>,
    onIdle: () => void,
  ): Intake {
    const { hosted, logger } = this.#options
    const [topic, metrics, halts] = [this.#topic, this.#metrics, this.#halts]
    const taker = new Taker({ hosted, topic, rejected, membership, halts, metrics, logger })
    const jobs = new Ordered({
      slots: this.#slots,
      restingMax: ingressLimits.resting,
      act: (taken: Taken, stay) => taker.take(taken, stay),
      pause: rest,
      onIdle,
    })
    return {
      push: (records) => {
        metrics.read.inc({}, records.length)
        jobs.push(
          records.map((received) => {
            const asked = readRecord(received.value)
            const key = 'ask' in asked ? asked.ask.key : undefined
            return { offset: received.offset, key, work: { received, asked } }
          }),
        )
      },
      get backlog() {
        return jobs.backlog
      },
      get done() {
        return jobs.done
      },
      close: () => jobs.close(),
    }
  }
}
