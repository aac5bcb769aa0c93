/**
 * One ordered, partitioned stream of records, and who may write it. The catalogue is the whole
 * list.
 */
export interface Topic {
  /**
   * Its name where a log has topics; records of a pool are all in the pool's partition. The
   * embedded log has a file per service instead, and in it the stream `<service>/<partition>`.
   */
  readonly topic: string
  /** What one record is, as in the .proto files. */
  readonly message: string
  /** What decides the partition of a record; order holds within it. */
  readonly key: 'pool'
  /** The one service that writes it. */
  readonly producer: Service
  /** Services that read it. The callers of the API need none: they have the watch streams. */
  readonly consumers: readonly Service[]
  /** When records go. 'keep': never; the embedded log holds every record since its first. */
  readonly cleanup: 'keep'
}

export type Service = 'routing' | 'skills'

export const topics: readonly Topic[] = [
  {
    topic: 'evenkeel.routing.log.v1',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'routing',
    consumers: ['routing'],
    cleanup: 'keep',
  },
  {
    topic: 'evenkeel.routing.events.v1',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'routing',
    consumers: ['skills'],
    cleanup: 'keep',
  },
  {
    topic: 'evenkeel.skills.log.v1',
    message: 'evenkeel.log.v1.Record',
    key: 'pool',
    producer: 'skills',
    consumers: ['skills'],
    cleanup: 'keep',
  },
  {
    topic: 'evenkeel.skills.events.v1',
    message: 'evenkeel.log.v1.Event',
    key: 'pool',
    producer: 'skills',
    consumers: ['routing'],
    cleanup: 'keep',
  },
]
