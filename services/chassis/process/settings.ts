import { admissionSettings } from '../admission/index.ts'
import {
  address,
  addresses,
  cellMap,
  choice,
  type Config,
  ConfigError,
  type Environment,
  optional,
  partitionSet,
  path,
  readConfig,
  whole,
  word,
} from '../config/index.ts'
import { logLevels } from '../observe/index.ts'
import { securityContradictions, securitySettings } from '../security/index.ts'

const says = '1-64 characters of a-z A-Z 0-9 . _ -'
const name = /^[a-zA-Z0-9._-]{1,64}$/

/** What a service's process reads from its environment; the same for every service. */
export const serviceSettings = {
  brokers: addresses({
    name: 'EVENKEEL_KAFKA_BROKERS',
    means: 'Some brokers of the cluster; the others are learned from them',
  }),
  tlsCa: path({
    name: 'EVENKEEL_KAFKA_TLS_CA_FILE',
    means: 'PEM of who signs the brokers; set: TLS, read again at each connect',
    example: '/etc/evenkeel/kafka/ca.crt',
  }),
  tlsCert: path({
    name: 'EVENKEEL_KAFKA_TLS_CERT_FILE',
    means: 'PEM of our own certificate, where the brokers ask for one; with the key',
    example: '/etc/evenkeel/kafka/tls.crt',
  }),
  tlsKey: path({
    name: 'EVENKEEL_KAFKA_TLS_KEY_FILE',
    means: 'PEM of its key',
    example: '/etc/evenkeel/kafka/tls.key',
  }),
  saslMechanism: choice({
    name: 'EVENKEEL_KAFKA_SASL_MECHANISM',
    means: 'How the user is proved, when there is one',
    of: ['scram-sha-512', 'scram-sha-256'],
    default: 'scram-sha-512',
  }),
  saslUsername: optional(
    word({
      name: 'EVENKEEL_KAFKA_SASL_USERNAME',
      means: 'User by which the brokers know this service; set: SASL, with a password file',
      pattern: name,
      says,
      example: 'routing',
    }),
  ),
  saslPasswordFile: path({
    name: 'EVENKEEL_KAFKA_SASL_PASSWORD_FILE',
    means: "File that holds the user's password and nothing else",
    example: '/etc/evenkeel/kafka/password',
  }),
  replicaId: word({
    name: 'EVENKEEL_REPLICA_ID',
    means: 'Name of this replica in the log: the same at every start, its own among all',
    pattern: name,
    says,
    example: 'routing-0',
  }),
  partitions: whole({
    name: 'EVENKEEL_PARTITIONS',
    means: 'Of each log; never changes once a log has begun',
    min: 1,
    max: 1_024,
    default: 64,
  }),
  replication: whole({
    name: 'EVENKEEL_KAFKA_REPLICATION',
    means: 'Replicas that each topic must have; a topic with others is refused',
    min: 1,
    max: 15,
    default: 3,
  }),
  cell: optional(
    word({
      name: 'EVENKEEL_CELL',
      means: 'Name of this cell, where there are several: its replicas read contacts as one group',
      pattern: name,
      says,
      example: 'cell-a',
    }),
  ),
  hosted: partitionSet({
    name: 'EVENKEEL_HOSTED_PARTITIONS',
    means: 'Those that this cell keeps',
  }),
  cells: cellMap({
    name: 'EVENKEEL_CELLS',
    means: 'Which cell keeps the others: callers are told its address',
  }),
  grpc: address({ name: 'EVENKEEL_GRPC_ADDRESS', means: 'Where gRPC listens' }),
  http: address({
    name: 'EVENKEEL_HTTP_ADDRESS',
    means: 'Where probes, /metrics and JSON over HTTP listen',
    example: '127.0.0.1:7480',
  }),
  ...admissionSettings,
  ...securitySettings,
  allowPlaintext: choice({
    name: 'EVENKEEL_ALLOW_PLAINTEXT',
    means: 'yes: listen, and talk to Kafka, beyond loopback without TLS',
    of: ['no', 'yes'],
    default: 'no',
  }),
  logLevel: choice({
    name: 'EVENKEEL_LOG_LEVEL',
    means: 'Least level of log lines on standard output',
    of: logLevels,
    default: 'info',
  }),
}

export type ServiceConfig = Config<typeof serviceSettings>

/** Reads them all once; throws ConfigError with a line for each that is wrong. */
export function readServiceConfig(env: Environment): ServiceConfig {
  const config = readConfig(env, serviceSettings)
  const problems = [...contradictions(config)]
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function* contradictions(config: ServiceConfig): Generator<string> {
  const { tlsCa, tlsCert, tlsKey, saslUsername, saslPasswordFile } = config
  const names = serviceSettings
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    yield `${names.tlsCert.name} and ${names.tlsKey.name} are set together or not at all`
  }
  if (tlsCert !== undefined && tlsCa === undefined) {
    yield `${names.tlsCert.name} needs ${names.tlsCa.name}: without it there is no TLS`
  }
  if ((saslUsername === undefined) !== (saslPasswordFile === undefined)) {
    const pair = `${names.saslUsername.name} and ${names.saslPasswordFile.name}`
    yield `${pair} are set together or not at all`
  }
  yield* securityContradictions(config)
  yield* misplaced(config)
}

function* misplaced({ partitions, cell, hosted, cells }: ServiceConfig): Generator<string> {
  const names = serviceSettings
  if (hosted !== undefined && cell === undefined) {
    yield `${names.hosted.name} needs ${names.cell.name}: cells must not share a group of readers`
  }
  const last = partitions - 1
  for (const partition of hosted ?? []) {
    if (partition > last) yield `${names.hosted.name} has ${partition}, the last is ${last}`
  }
  for (const partition of cells.keys()) {
    if (partition > last) yield `${names.cells.name} has ${partition}, the last is ${last}`
  }
  if (hosted === undefined) return
  const homeless = Array.from({ length: partitions }, (_, index) => index).filter(
    (partition) => !hosted.includes(partition) && !cells.has(partition),
  )
  if (homeless.length === 0) return
  yield `${names.cells.name} lacks ${homeless.join(', ')}: neither kept here nor by another cell`
}
