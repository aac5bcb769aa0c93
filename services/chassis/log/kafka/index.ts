import { planTopic } from '@evenkeel/proto/topics'
import { type EventStreams, type Log, LogUnusable } from '../port.ts'
import { Fleet } from './fleet.ts'
import { prepareKafkajs } from './inside.ts'
import { KafkaLog } from './log.ts'
import type { KafkaOptions } from './options.ts'
import { KafkaStreams } from './streams.ts'
import { Tails } from './tails.ts'
import { checkTopics, differenceInWords } from './topics.ts'

export {
  type Group,
  type GroupOptions,
  type Intake,
  type Membership,
  openGroup,
  type Received,
} from './group.ts'
export { openSender, type Sender } from './sender.ts'
export { TopicSnapshots } from './snapshots.ts'
export {
  checkTopics,
  createTopics,
  deleteTopics,
  differenceInWords,
  type TopicDifference,
} from './topics.ts'
export type {
  KafkaConnection,
  KafkaLogger,
  KafkaOptions,
  Sasl,
  ServiceTopics,
  TlsFiles,
  Trouble,
} from './options.ts'

export interface Kafka {
  readonly log: Log
  readonly streams: EventStreams
  /** Ends all tails, waits for the batches and appends in hand, closes the connections. */
  close(): Promise<void>
}

/**
 * A service's log and streams on a cluster. Throws LogUnusable when its topics are not there or not
 * as they must be, naming each setting; LogRefused when the cluster can't be reached or refuses us.
 */
export async function openKafka(options: KafkaOptions): Promise<Kafka> {
  prepareKafkajs()
  await assertTopics(options)
  const { topics, partitions, logger } = options
  const fleet = new Fleet(options)
  const tails = new Tails(fleet, logger)
  const log = new KafkaLog(topics.log, partitions, fleet, tails)
  const streams = new KafkaStreams(options, fleet, tails)
  return {
    log,
    streams,
    async close() {
      await Promise.all([log.close(), streams.close(), tails.close()])
      await fleet.close()
    },
  }
}

/**
 * Of what this process writes and reads. Another count of partitions would send pools to where
 * their history is not; a foreign clock, deleted or compacted records would change what the log
 * says; snapshots that are deleted by their age are gone with the start of the log.
 */
async function assertTopics(options: KafkaOptions): Promise<void> {
  const { service, topics, partitions, replication } = options
  const names = [topics.log, topics.eventsOf(service)].filter((name) => name !== undefined)
  const own = names.map((topic) => ({ topic, cleanup: 'delete' }) as const)
  const size = { partitions, replication: replication ?? 1 }
  const plan = [...own, ...(topics.others ?? [])].map((topic) => planTopic(topic, size))
  const differences = await checkTopics(options, plan)
  const wrong = differences.filter(
    ({ setting }) => replication !== undefined || !ofReplication.has(setting),
  )
  if (wrong.length > 0)
    throw new LogUnusable('topic_wrong', wrong.map(differenceInWords).join('; '))
}

const ofReplication = new Set(['replication', 'min.insync.replicas'])
