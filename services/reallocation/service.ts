import type { Service } from '@evenkeel/chassis/serve'
import {
  core,
  errors,
  type ReallocationCommand,
  type ReallocationEvent,
  type ReallocationState,
} from './core/index.ts'
import { bridges } from './shell/bridge.ts'
import { metrics } from './shell/metrics.ts'
import { advise } from './shell/planner/advise.ts'
import { rpcs } from './shell/rpc.ts'
import { codec } from './shell/translate/codec.ts'

/** Agents to where the day needs them, and back. */
export const reallocation: Service<ReallocationState, ReallocationCommand, ReallocationEvent> = {
  name: 'reallocation',
  core,
  logic: 1,
  codec,
  bridges,
  errors,
  rpcs,
  metrics,
  attend: advise,
}
