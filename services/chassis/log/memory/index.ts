export {
  type Fate,
  type FaultKind,
  type Faults,
  noFaults,
  noOdds,
  type Odds,
  type SeededFaults,
  seededFaults,
} from './faults.ts'
export type { Machine, Schedule } from './link.ts'
export { MemoryLog } from './log.ts'
export { MemoryStreams } from './streams.ts'
