import { readFileSync } from 'node:fs'
import { type Kind, topics } from '@evenkeel/proto/topics'
import { ConfigError } from '../config/index.ts'
import {
  type KafkaConnection,
  type KafkaOptions,
  openKafka,
  type ServiceTopics,
  TopicSnapshots,
} from '../log/kafka/index.ts'
import type { Logger } from '../observe/index.ts'
import { isLoopback } from '../serve/index.ts'
import type { Logs } from './logs.ts'
import { type ServiceConfig, serviceSettings } from './settings.ts'
import { Troubles } from './troubles.ts'

/** The logs of the services on a cluster. Throws ConfigError for what no retry would mend. */
export function kafkaLogs(config: ServiceConfig, logger: Logger): Logs {
  const { partitions, replicaId } = config
  const connection = clusterOf(config, replicaId)
  const troubles = new Troubles()
  return {
    partitions,
    cell: config.cell,
    connection: { ...connection, logger: troubles.logger(logger) },
    metrics: (registry) => troubles.register(registry),
    async open(service) {
      const own = { ...connection, logger: troubles.logger(logger.with({ kind: service })) }
      const { replication } = config
      const topics = topicsOf(service)
      const kafka = await openKafka({ ...own, service, partitions, replication, topics })
      const snapshots = snapshotsOf(own, service)
      const close = async () => {
        await Promise.all([kafka.close(), snapshots?.close()])
      }
      return { ...kafka, snapshots, close }
    },
  }
}

function snapshotsOf(connection: KafkaConnection, service: string): TopicSnapshots | undefined {
  const own = topics.find(({ producer, kind }) => producer === service && kind === 'snapshots')
  return own && new TopicSnapshots(connection, own.topic)
}

/** How to reach the cluster, as the settings say. Throws ConfigError. */
export function clusterOf(
  config: ClusterConfig,
  clientId: string,
): Omit<KafkaConnection, 'logger'> {
  refusePlaintext(config)
  const brokers = config.brokers.map(({ host, port }) => `${host}:${port}`)
  return { brokers, clientId, ...tlsOf(config), ...saslOf(config) }
}

type ClusterConfig = Pick<
  ServiceConfig,
  | 'brokers'
  | 'tlsCa'
  | 'tlsCert'
  | 'tlsKey'
  | 'saslMechanism'
  | 'saslUsername'
  | 'saslPasswordFile'
  | 'allowPlaintext'
>

function tlsOf({ tlsCa, tlsCert, tlsKey }: ClusterConfig): Pick<KafkaOptions, 'tls'> {
  if (tlsCa === undefined) return {}
  if (tlsCert === undefined || tlsKey === undefined) return { tls: { ca: tlsCa } }
  return { tls: { ca: tlsCa, cert: tlsCert, key: tlsKey } }
}

function saslOf(config: ClusterConfig): Pick<KafkaOptions, 'sasl'> {
  const { saslMechanism: mechanism, saslUsername: username, saslPasswordFile: file } = config
  if (username === undefined || file === undefined) return {}
  // What is wrong at the start is a setting; what goes wrong later may pass.
  secretIn(file)
  return { sasl: { mechanism, username, password: () => secretIn(file) } }
}

/** Nothing of what is in it is ever told. */
function secretIn(file: string): string {
  const { name } = serviceSettings.saslPasswordFile
  let secret: string
  try {
    // Editors end a file with a line's end; no password does.
    secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new ConfigError([`${name}: ${file} can't be read (${why})`])
  }
  if (secret === '' || /[\r\n]/.test(secret)) {
    throw new ConfigError([`${name}: ${file} must hold one line, the password`])
  }
  return secret
}

function refusePlaintext({ brokers, tlsCa, allowPlaintext }: ClusterConfig): void {
  if (tlsCa !== undefined || allowPlaintext === 'yes') return
  const open = brokers.find(({ host }) => !isLoopback(host))
  if (open === undefined) return
  const { tlsCa: ca, allowPlaintext: allow } = serviceSettings
  throw new ConfigError([
    `the broker ${open.host} is beyond loopback, where others can listen in. Set ${ca.name}, or ` +
      `${allow.name}=yes where the network itself is trusted`,
  ])
}

function topicsOf(service: string): ServiceTopics {
  const of = (producer: string, kind: Kind) =>
    topics.find((one) => one.producer === producer && one.kind === kind)?.topic
  const log = of(service, 'log')
  if (log === undefined) throw new Error(`the catalogue has no log of ${service}`)
  const others = topics.filter(({ topic, producer, consumers }) => {
    return topic !== log && (producer === service || consumers.some((one) => one === service))
  })
  return { log, eventsOf: (producer) => of(producer, 'events'), others }
}
