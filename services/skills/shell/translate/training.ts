import { importLimits } from '@evenkeel/chassis/protocol'
import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as log from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import * as wire from '@evenkeel/proto/evenkeel/skills/v1/training'
import type { RemoveTrainingRecordRequest } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import {
  type Course,
  type CourseGrant,
  limits,
  type SkillsCommand,
  type Training,
  type TrainingCommand,
  trainingMs,
  type TrainingPolicy,
  type TrainingRemoval,
  type TrainingResult,
  type TrainingView,
  usualTraining,
} from '../../core/index.ts'
import { agentIdOf, displayNameOf, etagOf, poolIdOf, skillIdOf } from './ids.ts'
import { grantWire, handleTimeOf, handleTimeWire, wireGrantOf } from './profiles.ts'
import { dateOf, dayBegin, dayOf } from '../training/days.ts'

export const courseIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.slug)

/** Who wants something; '': not said. */
export const actorOf = (value: string): string => parse.optionalId('actor', value, idPatterns.agent)

export function courseOf(sent: wire.Course | undefined): Course {
  const course = parse.message('course', sent)
  const { pool, courseId, displayName, duration: taken, grants, etag } = course
  const parsed = parse.list('course.grants', grants, limits.grantsPerCourse, courseGrantOf)
  return {
    pool: poolIdOf('course.pool', pool),
    courseId: courseIdOf('course.course_id', courseId),
    displayName: displayNameOf('course.display_name', displayName),
    durationMs: parse.durationMs('course.duration', taken, trainingMs.min, trainingMs.max),
    grants: parse
      .unique('course.grants', parsed, ({ skillId }) => skillId)
      .toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1)),
    etag: etagOf('course.etag', etag),
  }
}

/** What a course may give; an assessment is no course. */
const sources: Readonly<Record<number, CourseGrant['source']>> = {
  [SkillSource.SKILL_SOURCE_TRAINED]: 'trained',
  [SkillSource.SKILL_SOURCE_PROVISIONAL]: 'provisional',
}
const sourceNumbers = {
  trained: SkillSource.SKILL_SOURCE_TRAINED,
  provisional: SkillSource.SKILL_SOURCE_PROVISIONAL,
} as const satisfies Record<CourseGrant['source'], SkillSource>

function courseGrantOf(field: string, value: wire.CourseGrant): CourseGrant {
  return {
    skillId: skillIdOf(`${field}.skill_id`, value.skillId),
    level: parse.integer(`${field}.level`, value.level, 1, limits.levelMax),
    source: parse.enumOf(`${field}.source`, value.source, sources),
    validDays: parse.integer(`${field}.valid_days`, value.validDays, 0, limits.validDaysMax),
    handleTimePermille: handleTimeOf(`${field}.handle_time_permille`, value.handleTimePermille),
  }
}

export function courseWire(course: Course): wire.Course {
  return {
    pool: course.pool,
    courseId: course.courseId,
    displayName: course.displayName,
    duration: duration(course.durationMs),
    grants: course.grants.map(({ source, handleTimePermille, ...grant }) => ({
      ...grant,
      source: sourceNumbers[source],
      handleTimePermille: handleTimeWire(handleTimePermille),
    })),
    etag: course.etag,
  }
}

const resultNames: Readonly<Record<number, TrainingResult>> = {
  [wire.TrainingResult.TRAINING_RESULT_PASSED]: 'passed',
  [wire.TrainingResult.TRAINING_RESULT_FAILED]: 'failed',
  [wire.TrainingResult.TRAINING_RESULT_ATTENDED]: 'attended',
}
const resultNumbers = {
  passed: wire.TrainingResult.TRAINING_RESULT_PASSED,
  failed: wire.TrainingResult.TRAINING_RESULT_FAILED,
  attended: wire.TrainingResult.TRAINING_RESULT_ATTENDED,
} as const satisfies Record<TrainingResult, wire.TrainingResult>

export function trainingOf(field: string, value: wire.TrainingRecord | undefined): Training {
  const record = parse.message(field, value)
  const day = dayOf(`${field}.date`, record.date)
  return {
    pool: poolIdOf(`${field}.pool`, record.pool),
    agentId: agentIdOf(`${field}.agent_id`, record.agentId),
    courseId: courseIdOf(`${field}.course_id`, record.courseId),
    date: record.date,
    day,
    result: parse.enumOf(`${field}.result`, record.result, resultNames),
    durationMs: parse.durationMs(
      `${field}.duration`,
      record.duration,
      trainingMs.min,
      trainingMs.max,
      0,
    ),
    validDay: validDayOf(`${field}.valid_from`, record.validFrom, day),
    etag: etagOf(`${field}.etag`, record.etag),
  }
}

export function validDayOf(field: string, date: string, day: number): number {
  if (date === '') return day
  const valid = dayOf(field, date)
  const last = day + limits.validAfterDaysMax
  if (valid >= day && valid <= last) return valid
  throw refused('FIELD_OUT_OF_RANGE', field, `${dateOf(day)} to ${dateOf(last)}`, date)
}

/** What calendars have to do with a record, by the course as it is seen here and now. */
export function resolved(training: Training, course: Course, zone: string): TrainingCommand {
  const from = dayBegin(training.validDay, zone)
  return {
    ...training,
    dayFrom: dayBegin(training.day, zone),
    courseEtag: course.etag,
    grants: course.grants.map(({ skillId, level, source, handleTimePermille, validDays }) => ({
      skillId,
      level,
      source,
      handleTimePermille,
      validFrom: from,
      validUntil: validDays === 0 ? undefined : dayBegin(training.validDay + validDays, zone),
    })),
  }
}

