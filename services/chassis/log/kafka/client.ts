import kafkajs, { type Kafka, type RetryOptions } from 'kafkajs'
import { credentialsOf } from './credentials.ts'
import { prepareKafkajs } from './inside.ts'
import { CONNECT_MS_MAX } from './limits.ts'
import type { KafkaConnection } from './options.ts'
import { openSocket } from './sockets.ts'

interface ClientOptions {
  readonly requestMs: number
  readonly retry: RetryOptions
}

/** kafkajs' own client, for what it is trusted with: administration, and the public topics. */
export function clientOf(connection: KafkaConnection, { requestMs, retry }: ClientOptions): Kafka {
  prepareKafkajs()
  const { brokers, clientId, tls, sasl } = connection
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: requestMs,
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: (target) => openSocket(target, tls),
    ...(sasl === undefined ? {} : { sasl: credentialsOf(sasl) }),
    retry,
  })
}
