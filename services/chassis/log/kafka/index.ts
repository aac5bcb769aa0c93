import { type EventStreams, type Log, LogUnusable } from '../port.ts'
import { BrokerError, codes, refusal } from './failure.ts'
import { Fleet } from './fleet.ts'
import { prepareKafkajs } from './inside.ts'
import { KafkaLog } from './log.ts'
import type { KafkaOptions } from './options.ts'
import { KafkaStreams } from './streams.ts'
import { Tails } from './tails.ts'

export type {
  KafkaConnection,
  KafkaLogger,
  KafkaOptions,
  Sasl,
  ServiceTopics,
  TlsFiles,
} from './options.ts'

export interface Kafka {
  readonly log: Log
  readonly streams: EventStreams
  /** Ends all tails, waits for the batches and appends in hand, closes the connections. */
  close(): Promise<void>
}

/**
 * A service's log and streams on a cluster whose topics exist. Throws LogUnusable when a topic is
 * not there or not as it must be, LogRefused when the cluster can't be reached or refuses us.
 */
export async function openKafka(options: KafkaOptions): Promise<Kafka> {
  prepareKafkajs()
  const fleet = new Fleet(options)
  try {
    await assertPartitions(fleet, options.topics.log, options.partitions)
  } catch (error) {
    await fleet.close()
    if (error instanceof LogUnusable) throw error
    throw refusal(error)
  }
  const tails = new Tails(fleet, options.logger)
  const log = new KafkaLog(options.topics.log, options.partitions, fleet, tails)
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

/** Another count would send pools to partitions where their history is not. */
async function assertPartitions(fleet: Fleet, topic: string, partitions: number): Promise<void> {
  const found = await fleet.partitionsOf(topic).catch((error: unknown) => {
    if (error instanceof BrokerError && error.code === codes.UNKNOWN_TOPIC_OR_PARTITION) {
      throw new LogUnusable(`there is no topic ${topic}`, { cause: error })
    }
    throw error
  })
  if (found !== partitions) {
    throw new LogUnusable(`topic ${topic}: partitions: expected ${partitions}, found ${found}`)
  }
}
