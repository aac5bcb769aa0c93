import { readFileSync } from 'node:fs'
import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'

/** Paths; read again at each connect, so that a renewed certificate needs no restart. */
export interface TlsFiles {
  readonly ca: string
  readonly cert?: string
  readonly key?: string
}

export interface SaslScram {
  readonly mechanism: 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export interface Connection {
  /** host:port of some brokers; the others are found by them. */
  readonly brokers: readonly string[]
  /** As the brokers' logs show it. */
  readonly clientId?: string
  readonly tls?: TlsFiles
  readonly sasl?: SaslScram
}

/** A broker that does not answer within this is tried elsewhere. */
const requestTimeoutMs = 10_000
const connectTimeoutMs = 5_000

export function kafkaOf({ brokers, clientId, tls, sasl }: Connection): Kafka {
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId: clientId ?? 'evenkeel-consumer',
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // What is worth knowing comes as a Trouble; kafkajs' own log repeats itself while brokers are
    // away.
    logLevel: logLevel.NOTHING,
    ssl: tls !== undefined,
    socketFactory: ({ host, port, onConnect }) => {
      const socket =
        tls === undefined
          ? connect({ host, port }, onConnect)
          : connectTls({ host, port, ...nameOf(host), ...materialOf(tls) }, onConnect)
      // Small requests must not wait for the acknowledgement of the last one.
      socket.setNoDelay(true)
      return socket
    },
  }
  if (sasl === undefined) return new Kafka(config)
  const { username, password } = sasl
  return sasl.mechanism === 'scram-sha-256'
    ? new Kafka({ ...config, sasl: { mechanism: 'scram-sha-256', username, password } })
    : new Kafka({ ...config, sasl: { mechanism: 'scram-sha-512', username, password } })
}

/** SNI has names only. */
const nameOf = (host: string) => (isIP(host) ? {} : { servername: host })

const materialOf = ({ ca, cert, key }: TlsFiles) => ({
  ca: readFileSync(ca),
  ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
  ...(key === undefined ? {} : { key: readFileSync(key) }),
})
