import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { skills } from '@evenkeel/skills'
import type { SkillsCommand, SkillsEvent, SkillsState } from '@evenkeel/skills/core'
import { type Bridged, Consumer } from './streams.ts'
import { profileFact } from './routing.ts'
import { TrainingChecks } from './training.ts'
import type { Audience } from './witness.ts'

/** What skills decides is what routing is to hear. */
export class SkillsChecks implements Audience<SkillsState, SkillsCommand, SkillsEvent> {
  readonly consumer = new Consumer('skills/0')
  readonly broken: (sentence: string) => void
  readonly #bridged: Bridged
  readonly #training = new TrainingChecks()
  #state: SkillsState | undefined

  constructor(bridged: Bridged, broken: (sentence: string) => void) {
    this.#bridged = bridged
    this.broken = broken
  }

  before(state: SkillsState): void {
    this.#state = state
  }

  decided(command: SkillsCommand, outcome: Outcome<SkillsEvent>, at: Moment): void {
    if (!outcome.ok) return
    if (this.#state !== undefined) this.#training.decided(this.#state, command, outcome, at)
    for (const [index, event] of outcome.events.entries()) {
      this.consumer.emitted(at.offset, index, skills.codec.encodeEvent(event))
      if (event.kind === 'profileRemoved') this.#bridged.sent(`${event.agentId} is gone`)
      if (event.kind !== 'profileChanged') continue
      const { agentId, skills: held, channels } = event.profile
      this.#bridged.sent(profileFact(agentId, held, channels))
    }
  }

  passed(): void {}

  worked(): void {}
}
