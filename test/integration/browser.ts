import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A real browser, spoken to by its own protocol (CDP): no driver in between. */

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Where there is none, a developer's run says so and goes on; CI fails. */
export function browserPath(): string | undefined {
  const found = names.map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
  const path = found.find((one) => one !== '')
  if (path === undefined && process.env.CI === '1') {
    throw new Error(`CI has no browser: none of ${names.join(', ')} is there`)
  }
  return path
}

interface Answer {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly [name: string]: unknown }
  readonly result?: { readonly [name: string]: unknown }
  readonly error?: { readonly message: string }
}

export interface Look {
  readonly width: number
  readonly height: number
  readonly dark: boolean
}

export class Browser {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #session = ''
  #id = 0
  /** What a page complained of: refused by its policy, thrown, or not found. */
  readonly complaints: string[] = []

  private constructor(process: ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process
    this.#folder = folder
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#heard(JSON.parse(String(data))))
  }

  static async open(path: string): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-browser-'))
    const process = spawn(
      path,
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        ...['--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const url = await debuggingUrl(process)
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true })
      socket.addEventListener('error', reject, { once: true })
    })
    const browser = new Browser(process, folder, socket)
    const { targetId } = await browser.#send('Target.createTarget', { url: 'about:blank' })
    const attached = await browser.#send('Target.attachToTarget', { targetId, flatten: true })
    browser.#session = String(attached.sessionId)
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.#send(`${domain}.enable`)
    return browser
  }

  async show(url: string, { width, height, dark }: Look): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: width < 600 }
    await this.#send('Emulation.setDeviceMetricsOverride', metrics)
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
    await this.#send('Emulation.setEmulatedMedia', { features })
    await this.#send('Page.navigate', { url })
  }

  /** Of an expression, once it is true of the page. */
  async until(expression: string, ms = 30_000): Promise<void> {
    const promise = `new Promise((resolve, reject) => {
      const never = () => reject(new Error('never: ' + document.body?.innerText))
      const give = setTimeout(never, ${ms})
      const found = () => (clearTimeout(give), resolve(true))
      const look = () => (${expression}) ? found() : setTimeout(look, 50)
      look()
    })`
    await this.value(promise)
  }

  async value(expression: string): Promise<unknown> {
    const evaluated = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', evaluated)
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { readonly value?: unknown }).value
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(String(data), 'base64')
  }

  async close(): Promise<void> {
    this.#socket.close()
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #send(method: string, params: object = {}) {
    const id = ++this.#id
    const session = this.#session === '' ? {} : { sessionId: this.#session }
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, method, params, ...session }))
    const { result = {}, error } = await answered
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }

  #heard(answer: Answer): void {
    const { id, method, params } = answer
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    }
    const complains = method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown'
    if (complains) this.complaints.push(JSON.stringify(params))
  }
}

/** The browser says it as it starts. */
async function debuggingUrl(process: ChildProcess): Promise<string> {
  if (process.stderr === null) throw new Error('the browser says nothing')
  for await (const line of createInterface(process.stderr)) {
    const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the browser has ended before it listened')
}
