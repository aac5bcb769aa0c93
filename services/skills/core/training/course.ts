import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { rejection } from '../errors.ts'
import type { SkillsEvent } from '../events.ts'
import { courseKey, skillKey } from '../keys.ts'
import { limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import type { CourseRow, SkillsState } from '../state.ts'

/** Something that agents are trained in. */
export interface Course {
  readonly pool: string
  readonly courseId: string
  readonly displayName: string
  readonly durationMs: number
  /** By skill id, each at most once. */
  readonly grants: readonly CourseGrant[]
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

/** A level that passing gives. */
export interface CourseGrant {
  readonly skillId: string
  readonly level: number
  readonly source: 'trained' | 'provisional'
  readonly handleTimePermille: number
  /** 0: without end. */
  readonly validDays: number
}

/** Courses are never removed: a record may name them at any time. */
export function putCourse(s: SkillsState, course: Course, at: Moment): Outcome<SkillsEvent> {
  const { pool, courseId } = course
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.courses.get(courseKey(pool, courseId))
  if (row !== undefined && holds(row, course)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const stale = etagRefusal('course.etag', course.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const refusal =
    (row === undefined ? roomRefusal(s, course) : undefined) ?? grantRefusal(s, course)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  store(s, row, course, at)
  return { ok: true, events: [], ref: etagOf(at.offset) }
}

export function courseOf(s: SkillsState, pool: string, courseId: string): CourseRow | undefined {
  return s.courses.get(courseKey(pool, courseId))
}

export function courseView(s: SkillsState, row: CourseRow): Course {
  return {
    pool: s.pools.at(row.pool).id,
    courseId: row.courseId,
    displayName: row.displayName,
    durationMs: row.durationMs,
    grants: row.grants,
    etag: etagOf(row.changed),
  }
}

/** A page of a pool's courses; `afterId` need not exist. */
export function coursesAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly Course[] {
  const { slot } = s.pools.must(pool)
  return s.coursesInOrder
    .after(slot, afterId, count)
    .map((courseSlot) => courseView(s, s.courses.at(courseSlot)))
}

function holds(row: CourseRow, course: Course): boolean {
  return (
    row.displayName === course.displayName &&
    row.durationMs === course.durationMs &&
    row.grants.length === course.grants.length &&
    row.grants.every((grant, i) => sameGrant(grant, course.grants[i]))
  )
}

function sameGrant(a: CourseGrant, b: CourseGrant | undefined): boolean {
  return (
    b !== undefined &&
    a.skillId === b.skillId &&
    a.level === b.level &&
    a.source === b.source &&
    a.handleTimePermille === b.handleTimePermille &&
    a.validDays === b.validDays
  )
}

function store(s: SkillsState, row: CourseRow | undefined, course: Course, at: Moment): void {
  const { displayName, durationMs, grants } = course
  const content = { displayName, durationMs, grants, changed: at.offset }
  if (row !== undefined) {
    s.courses.update(row, content)
    return
  }
  const key = courseKey(course.pool, course.courseId)
  const pool = s.pools.must(course.pool).slot
  s.courses.insert({ key, courseId: course.courseId, pool, seq: at.offset, ...content })
}

function roomRefusal(s: SkillsState, { pool, courseId }: Course): Rejection | undefined {
  const field = 'course.course_id'
  if (s.coursesInOrder.size(s.pools.must(pool).slot) >= limits.coursesPerPool) {
    const limit = limits.coursesPerPool
    return rejection('TOO_MANY_COURSES', { field, value: courseId, limit, scope: 'pool' })
  }
  if (s.courses.size >= s.courses.cap) {
    const limit = s.courses.cap
    return rejection('TOO_MANY_COURSES', { field, value: courseId, limit, scope: 'partition' })
  }
  return undefined
}

function grantRefusal(s: SkillsState, { pool, grants }: Course): Rejection | undefined {
  for (const { skillId, level } of grants) {
    const refusal = levelRefusal(s, 'course.grants', pool, skillId, level)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Why no profile of the pool can hold this level. */
export function levelRefusal(
  s: SkillsState,
  field: string,
  pool: string,
  skillId: string,
  level: number,
): Rejection | undefined {
  const skill = s.skills.get(skillKey(pool, skillId))
  if (skill === undefined) return rejection('SKILL_UNKNOWN', { field, value: skillId, pool })
  if (level <= skill.maxLevel) return undefined
  const limit = skill.maxLevel
  return rejection('LEVEL_OUT_OF_RANGE', { field, skill: skillId, value: level, limit })
}
