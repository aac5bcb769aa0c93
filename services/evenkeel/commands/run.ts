import { settingLines } from '@evenkeel/chassis/config'
import { readServiceConfig, serve, serviceSettings } from '@evenkeel/chassis/process'
import { SERVICES } from '../host.ts'
import { serverEnvironment } from './access-flags.ts'
import { UsageError } from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const names = () => SERVICES.map(({ name }) => name).join('|')

function help(): string {
  return [
    `Usage: evenkeel run ${names()}`,
    '',
    'Runs one service in this process, on the cluster of Kafka that it is told. Several processes',
    'of a service keep the same partitions: each answers, and any may be killed. Ends on SIGTERM',
    'when it has handed over what it leads and answered what it was asked.',
    '',
    'All settings come from the environment; any other EVENKEEL_ variable is refused.',
    '',
    ...settingLines(serviceSettings),
    '',
    'GET /healthz/startup, /healthz/ready and /healthz/live are for probes, /metrics for Prometheus.',
    '',
    'Exit codes: 0 ended as asked, 1 could not go on, 2 wrong usage, settings, or logs.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, unexpected] = args
  const service = SERVICES.find((one) => one.name === name)
  if (service === undefined) throw new UsageError(`which service? One of ${names()}`)
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  await serve([service], readServiceConfig(serverEnvironment()), terminal.interrupted)
  return EXIT.done
}

export const runService: Command = {
  name: 'run',
  summary: 'runs one service on Kafka',
  help,
  run,
}
