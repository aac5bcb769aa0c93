import type { KafkaConnection, ServiceTopics } from '@evenkeel/chassis/log/kafka'
import type { DayTime } from './day-clock.ts'

/** What a process of such a day is to be. Sent, not written on its command line: it may name secrets. */
export interface ReplicaPlan {
  readonly service: string
  readonly replicaId: string
  readonly connection: Omit<KafkaConnection, 'logger'>
  /** The day's own topics begin with it. */
  readonly prefix: string
  readonly partitions: number
  readonly replication: number
  /** 0: any free one. */
  readonly grpcPort: number
  readonly httpPort: number
  readonly time: DayTime
  /** What a stall of the process may be of the day, lest it count as an outage; >= its speed. */
  readonly clockSpeed: number
}

/** What a process is told: what it is to be, at first; so much passes at once; leave in order. */
export type ReplicaTask =
  | { readonly start: ReplicaPlan }
  | { readonly passMs: number }
  | { readonly leave: true }

/** What a process says of itself, when it answers and when time has passed. */
export interface ReplicaTold {
  readonly grpcPort: number
  readonly httpPort: number
  readonly nowMs: number
}

const logOf = (prefix: string, service: string) => `${prefix}.${service}.log`
export const eventsOf = (prefix: string, service: string) => `${prefix}.${service}.events`

export const topicsNamed = (prefix: string, service: string): ServiceTopics => ({
  log: logOf(prefix, service),
  eventsOf: (name) => eventsOf(prefix, name),
})

export const topicNames = (prefix: string, services: readonly string[]): string[] =>
  services.flatMap((service) => [logOf(prefix, service), eventsOf(prefix, service)])
