import { parentPort } from 'node:worker_threads'
import { type FloorPlan, planMoves } from '../../planner/index.ts'

/** The thread's own file: a plan in, its moves out. */
parentPort?.on('message', ({ id, floor }: { readonly id: number; readonly floor: FloorPlan }) => {
  parentPort?.postMessage({ id, moves: planMoves(floor) })
})
