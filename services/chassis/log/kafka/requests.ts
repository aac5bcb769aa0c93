import Encoder from 'kafkajs/src/protocol/encoder.js'
import {
  type FetchOptions,
  type Metadata,
  type Request,
  requests,
} from 'kafkajs/src/protocol/requests/index.js'
import { ACKS_MS_MAX, FETCH_BYTES_MAX } from './limits.ts'

/** What is spoken with brokers: versions that Kafka 2.3 to 4.x understand. */
export const versions = {
  produce: { name: 'Produce', key: 0, version: 7 },
  fetch: { name: 'Fetch', key: 1, version: 11 },
  listOffsets: { name: 'ListOffsets', key: 2, version: 3 },
  metadata: { name: 'Metadata', key: 3, version: 6 },
  describeLogDirs: { name: 'DescribeLogDirs', key: 35, version: 1 },
} as const

const produce = requests.Produce.protocol(versions.produce)
const fetch = requests.Fetch.protocol(versions.fetch)
const listOffsets = requests.ListOffsets.protocol(versions.listOffsets)
const metadata = requests.Metadata.protocol(versions.metadata)

/** A question and how to read its answer. */
export interface Exchange<T> {
  readonly request: Request
  readonly decode: (payload: Buffer) => Promise<T>
}

export interface Message {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** One batch for one partition. */
export interface Produce {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly Message[]
}

/** What the broker said of one partition. */
export interface Appended {
  readonly errorCode: number
  readonly baseOffset: number
}

/**
 * A batch for each of several partitions, each once. Resolves to what the broker said of each, by
 * `topic/partition`; whoever needs one must look that it is there.
 */
export function produceExchange(
  batches: readonly Produce[],
): Exchange<ReadonlyMap<string, Appended>> {
  const topics = Map.groupBy(batches, ({ topic }) => topic)
  const { response, ...request } = produce({
    acks: -1,
    timeout: ACKS_MS_MAX,
    compression: 0,
    topicData: [...topics].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, messages }) => ({
        partition,
        messages: [...messages],
      })),
    })),
  })
  return {
    request,
    decode: async (payload) => {
      const appended = new Map<string, Appended>()
      for (const { topicName, partitions } of (await response.decode(payload)).topics) {
        for (const { partition, errorCode, baseOffset } of partitions) {
          appended.set(`${topicName}/${partition}`, { errorCode, baseOffset: Number(baseOffset) })
        }
      }
      return appended
    },
  }
}

export function fetchRequest(topics: FetchOptions['topics'], maxWaitTime: number): Request {
  const { response: _, ...request } = fetch({
    maxWaitTime,
    minBytes: 1,
    maxBytes: FETCH_BYTES_MAX,
    isolationLevel: 0,
    topics,
    rackId: '',
  })
  return request
}

const EARLIEST = -2
const LATEST = -1

export function offsetExchange(
  topic: string,
  partition: number,
  which: 'first' | 'head',
): Exchange<{ readonly errorCode: number; readonly offset: number }> {
  const timestamp = which === 'first' ? EARLIEST : LATEST
  const { response, ...request } = listOffsets({
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return {
    request,
    decode: async (payload) => {
      const { errorCode, offset } = only(
        (await response.decode(payload)).responses.flatMap((topic) => topic.partitions),
      )
      return { errorCode, offset: Number(offset) }
    },
  }
}

/** Where each of these partitions ends, asked of the broker that leads them all. */
export function headsExchange(
  topic: string,
  partitions: readonly number[],
): Exchange<readonly { readonly errorCode: number }[]> {
  const { response, ...request } = listOffsets({
    replicaId: -1,
    isolationLevel: 0,
    topics: [
      { topic, partitions: partitions.map((partition) => ({ partition, timestamp: LATEST })) },
    ],
  })
  return {
    request,
    decode: async (payload) =>
      (await response.decode(payload)).responses.flatMap((topic) => topic.partitions),
  }
}

export function metadataExchange(topics: readonly string[]): Exchange<Metadata> {
  const { response, ...request } = metadata({ topics: [...topics], allowAutoTopicCreation: false })
  // Not kafkajs's parse: that throws for all as soon as one partition is without a leader.
  return { request, decode: response.decode }
}

/** Bytes on the disk of the broker that is asked; kafkajs does not know this request. */
export function sizeExchange(
  topic: string,
  partition: number,
): Exchange<{ readonly errorCode: number; readonly bytes: number }> {
  const { key, version, name } = versions.describeLogDirs
  const encode = async () =>
    new Encoder().writeArray([new Encoder().writeString(topic).writeArray([partition])])
  return {
    request: { request: { apiKey: key, apiVersion: version, apiName: name, encode } },
    decode: async (payload) => decodeSizes(payload),
  }
}

/** Sums what the answer holds: one partition was asked for, in every directory of the broker. */
function decodeSizes(payload: Buffer): { errorCode: number; bytes: number } {
  let at = 4
  let bytes = 0
  const int32 = () => payload.readInt32BE((at += 4) - 4)
  const int16 = () => payload.readInt16BE((at += 2) - 2)
  const text = () => {
    const length = int16()
    at += length
  }
  for (let directories = int32(); directories > 0; directories -= 1) {
    const errorCode = int16()
    text()
    if (errorCode !== 0) return { errorCode, bytes: 0 }
    for (let topics = int32(); topics > 0; topics -= 1) {
      text()
      for (let partitions = int32(); partitions > 0; partitions -= 1) {
        bytes += Number(payload.readBigInt64BE(at + 4))
        at += 4 + 8 + 8 + 1
      }
    }
  }
  return { errorCode: 0, bytes }
}

function only<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length > 1) {
    throw new Error(`${items.length} partitions in an answer for one`)
  }
  return item
}
