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

/** Every so many seeds one is run twice: what does not replay can't be debugged. */
const replayed = 50

async function run(seed: number): Promise<SeedResult> {
  const result = await new SeededWorld(seed).run()
  if (seed % replayed !== 0 || result.failure !== undefined) return result
  const again = await new SeededWorld(seed).run()
  if (again.digest === result.digest) return result
  const sentence = `the seed ran differently the second time: ${result.digest}, ${again.digest}`
  return { ...result, failure: { step: result.steps, sentence, lines: [] } }
}

const tell = (answer: Answer) => parentPort?.postMessage(answer)

parentPort?.on('message', (question: Question) => {
  if (question === 'end') {
    parentPort?.close()
    return
  }
  void run(question.seed).then((result) => tell({ kind: 'result', result }))
})

tell({ kind: 'ready' })
