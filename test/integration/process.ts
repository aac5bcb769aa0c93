import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { within } from '../acceptance/patience.ts'

export const ROOT = resolve(import.meta.dirname, '..', '..')
const BIN = join(ROOT, 'services', 'evenkeel', 'bin.js')

/**
 * The longest command, a real day, takes a minute or two, and several on a machine with much else
 * to do, since a day waits for its machine.
 */
const COMMAND_MS_MAX = 600_000
/** A day says something of each twentieth of it; a command that is silent for so long hangs. */
const SILENCE_MS_MAX = 150_000

/** What is set for the tests (EVENKEEL_SEED) is no setting of a server, which would refuse it. */
function withoutOurs(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('EVENKEEL_'))
  return Object.fromEntries(others)
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Standard output, or standard error. */
type Where = 'out' | 'err'

/** One `evenkeel` process, with all that it has said. */
export class EvenkeelProcess {
  out = ''
  err = ''
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  #said: () => void = () => {}

  /** `settings`: its own EVENKEEL_... variables. */
  constructor(
    args: readonly string[],
    heard: (text: string, where: Where) => void = () => {},
    settings: Readonly<Record<string, string>> = {},
  ) {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
    const env = { ...withoutOurs(), ...settings }
    const child = spawn(process.execPath, [BIN, ...args], { stdio, env })
    this.#child = child
    const hear = (where: Where) => (text: string) => {
      this[where] += text
      heard(text, where)
      this.#said()
    }
    child.stdout.setEncoding('utf8').on('data', hear('out'))
    child.stderr.setEncoding('utf8').on('data', hear('err'))
    this.ended = new Promise((done) => {
      child.once('close', (code, signal) => done({ code, signal }))
    })
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  /** Of the running process; 0: it has ended. */
  get pid(): number {
    return this.running() ? (this.#child.pid ?? 0) : 0
  }

  running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The end of a process that is about to end. */
  end(): Promise<Ended> {
    return within(() => `the process to end; it said: ${this.out}${this.err}`, this.ended)
  }

  /** What standard output, or standard error, says sooner or later. */
  async says(pattern: RegExp, where: Where = 'out'): Promise<RegExpExecArray> {
    const find = async () => {
      for (;;) {
        const found = pattern.exec(this[where])
        if (found !== null) return found
        const { promise, resolve: said } = Promise.withResolvers<void>()
        this.#said = said
        const over = await Promise.race([promise, this.ended])
        if (over === undefined || pattern.test(this[where])) continue
        const how = over.code ?? over.signal
        throw new Error(`ended with ${how} before it said ${pattern}: ${this.out}${this.err}`)
      }
    }
    return within(() => `${pattern}; it said: ${this.out}${this.err}`, find())
  }
}

/** A server that has said that it is ready. */
export interface Server {
  readonly process: EvenkeelProcess
  readonly grpcPort: number
  readonly httpPort: number
  readonly grpc: string
  readonly http: string
}

export interface ServerOptions {
  readonly data: string
  readonly speed?: number
  /** 0: any free one. */
  readonly grpcPort?: number
}

/** `evenkeel start`, until it is ready; killed after the test if it still runs. */
export async function started(t: TestContext, options: ServerOptions): Promise<Server> {
  const { data, speed = 1, grpcPort = 0 } = options
  const process = new EvenkeelProcess([
    ...['start', '--data', data, '--speed', String(speed)],
    ...['--grpc', `127.0.0.1:${grpcPort}`, '--http', '127.0.0.1:0'],
  ])
  t.after(async () => {
    if (!process.running()) return
    process.kill('SIGKILL')
    await process.end()
  })
  await process.says(/^Ready\.$/m)
  const port = (name: string) =>
    Number(new RegExp(`^${name} on 127\\.0\\.0\\.1:(\\d+)$`, 'm').exec(process.out)?.[1])
  const grpc = port('gRPC')
  const http = port('HTTP')
  return {
    process,
    grpcPort: grpc,
    httpPort: http,
    grpc: `127.0.0.1:${grpc}`,
    http: `http://127.0.0.1:${http}`,
  }
}

export interface Result extends Ended {
  readonly out: string
  readonly err: string
}

/** A command that ends by itself. */
export function command(...args: readonly string[]): Promise<Result> {
  return result(args, false)
}

/** One that takes long: its progress is passed on, so that the test does not seem to hang. */
export function longCommand(...args: readonly string[]): Promise<Result> {
  return result(args, true)
}

async function result(args: readonly string[], aloud: boolean): Promise<Result> {
  const evenkeel = new EvenkeelProcess(args, (text, where) => {
    silence.refresh()
    if (aloud && where === 'err') process.stderr.write(text)
  })
  const killAfter = (ms: number, of: string) =>
    setTimeout(() => {
      evenkeel.err += `killed by the test after ${ms / 1000} s${of}\n`
      evenkeel.kill('SIGKILL')
    }, ms)
  const silence = killAfter(SILENCE_MS_MAX, ' of silence')
  const whole = killAfter(COMMAND_MS_MAX, '')
  const ended = await evenkeel.ended
  clearTimeout(silence)
  clearTimeout(whole)
  return { ...ended, out: evenkeel.out, err: evenkeel.err }
}

/** Gone after the test. */
export function freshDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-test-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
