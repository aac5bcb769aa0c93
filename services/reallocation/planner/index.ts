export {
  type Channel,
  type LendingPlan,
  type MovePrice,
  type Pair,
  planLending,
} from './lending.ts'
