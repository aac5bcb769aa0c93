import { unreachable } from '../turn.ts'
import type { Channel } from '../words.ts'
import { channelWords } from './subject.ts'

/** What keeps agents at work from a contact that waits. */

export const constraintKinds = [
  'channel',
  'skillMissing',
  'levelTooLow',
  'excluded',
  'notReady',
  'busy',
  'holdOut',
  'unreachable',
  'leaving',
  'provisional',
] as const
export type ConstraintKind = (typeof constraintKinds)[number]

export interface ConstraintCount {
  readonly kind: ConstraintKind
  /** '' unless it is about a skill. */
  readonly skillId: string
  readonly agents: number
}

/** Of the agents at work, most first: the end of a sentence. */
export function constraintText(c: ConstraintCount, channel: Channel): string {
  const [are, have, take] =
    c.agents === 1
      ? ['1 is', '1 has', '1 takes']
      : [`are`, `have`, `take`].map((verb) => `${c.agents} ${verb}`)
  switch (c.kind) {
    case 'channel':
      return `${take} no ${channelWords[channel].many} now`
    case 'skillMissing':
      return `${have} no skill ${c.skillId}`
    case 'levelTooLow':
      return `${have} ${c.skillId} below the level needed`
    case 'provisional':
      return `${have} ${c.skillId} on trial only`
    case 'excluded':
      return `${have} declined it or must not have it`
    case 'notReady':
      return `${are} paused or about to leave`
    case 'busy':
      return `${are} busy`
    case 'unreachable':
      return `${are} there, but the phone or screen cannot be reached`
    case 'leaving':
      return `${are} about to leave by the roster, or away`
    case 'holdOut':
      return `${are} free, but it is kept for somebody else for a while`
    default:
      return unreachable(c.kind)
  }
}
