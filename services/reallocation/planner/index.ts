export {
  type Channel,
  type LendingPlan,
  type MovePrice,
  type Pair,
  planLending,
} from './lending.ts'
export type { FloorPlan, LaneFacts, Moved, Person, Trainee } from './floor.ts'
export { type FloorMoves, planMoves, type PlannedMove } from './plan.ts'
export {
  type PastLane,
  type PastMove,
  type PastStep,
  type Realised,
  realisedOf,
} from './realised.ts'
export { WORTH } from './price.ts'