export function trainingWire(view: TrainingView): wire.TrainingRecord {
  const { pool, agentId, courseId, date, result, etag } = view
  return {
    pool,
    agentId,
    courseId,
    date,
    result: resultNumbers[result],
    duration: duration(view.durationMs),
    validFrom: dateOf(view.validDay),
    granted: view.granted.map(grantWire),
    etag,
  }
}

export function removalOf(request: RemoveTrainingRecordRequest): TrainingRemoval {
  dayOf('date', request.date)
  return {
    pool: poolIdOf('pool', request.pool),
    agentId: agentIdOf('agent_id', request.agentId),
    courseId: courseIdOf('course_id', request.courseId),
    date: request.date,
    etag: etagOf('etag', request.etag),
    actor: actorOf(request.actor),
  }
}

export function policyOf(policy: wire.TrainingPolicy | undefined): TrainingPolicy {
  const sent = parse.message('policy', policy)
  const { min, max, sessionMax } = trainingMs
  const usual = usualTraining
  const target = sent.yearlyTarget
  const yearlyTargetMs = parse.durationMs(
    'policy.yearly_target',
    target,
    0,
    max,
    usual.yearlyTargetMs,
  )
  const usualLimit = Math.max(usual.yearlyLimitMs, yearlyTargetMs)
  return {
    pool: poolIdOf('policy.pool', sent.pool),
    // Whether there is such a zone is asked at the edge: the log is read by other zone data, too.
    timeZone: zoneTextOf('policy.time_zone', sent.timeZone),
    yearlyTargetMs,
    sessionMs: parse.durationMs('policy.session', sent.session, min, sessionMax, usual.sessionMs),
    yearlyLimitMs: parse.durationMs(
      'policy.yearly_limit',
      sent.yearlyLimit,
      yearlyTargetMs,
      max,
      usualLimit,
    ),
    etag: etagOf('policy.etag', sent.etag),
  }
}

function zoneTextOf(field: string, value: string): string {
  return value === '' ? usualTraining.timeZone : parse.text(field, value, limits.timeZoneBytes)
}

export function policyWire(policy: TrainingPolicy): wire.TrainingPolicy {
  return {
    pool: policy.pool,
    timeZone: policy.timeZone,
    yearlyTarget: duration(policy.yearlyTargetMs),
    session: duration(policy.sessionMs),
    yearlyLimit: duration(policy.yearlyLimitMs),
    etag: policy.etag,
  }
}

type WireKind = NonNullable<log.Command['kind']>
/** Those of this room. */
type TrainingCommands = Extract<
  SkillsCommand,
  { kind: 'putCourse' | 'putTraining' | 'removeTraining' | 'importTrainings' | 'putTrainingPolicy' }
>

/** What is in the log is no rehearsal. */
const stored = { validateOnly: false } as const

export function trainingKind(command: TrainingCommands): WireKind {
  switch (command.kind) {
    case 'putCourse':
      return { $case: 'putCourse', value: { course: courseWire(command.course), ...stored } }
    case 'putTraining': {
      const { training, actor } = command
      return { $case: 'putTraining', value: resolvedWire(training, actor) }
    }
    case 'removeTraining': {
      const { kind: _, ...value } = command
      return { $case: 'removeTrainingRecord', value }
    }
    case 'importTrainings': {
      const { pool, actor } = command
      const lines = command.lines.map(({ line, training }) => ({
        line,
        training: resolvedWire(training, ''),
      }))
      return { $case: 'importTrainings', value: { pool, actor, lines } }
    }
    case 'putTrainingPolicy':
      return {
        $case: 'putTrainingPolicy',
        value: { policy: policyWire(command.policy), ...stored },
      }
    default:
      return command satisfies never
  }
}

function resolvedWire(training: TrainingCommand, actor: string): log.ResolvedTraining {
  const { dayFrom, courseEtag, grants, durationMs } = training
  const record = trainingWire({ ...training, granted: grants })
  return {
    // As long as the course takes goes without saying.
    record: durationMs === 0 ? { ...record, duration: undefined } : record,
    dateFrom: timestamp(dayFrom),
    courseEtag,
    actor,
  }
}

export function resolvedOf(field: string, value: log.ResolvedTraining): TrainingCommand {
  const { record } = value
  const training = trainingOf(`${field}.record`, record)
  const granted = record?.granted ?? []
  return {
    ...training,
    dayFrom: parse.timeMs(`${field}.date_from`, value.dateFrom),
    courseEtag: etagOf(`${field}.course_etag`, value.courseEtag),
    grants: parse.list(`${field}.granted`, granted, limits.grantsPerCourse, wireGrantOf),
  }
}

export function importedOf(value: log.ImportTrainings): SkillsCommand {
  const pool = poolIdOf('pool', value.pool)
  const lines = parse.list('lines', value.lines, limits.trainingSliceLines, (field, sent) => {
    const training = resolvedOf(field, parse.message(`${field}.training`, sent.training))
    if (training.pool !== pool) throw refused('FIELD_MALFORMED', `${field}.record.pool`, pool)
    return { line: parse.integer(`${field}.line`, sent.line, 1, importLimits.csvBytes), training }
  })
  parse.unique('lines', lines, ({ training: t }) => `${t.agentId}/${t.courseId}/${t.date}`)
  return { kind: 'importTrainings', pool, actor: actorOf(value.actor), lines }
}
