import { optional, readConfig } from '@evenkeel/chassis/config'
import { LogRefused } from '@evenkeel/chassis/log'
import {
  checkTopics,
  createTopics,
  differenceInWords,
  type KafkaConnection,
} from '@evenkeel/chassis/log/kafka'
import { clusterOf, outOfReach, serviceSettings } from '@evenkeel/chassis/process'
import { planTopics, type TopicPlan } from '@evenkeel/proto/topics'
import { serverEnvironment } from './access-flags.ts'
import { flag, flagLines, ofSetting, readFlags, UsageError } from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const SETTINGS = {
  ...serviceSettings,
  // Of no use here, but whoever has them set for the service need not take them away.
  replicaId: optional(serviceSettings.replicaId),
  grpc: optional(serviceSettings.grpc),
  http: optional(serviceSettings.http),
}

const FLAGS = {
  check: flag('say what the cluster has otherwise than it must be'),
  create: flag('make the topics that are missing, then check'),
  brokers: ofSetting(
    'HOST:PORT,...',
    'some brokers of the cluster',
    SETTINGS.brokers,
    `$${SETTINGS.brokers.name}`,
  ),
  partitions: ofSetting(
    'N',
    'partitions of each topic',
    SETTINGS.partitions,
    `$${SETTINGS.partitions.name}, or 64`,
  ),
  replication: ofSetting(
    'N',
    'brokers that each is on',
    SETTINGS.replication,
    `$${SETTINGS.replication.name}, or 3`,
  ),
} as const

function help(): string {
  return [
    'Usage: evenkeel topics --check|--create [flags]',
    '',
    'Compares the topics of a Kafka cluster with the catalogue, proto/topics.ts: whether each is',
    'there, its partitions and replicas, retention, cleanup, timestamps, compression and the',
    'replicas that an append needs. Each difference is a line. Nothing that is there is changed:',
    'partitions and clocks of a log that has begun can not be, and the rest is for whoever',
    'operates the cluster.',
    '',
    ...flagLines(FLAGS),
    '',
    'TLS and users come from the environment, as for "evenkeel run".',
    '',
    'Exit codes: 0 all as it must be, 1 something is otherwise or the cluster refuses us or',
    'does not answer, 2 wrong usage or settings.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals.join(' ')}`)
  if (!values.check && !values.create) throw new UsageError('--check or --create?')
  const env = environmentWith(values)
  if ((env[SETTINGS.brokers.name] ?? '') === '') {
    throw new UsageError(`which cluster? --brokers HOST:PORT,... or ${SETTINGS.brokers.name}`)
  }
  const config = readConfig(env, SETTINGS)
  const connection = { ...clusterOf(config, 'evenkeel-topics'), logger: loggerTo(terminal) }
  const plan = planTopics(config)
  try {
    return await compared(connection, plan, values.create, terminal)
  } catch (error) {
    if (!(error instanceof LogRefused)) throw error
    const why = outOfReach(error, connection.brokers)
    terminal.err(`evenkeel topics: ${why}, see docs/runbook.md\n`)
    return EXIT.failed
  }
}

async function compared(
  connection: KafkaConnection,
  plan: readonly TopicPlan[],
  create: boolean,
  terminal: Terminal,
): Promise<number> {
  if (create) {
    for (const topic of await createTopics(connection, plan)) terminal.out(`made ${topic}\n`)
  }
  const differences = await checkTopics(connection, plan)
  for (const difference of differences) terminal.out(`${differenceInWords(difference)}\n`)
  if (differences.length > 0) return EXIT.failed
  terminal.out(`${plan.length} topics are as they must be\n`)
  return EXIT.done
}

/** A flag says more than the environment does, and is read by the same rules. */
function environmentWith(flags: {
  readonly brokers: string | undefined
  readonly partitions: string | undefined
  readonly replication: string | undefined
}): Record<string, string | undefined> {
  const env = { ...serverEnvironment() }
  for (const key of ['brokers', 'partitions', 'replication'] as const) {
    if (flags[key] !== undefined) env[SETTINGS[key].name] = flags[key]
  }
  return env
}

function loggerTo(terminal: Terminal): KafkaConnection['logger'] {
  return { info() {}, warn: (_, message) => terminal.err(`${message}\n`) }
}

export const topicsCommand: Command = {
  name: 'topics',
  summary: 'compares the topics of a cluster with the catalogue, or makes them',
  help,
  run,
}
