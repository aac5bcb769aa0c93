import type { BridgeRule } from '@evenkeel/chassis/protocol'
import type { SkillsCommand } from '../core/index.ts'
import { isKnownKind, poolKnownOf } from './translate/codec.ts'

/** Pools are made in routing; from then on they have a catalogue and agents here. */
export const bridges: readonly BridgeRule<SkillsCommand>[] = [
  { source: 'routing', decode: poolKnownOf, knows: isKnownKind },
]
