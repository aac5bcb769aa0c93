import { etagOf, etagRefusal } from '@evenkeel/chassis/protocol'
import {
  type Moment,
  type Outcome,
  type Rejection,
  type Tally,
  tallyRef,
} from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import type { TrainingLine } from '../commands.ts'
import { courseOf, levelRefusal } from './course.ts'
import { refuse, rejection } from '../errors.ts'
import type { SkillsEvent } from '../events.ts'
import type { Grant } from '../grants.ts'
import { recordIdOf, trainingKey } from '../keys.ts'
import { layerPacking, regranted, type Standing } from './layers.ts'
import { limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { agentRefusal, standingOf, storeStanding } from './standing.ts'
import type { AgentRow, CourseRow, SkillsState, TrainingRow } from '../state.ts'

/** Their order is part of stored rows: append only. */
export const results = ['passed', 'failed', 'attended'] as const
export type TrainingResult = (typeof results)[number]

/** That an agent took a course. Days are counted from 1970, in the zone of the pool's policy. */
export interface Training {
  readonly pool: string
  readonly agentId: string
  readonly courseId: string
  /** yyyy-mm-dd, and the same counted. */
  readonly date: string
  readonly day: number
  readonly result: TrainingResult
  /** 0: as long as the course takes. */
  readonly durationMs: number
  /** `day` or later: from when on what is granted counts. */
  readonly validDay: number
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

/** A record as a command: what calendars have to do with it is resolved, by the course as it was seen. */
export interface TrainingCommand extends Training {
  /** When `day` began where the pool is; it must have. */
  readonly dayFrom: number
  /** Of the course that was seen. */
  readonly courseEtag: string
  /** What it grants whoever passes, by skill id. */
  readonly grants: readonly Grant[]
}

/** What is stored, with what of it is in force. */
export interface TrainingView extends Training {
  readonly granted: readonly Grant[]
}

export function putTraining(
  s: SkillsState,
  c: TrainingCommand,
  actor: string,
  at: Moment,
): Outcome<SkillsEvent> {
  const decided = decideTraining(s, c, at.time)
  if ('code' in decided) return { ok: false, rejection: decided }
  const { agent, row, standing } = decided
  if (row !== undefined && decided.same) return { ok: true, events: [], ref: etagOf(row.changed) }
  const stale = etagRefusal('record.etag', c.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  storeRecord(s, c, decided, at)
  const by = { actor, reason: reasonOf(c, c.result) }
  const events = standing === undefined ? [] : storeStanding(s, agent, standing, at, by)
  return {
    ok: true,
    events: [...events, trainedIn(s, agent, yearOf(c.date))],
    ref: etagOf(at.offset),
  }
}

/** Takes every good line and leaves every bad one out, as an import of profiles does. */
export function importTrainings(
  s: SkillsState,
  slice: {
    readonly pool: string
    readonly actor: string
    readonly lines: readonly TrainingLine[]
  },
  at: Moment,
): Outcome<SkillsEvent> {
  assert(slice.lines.length <= limits.trainingSliceLines, 'a slice fits one command')
  const unknown = poolRefusal(s, slice.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  // A command changes a profile once, whatever many records grant.
  const changed = new Map<string, { readonly decided: Decided; readonly reasons: string[] }>()
  const years = new Map<string, { readonly agent: AgentRow; readonly year: number }>()
  const tally: Writable<Tally> = { imported: 0, unchanged: 0, refused: [] }
  for (const { line, training } of slice.lines) {
    const before = changed.get(training.agentId)
    const decided = decideTraining(s, training, at.time, before?.decided.standing)
    count(tally, line, decided)
    if ('code' in decided || decided.same) continue
    storeRecord(s, training, decided, at)
    const year = yearOf(training.date)
    years.set(`${training.agentId} ${year}`, { agent: decided.agent, year })
    if (decided.standing === undefined) continue
    const reasons = [...(before?.reasons ?? []), reasonOf(training, training.result)]
    changed.set(training.agentId, { decided, reasons })
  }
  const events = [...changed.values()].flatMap(({ decided: { agent, standing }, reasons }) => {
    const [first = '', ...others] = reasons
    const reason = others.length === 0 ? first : `${first}, and ${others.length} more`
    const by = { actor: slice.actor, reason }
    return standing === undefined ? [] : storeStanding(s, agent, standing, at, by)
  })
  const told = [...years.values()].map(({ agent, year }) => trainedIn(s, agent, year))
  return { ok: true, events: [...events, ...told], ref: tallyRef(tally) }
}

/** What importing the lines would do, each by what is stored. */
export function tallyTrainings(
  s: SkillsState,
  lines: readonly TrainingLine[],
  time: number,
): Tally {
  const tally: Writable<Tally> = { imported: 0, unchanged: 0, refused: [] }
  for (const { line, training } of lines) count(tally, line, decideTraining(s, training, time))
  return tally
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

function count(tally: Writable<Tally>, line: number, decided: Decided | Rejection): void {
  if ('code' in decided) tally.refused = [...tally.refused, { line, rejection: decided }]
  else if (decided.same) tally.unchanged++
  else tally.imported++
}

/** What becomes of a record, whatever its etag. */
interface Decided {
  readonly agent: AgentRow
  readonly course: CourseRow
  readonly row: TrainingRow | undefined
  /** Nothing is to be done. */
  readonly same: boolean
  /** undefined: the profile stays as it is. */
  readonly standing: Standing | undefined
}

/**
 * Why a record can't be stored, or what storing it comes to. `before`: of the agent, where the
 * command has changed it already.
 */
function decideTraining(
  s: SkillsState,
  c: TrainingCommand,
  time: number,
  before?: Standing,
): Decided | Rejection {
  const unknown = agentRefusal(s, 'record.agent_id', c.pool, c.agentId)
  if (unknown !== undefined) return unknown
  const course = courseOf(s, c.pool, c.courseId)
  if (course === undefined) {
    const fields = { field: 'record.course_id', value: c.courseId, pool: c.pool }
    return rejection('COURSE_UNKNOWN', fields)
  }
  const agent = s.agents.must(c.agentId)
  const row = s.trainings.get(trainingKey(c.agentId, recordIdOf(c.courseId, c.date)))
  if (row !== undefined && holds(row, c)) {
    return { agent, course, row, same: true, standing: undefined }
  }
  const refusal = contentRefusal(s, c, course, time) ?? roomRefusal(s, agent, row)
  if (refusal !== undefined) return refusal
  // Hours alone grant nothing: what was edited by hand since stays as it is.
  const grants = row === undefined || row.result !== c.result || row.validDay !== c.validDay
  if (!grants) return { agent, course, row, same: false, standing: undefined }
  const granted = c.result === 'passed' ? c.grants : []
  const recordId = recordIdOf(c.courseId, c.date)
  const standing = regranted(before ?? standingOf(agent), recordId, granted, time)
  return standingRefusal(standing, c) ?? { agent, course, row, same: false, standing }
}

function contentRefusal(
  s: SkillsState,
  c: TrainingCommand,
  course: CourseRow,
  time: number,
): Rejection | undefined {
  if (etagOf(course.changed) !== c.courseEtag) {
    return rejection('COURSE_CHANGED', { field: 'record.course_id', value: c.courseId })
  }
  if (c.dayFrom > time)
    return rejection('TRAINING_IN_FUTURE', { field: 'record.date', value: c.date })
  if (c.result !== 'passed') return undefined
  for (const { skillId, level } of c.grants) {
    const refusal = levelRefusal(s, 'record.course_id', c.pool, skillId, level)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function roomRefusal(
  s: SkillsState,
  agent: AgentRow,
  row: TrainingRow | undefined,
): Rejection | undefined {
  const field = 'record.agent_id'
  if (row !== undefined) return undefined
  if (s.trainingsOf.size(agent.slot) >= limits.recordsPerAgent) {
    const limit = limits.recordsPerAgent
    return rejection('TOO_MANY_RECORDS', { field, value: 'records', limit, scope: 'agent' })
  }
  if (s.trainings.size >= s.trainings.cap) {
    const limit = s.trainings.cap
    return rejection('TOO_MANY_RECORDS', { field, value: 'records', limit, scope: 'partition' })
  }
  return undefined
}

function standingRefusal({ skills, layers }: Standing, c: Training): Rejection | undefined {
  const field = 'record.agent_id'
  if (skills.length > limits.skillsPerAgent) {
    const limit = limits.skillsPerAgent
    return rejection('TOO_MANY_SKILLS', { field, value: c.courseId, limit, scope: 'profile' })
  }
  if (layers.length > limits.layersPerAgent) {
    const limit = limits.layersPerAgent
    return rejection('TOO_MANY_RECORDS', {
      field,
      value: 'levels by training',
      limit,
      scope: 'agent',
    })
  }
  return undefined
}

function holds(row: TrainingRow, c: Training): boolean {
  return (
    row.result === c.result &&
    row.validDay === c.validDay &&
    (c.durationMs === 0 || row.durationMs === c.durationMs)
  )
}

function storeRecord(
  s: SkillsState,
  c: TrainingCommand,
  { agent, course, row }: Decided,
  at: Moment,
): void {
  const content = {
    result: c.result,
    durationMs: c.durationMs === 0 ? (row?.durationMs ?? course.durationMs) : c.durationMs,
    validDay: c.validDay,
    changed: at.offset,
  }
  if (row !== undefined) {
    s.trainings.update(row, content)
    return
  }
  const key = trainingKey(c.agentId, recordIdOf(c.courseId, c.date))
  const owner = { agent: agent.slot, course: course.slot, courseSeq: course.seq, day: c.day }
  s.trainings.insert({ key, ...owner, ...content })
}

/** For the history of the profile. */
const reasonOf = (c: { readonly courseId: string; readonly date: string }, what: string): string =>
  `training ${c.courseId} of ${c.date}: ${what}`

export interface TrainingRemoval {
  readonly pool: string
  readonly agentId: string
  readonly courseId: string
  readonly date: string
  /** '': whatever it is now. */
  readonly etag: string
  readonly actor: string
}

export function removeTraining(
  s: SkillsState,
  c: TrainingRemoval,
  at: Moment,
): Outcome<SkillsEvent> {
  const unknown = agentRefusal(s, 'agent_id', c.pool, c.agentId)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const recordId = recordIdOf(c.courseId, c.date)
  const row = s.trainings.get(trainingKey(c.agentId, recordId))
  if (row === undefined) {
    const value = `${c.courseId} of ${c.date}`
    return refuse('RECORD_UNKNOWN', { field: 'date', value, agent: c.agentId })
  }
  const stale = c.etag === '' ? undefined : etagRefusal('etag', c.etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const agent = s.agents.at(row.agent)
  const standing = regranted(standingOf(agent), recordId, [], at.time)
  s.trainings.delete(row)
  const by = { actor: c.actor, reason: reasonOf(c, 'removed') }
  const events = storeStanding(s, agent, standing, at, by)
  return { ok: true, events: [...events, trainedIn(s, agent, yearOf(c.date))], ref: recordId }
}

/** An agent's records go with the profile; they are few enough for one command. */
export function removeTrainingsOf(s: SkillsState, agent: AgentRow): void {
  for (let slot = s.trainingsOf.first(agent.slot); slot !== NONE; ) {
    const row = s.trainings.at(slot)
    slot = s.trainingsOf.next(slot)
    s.trainings.delete(row)
  }
}

export function trainingView(s: SkillsState, row: TrainingRow): TrainingView {
  const agent = s.agents.at(row.agent)
  const recordId = row.key.slice(agent.id.length + 1)
  const layers = layerPacking.layersOf(agent.layers)
  return {
    pool: s.pools.at(agent.pool).id,
    agentId: agent.id,
    courseId: s.courses.at(row.course).courseId,
    date: recordId.slice(recordId.indexOf('/') + 1),
    day: row.day,
    result: row.result,
    durationMs: row.durationMs,
    validDay: row.validDay,
    granted: layers.filter((layer) => layer.recordId === recordId).map(({ grant }) => grant),
    etag: etagOf(row.changed),
  }
}

/** Records of one agent in the order of their days; a few. */
export function trainingsOf(s: SkillsState, agent: AgentRow): readonly TrainingRow[] {
  const rows: TrainingRow[] = []
  for (let slot = s.trainingsOf.first(agent.slot); slot !== NONE; slot = s.trainingsOf.next(slot)) {
    rows.push(s.trainings.at(slot))
  }
  return rows
}

/** How long the agent was in training from one day until before another. */
export function trainedMs(s: SkillsState, agent: AgentRow, from: number, until: number): number {
  let sum = 0
  let slot = s.trainingsOf.atOrAfter(agent.slot, from, 0)
  for (; slot !== NONE && s.trainingsOf.keyOf(slot) < until; slot = s.trainingsOf.next(slot)) {
    sum += s.trainings.at(slot).durationMs
  }
  return sum
}

/** Of a date as yyyy-mm-dd. */
const yearOf = (date: string): number => Number(date.slice(0, 4))

/** For whoever plans when there is time for more. */
function trainedIn(s: SkillsState, agent: AgentRow, year: number): SkillsEvent {
  const ofYear = trainingsOf(s, agent).filter(
    ({ key }) => yearOf(key.slice(-limits.dateBytes)) === year,
  )
  return {
    ...{ kind: 'trainedChanged', pool: s.pools.at(agent.pool).id, agentId: agent.id, year },
    trainedMs: ofYear.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }
}
