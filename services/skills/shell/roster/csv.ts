import { CodedError, fromRejection, RejectedInput } from '@evenkeel/chassis/errors'
import { dayIn, daysAfter, isDate } from '@evenkeel/chassis/zones'
import {
  type Activity,
  activities,
  channels,
  errors,
  limits,
  overlapOf,
  overlaps,
  type Shift,
  type ShiftActivity,
  type ShiftDay,
} from '../../core/index.ts'
import { type Cells, malformedCell, readTable, words } from '@evenkeel/chassis/importing'
import type { Found } from '@evenkeel/chassis/importing'
import { refusedInput } from '../refusals.ts'
import { agentIdOf } from '../translate/ids.ts'
import { type ClockTime, clockTimeOf, instantOf } from '@evenkeel/chassis/importing'
import { checkedShift } from '../translate/shifts.ts'

/** A file of shifts as days of agents. */

export const shiftColumns = ['agent_id', 'date', 'start', 'end', 'activities'] as const

type Column = (typeof shiftColumns)[number]

/** A line that could be read; no shift: the agent is off that day. */
interface ShiftLine {
  readonly line: number
  readonly agentId: string
  readonly date: string
  readonly shift: Shift | undefined
}

interface Bad {
  readonly kind: 'bad'
  readonly line: number
  readonly error: CodedError
}

interface Place {
  readonly pool: string
  readonly zone: string
}

/**
 * Of each agent in the order of the file the days in the order of time, and every bad line. A day
 * with a bad line is left out whole. Throws RejectedInput when the file as a whole can't be read.
 */
export function* readShifts(csv: Uint8Array, place: Place): Generator<Found<ShiftDay>> {
  const agents = new Map<string, Map<string, ShiftLine[]>>()
  /** Line that has spoiled a day, by "agent date". */
  const spoiled = new Map<string, number>()
  for (const { line, cells } of readTable(csv, shiftColumns).lines) {
    const read = readLine(line, cells, place, spoiled)
    if ('kind' in read) yield read
    else {
      const days = agents.get(read.agentId) ?? new Map<string, ShiftLine[]>()
      agents.set(read.agentId, days)
      days.set(read.date, [...(days.get(read.date) ?? []), read])
    }
  }
  for (const days of agents.values()) yield* daysOf(days, place, spoiled)
}

function readLine(
  line: number,
  cells: () => Cells<Column>,
  place: Place,
  spoiled: Map<string, number>,
): ShiftLine | Bad {
  let day = ''
  try {
    const cell = cells()
    const agentId = agentIdOf('agent_id', cell('agent_id'))
    const date = cell('date')
    if (!isDate(date)) throw malformedCell('date', date, 'a date like 2026-11-23')
    day = `${agentId} ${date}`
    return { line, agentId, date, shift: shiftIn(cell, agentId, date, place) }
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error
    if (day !== '') spoiled.set(day, line)
    return { kind: 'bad', line, error }
  }
}

function shiftIn(
  cell: Cells<Column>,
  agentId: string,
  date: string,
  { pool, zone }: Place,
): Shift | undefined {
  if (cell('start') === '' && cell('end') === '' && cell('activities') === '') return undefined
  const start = clockTimeOf('start', cell('start'))
  const end = clockTimeOf('end', cell('end'))
  const from = instantOf('start', date, start, zone)
  const until = afterStart('end', date, start, end, from, zone)
  const named = words(cell('activities'))
  if (named.length > limits.activitiesPerShift) {
    const fields = { field: 'activities', limit: limits.activitiesPerShift, value: named.length }
    throw refusedInput('CSV_CELL_TOO_MANY', fields)
  }
  const found = named.map((word) => activityIn(word, date, start, from, zone))
  const shift = { pool, agentId, shiftId: date, from, until, activities: found, etag: '' }
  return checkedShift('end', shift, 'activities')
}

/** Of a shift that begins at `from`, the first time at which the clocks show it after that. */
function afterStart(
  column: string,
  date: string,
  start: ClockTime,
  time: ClockTime,
  from: number,
  zone: string,
): number {
  if (time.minute > start.minute) return instantOf(column, date, time, zone)
  // Clocks that are put back show less, later.
  if (time.offset !== '' && time.offset !== start.offset && start.offset !== '') {
    const at = instantOf(column, date, time, zone)
    if (at > from) return at
  }
  return instantOf(column, daysAfter(date, 1), time, zone)
}

