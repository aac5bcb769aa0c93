import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { within } from '../acceptance/patience.ts'
import { ROOT } from '../integration/process.ts'

const EXAMPLE = join(ROOT, 'services/consumer/examples/customer-list.ts')

/** The example of the consumer library as a process of its own. */
export class Follower {
  readonly #arguments: readonly string[]
  #child: ChildProcess

  constructor(t: TestContext, addresses: readonly string[], file: string) {
    this.#arguments = [EXAMPLE, addresses.join(','), file]
    this.#child = this.#start()
    t.after(() => this.#child.kill('SIGKILL'))
  }

  #start(): ChildProcess {
    return spawn(process.execPath, [...this.#arguments], { stdio: 'ignore' })
  }

  /** Dies wherever it is, and begins anew. */
  async killed(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
    this.#child = this.#start()
  }

  async left(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const [code] = await within('the example to leave', gone)
    if (code !== 0) throw new Error(`the example ended with ${String(code)}`)
  }
}
