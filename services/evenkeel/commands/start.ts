import { environment, readConfig } from '@evenkeel/chassis/config'
import { realClock, scaledClock } from '@evenkeel/chassis/log'
import { createLogger } from '@evenkeel/chassis/observe'
import { startHost } from '../host.ts'
import { hostConfig } from '../host-config.ts'
import { flagLines, hostAndPort, number, readFlags, text, UsageError } from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  data: text('DIR', 'where the logs are kept; made if it is not there', './data'),
  grpc: hostAndPort('gRPC listens here', '$EVENKEEL_GRPC_ADDRESS or 127.0.0.1:7400'),
  http: hostAndPort(
    'JSON over HTTP, /metrics and /docs listen here',
    '$EVENKEEL_HTTP_ADDRESS or 127.0.0.1:7480',
  ),
  speed: number('N', "for try-outs: the log's time runs N times as fast as the wall clock", {
    min: 0.1,
    max: 1000,
    unit: 'times',
    fallback: 1,
  }),
}

function help(): string {
  return [
    'Usage: evenkeel start [flags]',
    '',
    'Runs all services in this process, with their logs in one directory. Ends on SIGTERM or ^C',
    'when it has answered what it was asked; started again, it goes on where it was, whatever',
    'ended it. Two processes never share a directory: the second is refused.',
    '',
    ...flagLines(FLAGS),
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals[0]}`)
  const config = readConfig(environment(), hostConfig)
  const { speed } = values
  const host = await startHost({
    dataDirectory: values.data ?? './data',
    grpc: values.grpc ?? config.grpc,
    http: values.http ?? config.http,
    speed,
    clock: (last) =>
      speed === 1 ? realClock() : scaledClock({ start: Math.max(Date.now(), last ?? 0), speed }),
    logger: createLogger({ service: 'evenkeel', level: config.logLevel }),
  })
  terminal.out(`gRPC on ${shown(values.grpc ?? config.grpc, host.grpcPort)}\n`)
  if (host.httpPort !== undefined) {
    terminal.out(`HTTP on ${shown(values.http ?? config.http, host.httpPort)}\n`)
  }
  terminal.out('Ready.\n')
  await aborted(terminal.interrupted)
  await host.stop(String(terminal.interrupted.reason))
  return EXIT.done
}

function shown(address: { readonly host: string }, port: number): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

export const start: Command = {
  name: 'start',
  summary: 'runs all services on this machine',
  help,
  run,
}