const activityPattern = /^([a-z+]+)@([^.]+)\.\.([^.]+)$/

/** meal@12:00..12:30, voice+chat@15:00..16:30 */
function activityIn(
  word: string,
  date: string,
  start: ClockTime,
  from: number,
  zone: string,
): ShiftActivity {
  const [, name = '', first = '', last = ''] = activityPattern.exec(word) ?? []
  const activity = activities.find((known) => known === name && known !== 'onChannel')
  const on = name.split('+').map((one) => channels.find((channel) => channel === one))
  const named = on.filter((channel) => channel !== undefined)
  const unique = new Set(named).size === on.length
  if (activity === undefined && !unique) throw malformedCell('activities', word, example)
  const begin = clockTimeOf('activities', first)
  // The shift's own first minute is not the next day's.
  const opens = begin.minute === start.minute && begin.offset === start.offset
  const at = opens ? from : afterStart('activities', date, start, begin, from, zone)
  const until = afterStart('activities', date, start, clockTimeOf('activities', last), from, zone)
  const kind: Activity = activity ?? 'onChannel'
  return { activity: kind, channels: kind === 'onChannel' ? named : [], from: at, until }
}

const example =
  `like meal@12:00..12:30, with one of ${activities.slice(1).join(' ')}, ` +
  'or channels as voice+chat'

/** The days of an agent, each whole or left out. */
function* daysOf(
  days: ReadonlyMap<string, readonly ShiftLine[]>,
  place: Place,
  spoiled: Map<string, number>,
): Generator<Found<ShiftDay>> {
  const dates = [...days.keys()].toSorted()
  const all = dates.flatMap((date) => days.get(date) ?? [])
  const bad = overlapping(all, spoiled)
  for (const date of dates) {
    const lines = days.get(date) ?? []
    const [first] = lines
    if (first === undefined) continue
    const spoiling = spoiled.get(`${first.agentId} ${date}`)
    if (spoiling === undefined) {
      yield { kind: 'good', ...dayOf(first, lines, days.has(daysAfter(date, 1)), place) }
      continue
    }
    for (const { line, agentId } of lines) {
      const fields = { field: 'date', value: `${agentId} ${date}`, limit: spoiling }
      yield { kind: 'bad', line, error: bad.get(line) ?? refusedInput('CSV_DAY_LEFT', fields) }
    }
  }
}

/** What is wrong with lines whose shifts overlap one that begins before. */
function overlapping(
  all: readonly ShiftLine[],
  spoiled: Map<string, number>,
): ReadonlyMap<number, CodedError> {
  const bad = new Map<number, CodedError>()
  const shifts = all
    .flatMap(({ line, date, shift }) => (shift ? [{ line, date, shift }] : []))
    .toSorted((a, b) => a.shift.from - b.shift.from || a.line - b.line)
  for (const [i, { line, date, shift }] of shifts.entries()) {
    const other = shifts[i - 1]
    if (other === undefined || !overlaps(shift, other.shift)) continue
    const named = { ...other.shift, shiftId: `${other.date}, line ${other.line}` }
    bad.set(line, fromRejection(overlapOf('start', shift, named), errors))
    spoiled.set(`${shift.agentId} ${date}`, line)
  }
  return bad
}

function dayOf(
  { line, agentId, date }: ShiftLine,
  lines: readonly ShiftLine[],
  nextToo: boolean,
  { pool, zone }: Place,
): ShiftDay {
  const { from, until } = dayIn(date, zone)
  const shifts = lines
    .flatMap(({ shift }) => (shift ? [shift] : []))
    .toSorted((a, b) => a.from - b.from)
    .map((shift, i) => (i === 0 ? shift : { ...shift, shiftId: `${date}.${i + 1}` }))
  const givesWayUntil = nextToo ? dayIn(daysAfter(date, 1), zone).until : until
  return { line, pool, agentId, from, until, givesWayUntil, shifts }
}
