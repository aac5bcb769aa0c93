import { Worker } from 'node:worker_threads'
import type { FloorMoves, FloorPlan, PastMove, Realised } from '../../planner/index.ts'
import type { Answer, Task } from './thread.ts'

/** A plan is made in milliseconds; one that takes so long will never be. */
export const PLAN_MS_MAX = 10_000

interface Told {
  readonly id: number
  readonly answer: Answer
}

/** Plans on a thread of its own, so that nobody waits for it; begun with the first plan. */
export class Planner {
  #worker: Worker | undefined
  #last = 0
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>()

  /** Undefined: it has not come to an end in time, or the thread has died. */
  async plan(of: FloorPlan): Promise<FloorMoves | undefined> {
    const answer = await this.#ask({ kind: 'plan', of })
    return answer?.kind === 'plan' ? answer.is : undefined
  }

  /** What came of a move; undefined: as of a plan. */
  async judge(of: PastMove): Promise<Realised | undefined> {
    const answer = await this.#ask({ kind: 'judge', of })
    return answer?.kind === 'judge' ? answer.is : undefined
  }

  #ask(task: Task): Promise<Answer | undefined> {
    const id = ++this.#last
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#drop(), PLAN_MS_MAX)
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      const worker = this.#thread()
      worker.ref()
      worker.postMessage({ id, task })
    })
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(new URL('./thread.ts', import.meta.url))
    worker.on('message', ({ id, answer }: Told) => {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
      // A thread with nothing to do keeps no process from ending.
      if (this.#waiting.size === 0) worker.unref()
    })
    worker.on('error', () => this.#drop())
    this.#worker = worker
    return worker
  }

  /** Whatever it was about, the next plan begins on a fresh thread. */
  #drop(): void {
    const worker = this.#worker
    this.#worker = undefined
    for (const answer of this.#waiting.values()) answer(undefined)
    this.#waiting.clear()
    void worker?.terminate()
  }
}

/** One for the process: plans are rare and short. */
export const planner = new Planner()
