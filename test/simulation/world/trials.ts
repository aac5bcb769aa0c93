import { type SkillLevel, SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { Chance } from '../chance.ts'
import { stamp } from './plan.ts'
import { tellsApart } from './qualified.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x1a4002

/** Who gives levels for a trial, some of which become full while somebody looks. */
export class Trials {
  readonly #chance: Chance
  readonly #any: boolean

  constructor(seed: number) {
    this.#any = tellsApart(seed)
    this.#chance = new Chance(seed ^ salt)
  }

  /** The same level, for a trial, or for one and in full after it. */
  given(level: SkillLevel, now: number): readonly SkillLevel[] {
    const chance = this.#chance
    if (!this.#any || chance.happens(0.4)) return [level]
    const trial = { ...level, source: SkillSource.SKILL_SOURCE_PROVISIONAL }
    if (level.validFrom !== undefined || level.validUntil !== undefined) return [trial]
    if (chance.happens(0.3)) return [trial]
    const confirmed = stamp(now + chance.int(0, 60_000))
    return [
      { ...trial, validUntil: confirmed },
      { ...level, validFrom: confirmed, source: SkillSource.SKILL_SOURCE_TRAINED },
    ]
  }
}
