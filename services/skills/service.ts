import type { Service } from '@evenkeel/chassis/serve'
import {
  core,
  errors,
  type SkillsCommand,
  type SkillsEvent,
  type SkillsState,
} from './core/index.ts'
import { bridges } from './shell/bridge.ts'
import { metrics } from './shell/metrics.ts'
import { rpcs } from './shell/rpc.ts'
import { codec } from './shell/translate/codec.ts'

/** Who is qualified for what, and when. */
export const skills: Service<SkillsState, SkillsCommand, SkillsEvent> = {
  name: 'skills',
  core,
  logic: 1,
  codec,
  bridges,
  errors,
  rpcs,
  metrics,
}
