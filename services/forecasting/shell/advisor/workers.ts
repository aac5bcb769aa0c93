import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PackedDays } from './history.ts'
import type { Answer, Question } from './questions.ts'

/** More would wait for the one thread that reads the history. */
const WORKERS_MAX = 8

interface Waiting {
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Threads that fit. What is about one queue goes to one thread, which keeps what its day's updates
 * need. A thread that dies takes that along: it is learned again when it is asked for.
 */
export class Workers {
  readonly #threads: (Thread | undefined)[]

  constructor(many = Math.min(WORKERS_MAX, availableParallelism())) {
    this.#threads = new Array<Thread | undefined>(many).fill(undefined)
  }

  get size(): number {
    return this.#threads.length
  }

  /** `at`: of `size`. */
  ask(at: number, question: Question): Promise<Answer> {
    const thread = this.#threads[at] ?? new Thread(() => (this.#threads[at] = undefined))
    this.#threads[at] = thread
    return thread.ask(question)
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread?.end() ?? Promise.resolve()))
  }
}

class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0

  constructor(gone: () => void) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url))
    this.#worker.on('message', ({ number, answer }: { number: number; answer: Answer }) => {
      this.#waiting.get(number)?.resolve(answer)
      this.#waiting.delete(number)
    })
    const lost = (error: unknown): void => {
      gone()
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    this.#worker.on('error', lost)
    this.#worker.on('exit', () => lost(new Error('a thread that fits has ended')))
    // A process that has nothing else to do may end. After the listeners, which hold it again.
    this.#worker.unref()
  }

  ask(question: Question): Promise<Answer> {
    const number = this.#asked++
    const { counted, imported } = question.material
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      const buffers = [counted, imported].flatMap(buffersOf)
      this.#worker.postMessage({ number, question }, buffers)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

const buffersOf = ({ days, ends, bytes }: PackedDays): ArrayBuffer[] =>
  [days, ends, bytes].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))

let shared: Workers | undefined

/** Of this process, whose cores its partitions share; begun when first asked. */
export function workers(): Workers {
  shared ??= new Workers()
  return shared
}

/** The same queue, the same thread. */
export function placeOf(key: string): number {
  let hash = 7
  for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) % 1_000_003
  return hash % workers().size
}
