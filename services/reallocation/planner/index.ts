export {
  type Channel,
  type LendingPlan,
  type MovePrice,
  type Pair,
  planLending,
} from './lending.ts'
export type { FloorPlan, LaneFacts, Moved, Person } from './floor.ts'
export { type FloorMoves, planMoves, type PlannedMove } from './plan.ts'
