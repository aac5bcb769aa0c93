/**
 * One ordered, partitioned stream of records, and who may write it. The catalogue is the whole
 * list; on Kafka `evenkeel topics` makes what stands here, and no service starts on anything else.
 */
export interface Topic {
  /**
   * Its name where a log has topics; records of a pool are all in the pool's partition. The
   * embedded log has a file per service instead, and in it the stream `<service>/<partition>`.
   */
  readonly topic: string
  readonly kind: Kind
  /** What one record is, as in the .proto files; 'bytes' where only its writer reads it. */
  readonly message: string
  /** What decides the partition of a record; order holds within it. */
  readonly key: 'pool' | 'contact'
  /** The one that writes it. */
  readonly producer: Service | 'platform'
  /** Services that read it. The callers of the API need none: they have the watch streams. */
  readonly consumers: readonly Service[]
  /** When records go. The embedded log keeps every record since its first. */
  readonly cleanup: 'delete' | 'compact'
}

export type Service = 'routing' | 'skills' | 'forecasting' | 'reallocation'

/**
 * `log`: a service's commands. `events`: what it tells the rest of the world. `snapshots`: its
 * state from time to time. `contacts`: what platforms ask for by Kafka, and what was refused of it.
 */
export type Kind = 'log' | 'events' | 'snapshots' | 'contacts'

export const topics: readonly Topic[] = [
  {
    topic: 'evenkeel.routing.log.v1',
    kind: 'log',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'routing',
    consumers: ['routing'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.routing.events.v1',
    kind: 'events',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'routing',
    consumers: ['skills', 'forecasting', 'reallocation'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.routing.snapshots.v1',
    kind: 'snapshots',
    message: 'bytes',
    key: 'pool',
    producer: 'routing',
    consumers: ['routing'],
    cleanup: 'compact',
  },
  {
    topic: 'evenkeel.skills.log.v1',
    kind: 'log',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'skills',
    consumers: ['skills'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.skills.events.v1',
    kind: 'events',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'skills',
    consumers: ['routing', 'forecasting', 'reallocation'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.skills.snapshots.v1',
    kind: 'snapshots',
    message: 'bytes',
    key: 'pool',
    producer: 'skills',
    consumers: ['skills'],
    cleanup: 'compact',
  },
  {
    topic: 'evenkeel.forecasting.log.v1',
    kind: 'log',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'forecasting',
    consumers: ['forecasting'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.forecasting.events.v1',
    kind: 'events',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'forecasting',
    consumers: ['routing', 'reallocation'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.forecasting.snapshots.v1',
    kind: 'snapshots',
    message: 'bytes',
    key: 'pool',
    producer: 'forecasting',
    consumers: ['forecasting'],
    cleanup: 'compact',
  },
  {
    topic: 'evenkeel.reallocation.log.v1',
    kind: 'log',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'reallocation',
    consumers: ['reallocation'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.reallocation.events.v1',
    kind: 'events',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'reallocation',
    consumers: ['routing'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.reallocation.snapshots.v1',
    kind: 'snapshots',
    message: 'bytes',
    key: 'pool',
    producer: 'reallocation',
    consumers: ['reallocation'],
    cleanup: 'compact',
  },
  {
    topic: 'evenkeel.contacts.ingress.v1',
    kind: 'contacts',
    message: 'evenkeel.ingress.v1.IngressRecord',
    key: 'contact',
    producer: 'platform',
    consumers: ['routing'],
    cleanup: 'delete',
  },
  {
    topic: 'evenkeel.contacts.rejected.v1',
    kind: 'contacts',
    message: 'evenkeel.ingress.v1.IngressRejected',
    key: 'contact',
    producer: 'routing',
    consumers: [],
    cleanup: 'delete',
  },
]

/** A topic as a cluster is to have it. */
export interface TopicPlan {
  readonly topic: string
  readonly partitions: number
  /** Brokers that each partition is on. */
  readonly replication: number
  /** Kafka's settings by Kafka's names. */
  readonly settings: Readonly<Record<string, string>>
}

const DAY_MS = 24 * 60 * 60 * 1000

/** A replica that was away for less restores from a snapshot and misses nothing. */
const RETENTION_MS = 7 * DAY_MS

/** The largest append, framing included; records of one append are one batch to Kafka. */
const BATCH_BYTES_MAX = 8_388_608

export function planTopic(
  topic: Pick<Topic, 'topic' | 'cleanup'>,
  size: { readonly partitions: number; readonly replication: number },
): TopicPlan {
  const { partitions, replication } = size
  return {
    topic: topic.topic,
    partitions,
    replication,
    settings: {
      'cleanup.policy': topic.cleanup,
      // The broker's clock: the log's time must not be what some replica believes it to be.
      'message.timestamp.type': 'LogAppendTime',
      // Also for what platforms send: this way nobody needs a codec to read it.
      'compression.type': 'uncompressed',
      // One broker may be away without a pause, and what is acknowledged is on two.
      'min.insync.replicas': String(Math.max(1, replication - 1)),
      'unclean.leader.election.enable': 'false',
      'max.message.bytes': String(BATCH_BYTES_MAX),
      // By size, a busy day would cut off what a restore needs.
      ...(topic.cleanup === 'delete'
        ? { 'retention.ms': String(RETENTION_MS), 'retention.bytes': '-1' }
        : {}),
    },
  }
}

/** Every topic of the catalogue, for a cluster of that size. */
export function planTopics(size: {
  readonly partitions: number
  readonly replication: number
}): readonly TopicPlan[] {
  return topics.map((topic) => planTopic(topic, size))
}
