import { parentPort } from 'node:worker_threads'
import {
  type FloorMoves,
  type FloorPlan,
  type PastMove,
  planMoves,
  type Realised,
  realisedOf,
} from '../../planner/index.ts'

/** What the thread is asked, and what it answers to each. */
export type Task =
  | { readonly kind: 'plan'; readonly of: FloorPlan }
  | { readonly kind: 'judge'; readonly of: PastMove }
export type Answer =
  | { readonly kind: 'plan'; readonly is: FloorMoves }
  | { readonly kind: 'judge'; readonly is: Realised }

function answerTo(task: Task): Answer {
  switch (task.kind) {
    case 'plan':
      return { kind: task.kind, is: planMoves(task.of) }
    case 'judge':
      return { kind: task.kind, is: realisedOf(task.of) }
    default:
      return task satisfies never
  }
}

/** The thread's own file. */
parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: Task }) => {
  parentPort?.postMessage({ id, answer: answerTo(task) })
})
