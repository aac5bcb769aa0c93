import { settingLines } from '@evenkeel/chassis/config'
import { realClock, scaledClock } from '@evenkeel/chassis/log'
import { createLogger } from '@evenkeel/chassis/observe'
import { type Replayed, strangersIn } from '@evenkeel/chassis/process'
import { tlsFilesOf, tokenRulesOf } from '@evenkeel/chassis/security'
import { AddressRefused } from '@evenkeel/chassis/serve'
import { SERVICES, startHost } from '../host.ts'
import { hostConfig, readHostConfig } from '../host-config.ts'
import { serverEnvironment } from './access-flags.ts'
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
    '',
    'Beyond loopback it listens with TLS, or where EVENKEEL_ALLOW_PLAINTEXT=yes says that the',
    'network itself is trusted. The environment may set:',
    '',
    ...settingLines(hostConfig),
    '',
    'Exit codes: 0 ended as asked, 1 could not go on, 2 wrong usage or settings, an address that',
    'is taken, or a data directory that is in use or can not be used.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals[0]}`)
  const config = readHostConfig(serverEnvironment())
  const { speed, data = './data' } = values
  const others = othersIn(data)
  const reading = new Reading(data, terminal)
  const host = await startHost({
    dataDirectory: data,
    grpc: values.grpc ?? config.grpc,
    http: values.http ?? config.http,
    allowPlaintext: config.allowPlaintext === 'yes',
    admission: config,
    tls: tlsFilesOf(config),
    tokens: tokenRulesOf(config),
    speed,
    clock: (last) => {
      reading.begun(last)
      return speed === 1
        ? realClock()
        : scaledClock({ start: Math.max(Date.now(), last ?? 0), speed })
    },
    logger: createLogger({ service: 'evenkeel', level: config.logLevel }),
    replayed: (progress) => reading.progress(progress),
  }).catch((error: unknown) => {
    if (error instanceof AddressRefused) throw elsewhere(error)
    throw error
  })
  if (others !== undefined) terminal.err(`${others}\n`)
  const isTls = config.certFile !== undefined
  const grpc = shown(values.grpc ?? config.grpc, host.grpcPort)
  const http =
    host.httpPort === undefined ? undefined : shown(values.http ?? config.http, host.httpPort)
  terminal.out(
    [reading.told(), `gRPC on ${grpc}`, ...whatNext(grpc, http, speed, isTls), ''].join('\n'),
  )
  await aborted(terminal.interrupted)
  await host.stop(String(terminal.interrupted.reason))
  return EXIT.done
}

/** How many of them are named. */
const OTHERS_TOLD = 3

function othersIn(directory: string): string | undefined {
  const names = strangersIn(
    directory,
    SERVICES.map(({ name }) => name),
  )
  if (names.length === 0) return undefined
  const more = names.length > OTHERS_TOLD ? ', ...' : ''
  const told = `${names.slice(0, OTHERS_TOLD).join(', ')}${more}`
  return `evenkeel start: warning: ${directory} has other files (${told}), and now logs beside them`
}

/** Whoever started it by hand knows the flags rather than the settings. */
function elsewhere({ server, why }: AddressRefused): UsageError {
  return new UsageError(`${why} (--${server === 'gRPC' ? 'grpc' : 'http'} HOST:PORT)`)
}

/** What a newcomer does with a server that runs. */
function whatNext(grpc: string, http: string | undefined, speed: number, isTls: boolean): string[] {
  const scheme = isTls ? 'https' : 'http'
  const pages =
    http === undefined
      ? []
      : [
          `  the API as a page    ${scheme}://${http}/docs`,
          `  metrics              ${scheme}://${http}/metrics`,
        ]
  return [
    ...(http === undefined ? [] : [`HTTP on ${http}`]),
    'Ready.',
    '',
    ...pages,
    `  simulated contacts   npx evenkeel demo --target ${grpc} --speed ${speed}`,
    '  the end              ^C; started again, it goes on where it was',
  ]
}

/** Real time between two words on a log that takes long to read. */
const WORD_MS = 1000

/** Says how it goes on: with a new log, or with one that is read again from its beginning. */
class Reading {
  readonly #directory: string
  readonly #terminal: Terminal
  readonly #services = new Map<string, Replayed>()
  #toldAtMs = 0
  #fresh = true

  constructor(directory: string, terminal: Terminal) {
    this.#directory = directory
    this.#terminal = terminal
  }

  begun(last: number | undefined): void {
    this.#fresh = last === undefined
  }

  progress(progress: Replayed): void {
    const { service, records, head, ms } = progress
    this.#services.set(service, progress)
    if (ms < this.#toldAtMs + WORD_MS) return
    this.#toldAtMs = ms
    const percent = Math.floor((100 * records) / head)
    this.#terminal.err(`reading the log of ${service}: ${percent}% of ${head} records\n`)
  }

  told(): string {
    if (this.#fresh) return `A new log in ${this.#directory}`
    const all = [...this.#services.values()]
    const records = all.reduce((sum, one) => sum + one.head, 0).toLocaleString('en')
    const seconds = all.reduce((most, one) => Math.max(most, one.ms), 0) / 1000
    return `Went on with ${this.#directory}: ${records} records read in ${seconds.toFixed(1)} s`
  }
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
