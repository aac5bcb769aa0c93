/**
 * What of kafkajs 2.2.4 the adapter uses that the package does not export; inside.ts refuses any
 * other version.
 */
declare module 'kafkajs/src/network/connectionPool.js' {
  import type { Request } from 'kafkajs/src/protocol/requests/index.js'
  import type { Socket } from 'node:net'

  export class Connection {
    isConnected(): boolean
    send<T>(request: Request & { response: Response<T> }): Promise<T>
    rejectRequests(error: Error): void
    disconnect(): Promise<unknown>
  }
  export interface Decoded {
    clientSideThrottleTime: number
    payload: Buffer
  }
  export interface Response<T> {
    decode(payload: Buffer): Promise<Decoded>
    parse(decoded: Decoded): Promise<T>
  }
  export interface Logger {
    namespace(): Logger
    debug(): void
    info(): void
    warn(): void
    error(): void
  }
  export interface PoolOptions {
    host: string
    port: number
    clientId: string
    connectionTimeout: number
    requestTimeout: number
    socketFactory: (target: { host: string; port: number; onConnect: () => void }) => Socket
    sasl: { mechanism: string; username: string; password: string } | null
    logger: Logger
  }
  export default class ConnectionPool {
    constructor(options: PoolOptions)
    getConnection(index: number): Promise<Connection>
    destroy(): Promise<void>
  }
}

declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js'
  import type { Logger } from 'kafkajs/src/network/connectionPool.js'

  export type Versions = Record<number, { minVersion: number; maxVersion: number } | undefined>
  export default class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: Logger })
    versions: Versions | null
    connect(): Promise<void>
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[]
    throttledUntil: number
    scheduleCheckPendingRequests(): void
  }
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    readonly buffer: Buffer
    writeInt8(value: number): this
    writeInt16(value: number): this
    writeInt32(value: number): this
    writeInt64(value: number | bigint): this
    writeString(value: string): this
    writeArray(items: (number | Encoder)[]): this
  }
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  import type Encoder from 'kafkajs/src/protocol/encoder.js'

  export interface Request {
    request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<Encoder> }
    requestTimeout?: number
    logResponseError?: boolean
  }
  export interface Definition<Options, Decoded> {
    protocol(options: { version: number }): (options: Options) => Request & {
      response: { decode(payload: Buffer): Promise<Decoded> }
    }
  }
  export interface ProduceOptions {
    acks: -1
    timeout: number
    compression: 0
    topicData: {
      topic: string
      partitions: {
        partition: number
        messages: { key: Buffer | null; value: Buffer | null }[]
      }[]
    }[]
  }
  export interface Produced {
    topics: {
      topicName: string
      partitions: { partition: number; errorCode: number; baseOffset: string }[]
    }[]
  }
  export interface FetchOptions {
    maxWaitTime: number
    minBytes: number
    maxBytes: number
    isolationLevel: 0
    topics: {
      topic: string
      partitions: { partition: number; fetchOffset: number; maxBytes: number }[]
    }[]
    rackId: ''
  }
  export interface ListOffsetsOptions {
    replicaId: -1
    isolationLevel: 0
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[]
  }
  export interface ListedOffsets {
    responses: { partitions: { errorCode: number; offset: string }[] }[]
  }
  export interface Metadata {
    brokers: { nodeId: number; host: string; port: number }[]
    topicMetadata: {
      topicErrorCode: number
      topic: string
      partitionMetadata: { partitionErrorCode: number; partitionId: number; leader: number }[]
    }[]
  }
  export const requests: {
    Produce: Definition<ProduceOptions, Produced>
    Fetch: Definition<FetchOptions, unknown>
    ListOffsets: Definition<ListOffsetsOptions, ListedOffsets>
    Metadata: Definition<{ topics: string[]; allowAutoTopicCreation: false }, Metadata>
  }
}

declare module 'kafkajs/src/protocol/error.js' {
  export function createErrorFromCode(code: number): Error & { type: string }
}
