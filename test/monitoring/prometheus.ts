import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freshDirectory } from '../integration/process.ts'

/** One value at one moment, with whom it is of. */
export interface Sampled {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [unixSeconds: number, value: string]
}

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data?: { readonly result: readonly Sampled[] }
}

/** Between two questions whether something has come; Prometheus itself looks once a second. */
const LOOK_MS = 200
/** A start and a few scrapes, on a machine with much else to do. */
const PATIENCE_MS = 60_000

/** A Prometheus of the test's own. */
export class Prometheus {
  readonly #url: string
  #said = ''
  #over = false

  private constructor(url: string) {
    this.#url = url
  }

  /** Asks the process at host:port every second; gone after the test. */
  static async of(t: TestContext, target: string, rules: string): Promise<Prometheus> {
    const folder = freshDirectory(t)
    const config = join(folder, 'prometheus.yaml')
    const labels = { app: 'evenkeel', component: 'routing' }
    const scrape = { job_name: 'evenkeel', static_configs: [{ targets: [target], labels }] }
    const every = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' }
    const whole = { global: every, rule_files: [rules], scrape_configs: [scrape] }
    writeFileSync(config, JSON.stringify(whole))
    const address = `127.0.0.1:${await freePort()}`
    const prometheus = new Prometheus(`http://${address}`)
    const child = spawn('prometheus', [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`],
      ...[`--web.listen-address=${address}`, '--log.level=warn'],
    ])
    child.stderr.setEncoding('utf8').on('data', (text: string) => (prometheus.#said += text))
    const ended = new Promise<void>((done) => {
      child.once('close', () => done())
      child.once('error', () => done())
    })
    void ended.then(() => (prometheus.#over = true))
    t.after(async () => {
      child.kill('SIGKILL')
      await ended
    })
    return prometheus
  }

  /** Rejects with what Prometheus says of the expression, or is told of itself. */
  async asked(expr: string): Promise<readonly Sampled[]> {
    const response = await fetch(`${this.#url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    })
    const answer: Answer = JSON.parse(await response.text())
    if (answer.data === undefined) throw new Error(`${expr}: ${answer.error}`)
    return answer.data.result
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  /** What the expression comes to, once it comes to anything. */
  async comesTo(expr: string): Promise<readonly Sampled[]> {
    const giveUpAt = performance.now() + PATIENCE_MS
    for (;;) {
      const found = (await this.#isReady()) ? await this.asked(expr) : []
      if (found.length > 0) return found
      if (this.#over) throw new Error(`Prometheus has ended: ${this.#said}`)
      if (performance.now() > giveUpAt) throw new Error(`${expr} comes to nothing: ${this.#said}`)
      await sleep(LOOK_MS)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  return typeof address === 'object' && address !== null ? address.port : 0
}
