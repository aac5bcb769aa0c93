/**
 * How many agents what comes needs, and what becomes of it with the agents that there are. Pure,
 * but no core's: Math.exp and its like differ in their last bits between engines, so results enter
 * a log as data (docs/adr/0018-staffing-mathematics.md).
 */
export { type DueWork, evenWorkload, type Workload } from './deadlines.ts'
export { least, leastAgents, meets, type Target } from './least-agents.ts'
export { limits } from './limits.ts'
export {
  loadOf,
  type Performance,
  performanceOf,
  SERVICE_LEVELS,
  type ServiceLevel,
  type Traffic,
} from './line.ts'
export { type OfferedLoad, offeredLoads } from './offered-load.ts'
export {
  type LiveChannel,
  type LiveInterval,
  type LiveRequirement,
  liveRequirement,
  type NetRequirement,
  netRequirement,
} from './requirement.ts'
export {
  leastAgentsOver,
  logNormalRates,
  performanceOver,
  type PossibleRate,
} from './uncertain-rate.ts'
