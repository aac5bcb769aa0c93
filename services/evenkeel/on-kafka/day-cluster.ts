import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createTopics, deleteTopics, type KafkaConnection } from '@evenkeel/chassis/log/kafka'
import { planTopic } from '@evenkeel/proto/topics'
import { SERVICES } from '../host.ts'
import type { DayTime } from './day-clock.ts'
import {
  eventsOf,
  type ReplicaPlan,
  type ReplicaTask,
  type ReplicaTold,
  topicNames,
} from './plan.ts'

export interface DayClusterOptions {
  readonly connection: Omit<KafkaConnection, 'logger'>
  /** Brokers that each topic is on. */
  readonly replication: number
  readonly partitions: number
  /** Replicas, by service. */
  readonly replicas: Readonly<Record<string, number>>
  readonly time: DayTime
  readonly clockSpeed: number
}

const names = SERVICES.map(({ name }) => name)
const quiet = { info: () => {}, warn: () => {} }

/** Services in processes of their own, on topics of their own, for one day. */
export class DayCluster {
  readonly members: readonly Member[]
  readonly #connection: KafkaConnection
  readonly #prefix: string

  private constructor(members: readonly Member[], connection: KafkaConnection, prefix: string) {
    this.members = members
    this.#connection = connection
    this.#prefix = prefix
  }

  static async start(options: DayClusterOptions): Promise<DayCluster> {
    const { connection, partitions, replication, replicas, time, clockSpeed } = options
    const prefix = `evenkeel-day.${randomBytes(8).toString('hex')}`
    const topics = topicNames(prefix, names)
    const told = { ...connection, logger: quiet }
    const size = { partitions, replication }
    await createTopics(
      told,
      topics.map((topic) => planTopic({ topic, cleanup: 'delete' }, size)),
    )
    const shared = { connection, prefix, ...size, time, clockSpeed, grpcPort: 0, httpPort: 0 }
    const members = names.flatMap((service) =>
      Array.from({ length: replicas[service] ?? 1 }, (_, number) => {
        return new Member({ ...shared, service, replicaId: `${service}-${number}` })
      }),
    )
    const cluster = new DayCluster(members, told, prefix)
    try {
      await Promise.all(members.map((member) => member.start()))
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  /** host:port of gRPC. */
  targets(service: string): readonly string[] {
    return this.members.filter((one) => one.service === service).map(({ grpc }) => grpc)
  }

  /** The topic of a service's events. */
  eventsOf(service: string): string {
    return eventsOf(this.#prefix, service)
  }

  /** Lets so much pass at once, everywhere. Resolves with the day's time as the last one has it. */
  async jump(ms: number): Promise<number> {
    const times = await Promise.all(this.members.map((member) => member.jump(ms)))
    return Math.min(...times)
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()))
    await deleteTopics(this.#connection, topicNames(this.#prefix, names))
  }
}

/** One process; killed, it starts again at the same addresses. */
export class Member {
  readonly service: string
  #plan: ReplicaPlan
  #child: ChildProcess | undefined

  constructor(plan: ReplicaPlan) {
    this.service = plan.service
    this.#plan = plan
  }

  get grpc(): string {
    return `127.0.0.1:${this.#plan.grpcPort}`
  }

  get http(): string {
    return `http://127.0.0.1:${this.#plan.httpPort}`
  }

  async start(): Promise<void> {
    // Standard output is for the report alone.
    const stdio = ['ignore', process.stderr, process.stderr, 'ipc'] as const
    const child = fork(join(import.meta.dirname, 'replica.ts'), { stdio: [...stdio] })
    this.#child = child
    child.send({ start: this.#plan } satisfies ReplicaTask)
    const { grpcPort, httpPort } = await this.#told()
    this.#plan = { ...this.#plan, grpcPort, httpPort }
  }

  async jump(ms: number): Promise<number> {
    const told = this.#told()
    this.#child?.send({ passMs: ms } satisfies ReplicaTask)
    // Whoever starts again meanwhile must know of it.
    const { time } = this.#plan
    this.#plan = { ...this.#plan, time: { ...time, startMs: time.startMs + ms } }
    return (await told).nowMs
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#gone()
  }

  /** Lets it leave in order. */
  async end(): Promise<void> {
    const child = this.#child
    if (child?.connected) child.send({ leave: true } satisfies ReplicaTask)
    await this.#gone()
  }

  async #gone(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    await once(child, 'exit')
  }

  async #told(): Promise<ReplicaTold> {
    const child = this.#child
    if (child === undefined) throw new Error(`${this.#plan.replicaId} was not started`)
    const { promise, resolve, reject } = Promise.withResolvers<ReplicaTold>()
    const ended = () => reject(new Error(`${this.#plan.replicaId} has ended`))
    child.once('exit', ended)
    child.once('message', resolve)
    try {
      return await promise
    } finally {
      child.off('exit', ended)
    }
  }
}
