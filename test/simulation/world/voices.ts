import { Chance } from '../chance.ts'
import { blending } from './blending.ts'
import { calling } from './calling.ts'
import type { WireCommand } from './calls.ts'
import { needsIn } from './classifying.ts'
import { demanding } from './demanding.ts'
import { dialDeed } from './dialler.ts'
import { legDeed } from './legs.ts'
import { repacing } from './repacing.ts'
import { saying } from './sayings.ts'
import type { Scene } from './scene.ts'
import { closing } from './closing.ts'
import { limiting, policing } from './policies.ts'
import { prioritizing } from './prioritizing.ts'
import { rushing } from './rushing.ts'

/** What somebody does in this step; undefined: nothing. */
export type Voice = (s: Scene) => WireCommand | undefined

/** Of a seed: how often it speaks is its own. */
export type VoiceOf = (chance: Chance) => Voice

/**
 * Who acts beside the day's business, each with a generator of its own: what one of them does deals
 * no card to another. A new one is added at the end, since its place is its seed.
 */
const all: readonly VoiceOf[] = [
  () => saying,
  () => legDeed,
  () => dialDeed,
  closing,
  prioritizing,
  needsIn,
  repacing,
  policing,
  limiting,
  blending,
  rushing,
  calling,
  demanding,
]

/** Between the generators of two voices of the same seed. */
const apart = 1_000_003

export function voicesOf(seed: number): readonly Voice[] {
  return all.map((voiceOf, n) => {
    const chance = new Chance(seed + (n + 1) * apart)
    const voice = voiceOf(chance)
    return (s) => voice({ ...s, chance })
  })
}
