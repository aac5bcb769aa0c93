import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { Fitter } from './fit.ts'
import type { Question } from './questions.ts'

/** Below the thread that routes: on Linux a thread has a priority of its own. */
const NICE = 10
try {
  setPriority(0, NICE)
} catch {
  // Not allowed, or not that system: the fits are done all the same.
}

const fitter = new Fitter()
parentPort?.on('message', ({ number, question }: { number: number; question: Question }) => {
  parentPort?.postMessage({ number, answer: fitter.answer(question) })
})
