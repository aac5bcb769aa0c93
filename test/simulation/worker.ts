import { parentPort, workerData } from 'node:worker_threads'
import type { Mutation } from './mutations/list.ts'
import { plant } from './mutations/plant.ts'
import type { SeedResult } from './seed.ts'

/** What a thread is told, and what it tells: a result per seed, until nothing more is asked. */
export type Question = { readonly seed: number } | 'end'
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: SeedResult }

const { mutation } = workerData as { readonly mutation: Mutation | undefined }
if (mutation !== undefined) plant(mutation)

// Only now: what is loaded from here on has the bug in it.
const { SeededWorld } = await import('./seed.ts')

const tell = (answer: Answer) => parentPort?.postMessage(answer)

parentPort?.on('message', (question: Question) => {
  if (question === 'end') {
    parentPort?.close()
    return
  }
  void new SeededWorld(question.seed).run().then((result) => tell({ kind: 'result', result }))
})

tell({ kind: 'ready' })
