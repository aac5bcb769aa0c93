import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { skills } from '@evenkeel/skills'
import type { Grant, SkillsCommand, SkillsEvent, SkillsState } from '@evenkeel/skills/core'
import { profileFact, rosterFact } from './facts.ts'
import { type Bridged, Consumer } from './streams.ts'
import { Shifts } from './shifts.ts'
import { TrainingChecks } from './training.ts'
import type { Audience } from './witness.ts'

/** What skills decides is what routing is to hear. */
export class SkillsChecks implements Audience<SkillsState, SkillsCommand, SkillsEvent> {
  readonly consumer = new Consumer('skills/0')
  readonly broken: (sentence: string) => void
  readonly shifts = new Shifts()
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
    this.shifts.accepted(command, outcome.ref)
    this.#emit(outcome.events, at)
    this.shifts.look(at.time, true)
  }

  passed(events: readonly SkillsEvent[], more: boolean, at: Moment): void {
    this.#emit(events, at)
    if (!more) this.shifts.look(at.time, false)
  }

  #emit(events: readonly SkillsEvent[], at: Moment): void {
    for (const [index, event] of events.entries()) {
      this.shifts.told(event)
      this.consumer.emitted(at.offset, index, skills.codec.encodeEvent(event))
      if (event.kind === 'profileRemoved') this.#bridged.sent(`${event.agentId} is gone`)
      if (event.kind === 'rosterChanged') {
        this.#bridged.sent(rosterFact(event.agentId, event.spans))
      }
      if (event.kind !== 'profileChanged') continue
      const { agentId, skills: held, channels } = event.profile
      this.#bridged.sent(profileFact(agentId, held.map(levelOf), channels))
    }
  }

  worked(): void {}
}

const levelOf = ({ skillId, level, source, validFrom, validUntil }: Grant) => ({
  skillId,
  level,
  from: validFrom ?? 0,
  until: validUntil ?? Number.POSITIVE_INFINITY,
  onTrial: source === 'provisional',
})
