import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import {
  agentOf,
  type Grant,
  packing,
  type SkillsCommand,
  type SkillsEvent,
  type SkillsState,
  type TrainingCommand,
} from '@evenkeel/skills/core'
import { must } from '../failure.ts'

interface Record {
  readonly result: string
  readonly validDay: number
}

/** An agent as the commands so far make it. */
interface Known {
  readonly pool: string
  /** By skill: as it was last edited by hand. */
  readonly byHand: Map<string, readonly Grant[]>
  /** By record: what it grants and nobody has edited since. */
  readonly given: Map<string, readonly Grant[]>
  readonly records: Map<string, Record>
  /** As the profile was last seen. */
  seen: readonly Grant[]
}

/**
 * Levels follow from edits by hand and training records, instant by instant, judged without asking
 * how the service keeps them.
 */
export class TrainingChecks {
  readonly #known = new Map<string, Known>()

  decided(
    state: SkillsState,
    command: SkillsCommand,
    outcome: Outcome<SkillsEvent>,
    at: Moment,
  ): void {
    if (!outcome.ok) return
    switch (command.kind) {
      case 'putTraining':
        return this.#taken(state, [command.training], at)
      case 'importTrainings': {
        const refused = refusedLines(outcome.ref)
        const lines = command.lines.filter(({ line }) => !refused.has(line))
        const trainings = lines.map(({ training }) => training)
        return this.#taken(state, trainings, at)
      }
      case 'removeTraining': {
        const known = this.#known.get(command.agentId)
        const recordId = `${command.courseId} ${command.date}`
        const was = known?.records.delete(recordId) === true
        must(was, () => `${recordId} of ${command.agentId} was removed and never put`)
        known?.given.delete(recordId)
        return this.#mustFollow(state, command.agentId, at)
      }
      default:
        for (const event of outcome.events) this.#edited(event)
    }
  }

  /** By hand: the skills that are not as they were. */
  #edited(event: SkillsEvent): void {
    if (event.kind === 'profileRemoved') this.#known.delete(event.agentId)
    if (event.kind !== 'profileChanged') return
    const { pool, agentId, skills } = event.profile
    const known = this.#known.get(agentId) ?? newlyKnown(pool)
    this.#known.set(agentId, known)
    const ids = new Set([...known.seen, ...skills].map(({ skillId }) => skillId))
    for (const skillId of ids) {
      const now = ofSkill(skills, skillId)
      if (JSON.stringify(now) === JSON.stringify(ofSkill(known.seen, skillId))) continue
      known.byHand.set(skillId, now)
      for (const [recordId, grants] of known.given) {
        known.given.set(
          recordId,
          grants.filter((grant) => grant.skillId !== skillId),
        )
      }
    }
    known.seen = skills
  }

  #taken(state: SkillsState, trainings: readonly TrainingCommand[], at: Moment): void {
    for (const { agentId, courseId, date, result, validDay, grants } of trainings) {
      const known = this.#known.get(agentId)
      if (known === undefined) continue
      const recordId = `${courseId} ${date}`
      const before = known.records.get(recordId)
      known.records.set(recordId, { result, validDay })
      if (before?.result === result && before.validDay === validDay) continue
      known.given.set(recordId, result === 'passed' ? grants : [])
    }
    const agentIds = new Set(trainings.map(({ agentId }) => agentId))
    for (const agentId of agentIds) this.#mustFollow(state, agentId, at)
  }

  #mustFollow(state: SkillsState, agentId: string, { time }: Moment): void {
    const known = this.#known.get(agentId)
    if (known === undefined) return
    const row = agentOf(state, known.pool, agentId)
    known.seen = row === undefined ? [] : packing.skillsOf(row.skills)
    const given = [...known.given.values()].flat()
    for (const skillId of new Set(given.map((grant) => grant.skillId))) {
      const sources = [...(known.byHand.get(skillId) ?? []), ...ofSkill(given, skillId)]
      const held = ofSkill(known.seen, skillId)
      for (const instant of [time, ...sources.flatMap(edges).filter((edge) => edge > time)]) {
        const [is, right] = [bestAt(held, instant), bestAt(sources, instant)]
        must(
          is === right,
          () =>
            `${agentId} has ${skillId} ${is} at ${instant} and should have ${right} by training`,
        )
      }
    }
  }
}

const newlyKnown = (pool: string): Known => ({
  pool,
  byHand: new Map(),
  given: new Map(),
  records: new Map(),
  seen: [],
})

const ofSkill = (grants: readonly Grant[], skillId: string): readonly Grant[] =>
  grants.filter((grant) => grant.skillId === skillId)

const edges = ({ validFrom = 0, validUntil }: Grant): readonly number[] =>
  validUntil === undefined ? [validFrom] : [validFrom, validUntil]

/** The highest level that holds then, and of equal ones a full one before a provisional. */
function bestAt(grants: readonly Grant[], instant: number): string {
  let [level, full] = [0, true]
  for (const grant of grants) {
    const { validFrom = 0, validUntil = Number.POSITIVE_INFINITY } = grant
    if (instant < validFrom || instant >= validUntil) continue
    const isFull = grant.source !== 'provisional'
    if (grant.level > level || (grant.level === level && isFull)) {
      level = grant.level
      full = isFull
    }
  }
  return `${level}${full ? '' : ' provisionally'}`
}

/** Of an import, by its answer. */
export function refusedLines(ref: string): ReadonlySet<number> {
  const { refused } = JSON.parse(ref) as { refused: readonly { readonly line: number }[] }
  return new Set(refused.map(({ line }) => line))
}
