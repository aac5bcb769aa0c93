import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { EvenkeelProcess } from '../../integration/process.ts'
import { freePort } from './ports.ts'

export type ServiceName = 'routing' | 'skills'

export interface MemberOptions {
  readonly name: string
  readonly services: readonly ServiceName[]
  /** How its process is started on these ports. */
  readonly command: (ports: Ports) => {
    readonly args: readonly string[]
    readonly settings: Readonly<Record<string, string>>
  }
}

export interface Ports {
  readonly grpc: number
  readonly http: number
}

/** From start to ready, at most: a log is read again. */
const READY_MS = 60_000
const LOOK_MS = 50
/** Of one process; more tell nothing new. */
const ERRORS_MAX = 20
const ANSWER_MS = 2_000
/** What a process is given to leave. */
const LEAVE_MS = 60_000

/** None outlives this one, however it ends. */
const all = new Set<EvenkeelProcess>()
process.on('exit', () => {
  for (const one of all) if (one.running()) one.kill('SIGKILL')
})

/** One process of the system, under the same name and at the same ports at each start. */
export class Member {
  readonly name: string
  readonly services: readonly ServiceName[]
  readonly ports: Ports
  readonly #options: MemberOptions
  #process: EvenkeelProcess | undefined

  constructor(options: MemberOptions, ports: Ports) {
    this.name = options.name
    this.services = options.services
    this.ports = ports
    this.#options = options
  }

  static async create(options: MemberOptions): Promise<Member> {
    return new Member(options, { grpc: await freePort(), http: await freePort() })
  }

  get grpc(): string {
    return `127.0.0.1:${this.ports.grpc}`
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  running(): boolean {
    return this.#process?.running() ?? false
  }

  /** The end of what it said, for whoever looks into a failure. */
  said(): string {
    const { out = '', err = '' } = this.#process ?? {}
    return `${out}${err}`.split('\n').slice(-30).join('\n')
  }

  /** Resolves when it says that it is ready. */
  async start(): Promise<void> {
    this.begin()
    await this.ready()
  }

  /** Lines of errors, over all starts: whoever was answered INTERNAL looks for the reference here. */
  readonly errors: string[] = []

  #hear(text: string): void {
    for (const line of text.split('\n')) {
      if (this.errors.length < ERRORS_MAX && line.includes('"level":"error"')) {
        this.errors.push(`${this.name}: ${line}`)
      }
    }
  }

  /** Starts the process and waits for nothing. */
  begin(): void {
    const { args, settings } = this.#options.command(this.ports)
    this.#process = new EvenkeelProcess(args, (text) => this.#hear(text), settings)
    all.add(this.#process)
  }

  async ready(): Promise<void> {
    const giveUpAt = performance.now() + READY_MS
    while (!(await this.isReady())) {
      if (!this.running()) throw new Error(`${this.name} has ended: ${this.said()}`)
      if (performance.now() > giveUpAt) throw new Error(`${this.name} is not ready: ${this.said()}`)
      await pause(LOOK_MS)
    }
  }

  async isReady(): Promise<boolean> {
    return (await this.get('/healthz/ready'))?.status === 200
  }

  /** Undefined: no answer. */
  async get(path: string): Promise<{ readonly status: number; readonly text: string } | undefined> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.ports.http}${path}`, {
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      return { status: answer.status, text: await answer.text() }
    } catch {
      return undefined
    }
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL')
    await this.#process?.ended
  }

  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Told to leave. Resolves with how it ended, and when it had. */
  async leave(): Promise<{ readonly code: number | null; readonly ms: number }> {
    const from = performance.now()
    const process = this.#process
    process?.kill('SIGTERM')
    const late = setTimeout(() => process?.kill('SIGKILL'), LEAVE_MS)
    const ended = await process?.ended
    clearTimeout(late)
    return { code: ended?.code ?? null, ms: performance.now() - from }
  }

  /** Memory that it holds now, in bytes; 0: it does not run, or the system does not tell. */
  residentBytes(): number {
    if (!this.running()) return 0
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      return 1_024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
    } catch {
      return 0
    }
  }
}

/** A metric's samples, by their labels as written. */
export function samples(page: string, name: string): { labels: string; value: number }[] {
  return [...page.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'))].map(
    ([, labels = '', value]) => ({ labels, value: Number(value) }),
  )
}
