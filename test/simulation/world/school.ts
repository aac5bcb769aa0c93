import type { ResolvedTraining } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import { SkillLevel, SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { PutAgentRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  type CourseGrant,
  TrainingRecord,
  TrainingResult,
} from '@evenkeel/proto/evenkeel/skills/v1/training'
import { agentOf, type SkillsState } from '@evenkeel/skills/core'
import { Chance } from '../chance.ts'
import type { Process } from '../host.ts'
import { type Plan, pool, skillIds, stamp } from './plan.ts'
import { etagOf, SkillsCalls } from './skills-calls.ts'

/** Tells the generator of this concern from the seed's own. */
const salt = 0x5c4001

const courseIds = ['c0', 'c1', 'c2'] as const
/** So few that records are corrected and repeated. */
const dates = ['2026-01-05', '2026-01-06', '2026-01-07'] as const

const results = [
  TrainingResult.TRAINING_RESULT_PASSED,
  TrainingResult.TRAINING_RESULT_PASSED,
  TrainingResult.TRAINING_RESULT_PASSED,
  TrainingResult.TRAINING_RESULT_FAILED,
  TrainingResult.TRAINING_RESULT_ATTENDED,
] as const

/**
 * The people who train others: courses, records, corrections. They have a generator of their own: a
 * seed without them is the seed it was before.
 */
export class School {
  readonly #calls: SkillsCalls
  readonly #chance: Chance
  readonly #plan: Plan
  readonly #often: number

  constructor(options: {
    readonly processes: () => Process<SkillsState>[]
    readonly plan: Plan
    readonly broken: (sentence: string) => void
  }) {
    const chance = new Chance(options.plan.seed ^ salt)
    this.#chance = chance
    this.#plan = options.plan
    this.#often = chance.pick([0, 0.02, 0.05, 0.2])
    this.#calls = new SkillsCalls({ ...options, chance })
  }

  /** What somebody does in this step, if anybody does. */
  act(now: number): void {
    const chance = this.#chance
    if (!chance.happens(this.#often) || this.#calls.busy) return
    const state = this.#calls.state()
    if (state === undefined) return
    const missing = courseIds.find((id) => state.courses.get(`${pool}/${id}`) === undefined)
    if (missing !== undefined) return this.#course(missing, '')
    const deed = chance.pick(['record', 'record', 'record', 'import', 'remove', 'course', 'rename'])
    if (deed === 'course') return this.#edit(state)
    if (deed === 'rename') return this.#rename(state)
    if (deed === 'remove') return this.#remove()
    const actor = 'sue'
    if (deed === 'record') {
      const value = this.#resolved(state, now)
      return this.#calls.say({ $case: 'putTraining', value: { ...value, actor } }, () => {})
    }
    const trainings = new Map<string, ResolvedTraining>()
    for (let n = chance.int(1, 6); n > 0; n--) {
      const training = this.#resolved(state, now)
      const { agentId, courseId, date } = training.record ?? TrainingRecord.fromPartial({})
      trainings.set(`${agentId} ${courseId} ${date}`, training)
    }
    const lines = [...trainings.values()].map((training, i) => ({ line: i + 2, training }))
    this.#calls.say({ $case: 'importTrainings', value: { pool, actor, lines } }, () => {})
  }

  #course(courseId: string, etag: string): void {
    const duration = { seconds: 14_400, nanos: 0 }
    const grants = this.#grants()
    const course = { pool, courseId, displayName: '', duration, grants, etag }
    this.#calls.say({ $case: 'putCourse', value: { course, validateOnly: false } }, () => {})
  }

  #grants(): CourseGrant[] {
    const chance = this.#chance
    const { SKILL_SOURCE_TRAINED: trained, SKILL_SOURCE_PROVISIONAL: provisional } = SkillSource
    return chance.some(skillIds, 0.4).map((skillId) => ({
      skillId,
      level: chance.int(1, 5),
      source: chance.pick([trained, trained, provisional]),
      validDays: 0,
      handleTimePermille: 0,
    }))
  }

  #edit(state: SkillsState): void {
    const courseId = this.#chance.pick(courseIds)
    const row = state.courses.get(`${pool}/${courseId}`)
    if (row !== undefined) this.#course(courseId, etagOf(row.changed))
  }

  /** An edit by hand that leaves every level as it is: what records gave stays theirs to take back. */
  #rename(state: SkillsState): void {
    const agentId = this.#chance.any(this.#plan.agentIds) ?? ''
    const row = agentOf(state, pool, agentId)
    if (row === undefined) return
    const displayName = `${agentId} ${this.#chance.int(0, 999)}`
    const profile = { pool, agentId, displayName, etag: etagOf(row.changed) }
    const value = PutAgentRequest.fromPartial({ profile, updateMask: ['display_name'] })
    this.#calls.say({ $case: 'putAgent', value }, () => {})
  }

  #remove(): void {
    const chance = this.#chance
    const agentId = chance.any(this.#plan.agentIds) ?? ''
    const [courseId, date] = [chance.pick(courseIds), chance.pick(dates)]
    const value = { pool, agentId, courseId, date, etag: '', actor: 'sue' }
    this.#calls.say({ $case: 'removeTrainingRecord', value }, () => {})
  }

  /** As the edge would send it, with validities short enough to end while somebody looks. */
  #resolved(state: SkillsState, now: number): ResolvedTraining {
    const chance = this.#chance
    const agentId = chance.any(this.#plan.agentIds) ?? ''
    const [courseId, date] = [chance.pick(courseIds), chance.pick(dates)]
    const course = state.courses.get(`${pool}/${courseId}`)
    const known = state.trainings.get(`${agentId}/${courseId}/${date}`)
    const from = now + chance.pick([-10_000, 0, 5_000, 30_000])
    const until = chance.happens(0.5) ? from + chance.int(1_000, 90_000) : undefined
    const granted = (course?.grants ?? []).map(({ skillId, level, source }) =>
      SkillLevel.fromPartial({
        skillId,
        level,
        source:
          source === 'trained'
            ? SkillSource.SKILL_SOURCE_TRAINED
            : SkillSource.SKILL_SOURCE_PROVISIONAL,
        validFrom: stamp(from),
        ...(until === undefined ? {} : { validUntil: stamp(until) }),
      }),
    )
    return {
      record: TrainingRecord.fromPartial({
        pool,
        agentId,
        courseId,
        date,
        result: chance.pick(results),
        validFrom: chance.pick(['', '', '2026-02-01']),
        duration: { seconds: chance.pick([3_600, 7_200]), nanos: 0 },
        granted,
        etag: chance.happens(0.9) && known !== undefined ? etagOf(known.changed) : '',
      }),
      dateFrom: stamp(now + (chance.happens(0.05) ? 3_600_000 : -60_000)),
      courseEtag: course === undefined || chance.happens(0.05) ? 'v0' : etagOf(course.changed),
      actor: '',
    }
  }
}
