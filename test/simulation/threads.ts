import { Worker } from 'node:worker_threads'
import type { Mutation } from './mutations/list.ts'
import type { SeedResult } from './seed.ts'
import type { Answer, Question } from './worker.ts'

/**
 * Asks one thread for seeds until `next` has no more. Each thread has its own product code, so a
 * planted bug stays where it was planted.
 */
export function runThread(
  mutation: Mutation | undefined,
  next: () => number | undefined,
  heard: (result: SeedResult) => void,
): Promise<void> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { mutation } })
  const ask = () => {
    const seed = next()
    const question: Question = seed === undefined ? 'end' : { seed }
    thread.postMessage(question)
  }
  return new Promise((resolve, reject) => {
    thread.on('message', (answer: Answer) => {
      if (answer.kind === 'result') heard(answer.result)
      ask()
    })
    thread.on('error', reject)
    thread.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`a thread of the simulation ended with ${code}`))
    })
  })
}
