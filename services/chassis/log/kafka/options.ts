import type { Topic } from '@evenkeel/proto/topics'

/** Paths of PEM files, read again at each connect: whoever renews them need not restart anyone. */
export interface TlsFiles {
  readonly ca: string
  /** Both or none: how the brokers know us, where they ask for it. */
  readonly cert?: string
  readonly key?: string
}

export interface Sasl {
  readonly mechanism: 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  /** A function is asked at each connect: whoever changes a password need not restart anyone. */
  readonly password: string | (() => string)
}

/** What a line about something wrong says. */
export interface Trouble {
  readonly code: string
  readonly [field: string]: unknown
}

export interface KafkaLogger {
  info(fields: object, message: string): void
  /** Something is wrong and is tried again. `code` says what; the metrics count by it. */
  warn(fields: Trouble, message: string): void
}

/** How to reach a cluster. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[]
  /** What the brokers' logs and quotas call us. */
  readonly clientId: string
  readonly tls?: TlsFiles
  readonly sasl?: Sasl
  readonly logger: KafkaLogger
}

/** Names of the topics that one service's log and streams live in. */
export interface ServiceTopics {
  readonly log: string
  /** Topic of a service's events; undefined for a service that publishes none. */
  readonly eventsOf: (service: string) => string | undefined
  /** Whatever else it writes or reads; looked at when it starts. */
  readonly others?: readonly Pick<Topic, 'topic' | 'cleanup'>[]
}

export interface KafkaOptions extends KafkaConnection {
  readonly service: string
  readonly partitions: number
  /** Brokers that each partition must be on; not looked at when absent. */
  readonly replication?: number
  readonly topics: ServiceTopics
}
