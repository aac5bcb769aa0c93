import { importLimits } from '@evenkeel/chassis/protocol'
import { idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as log from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import type { RosterChanged } from '@evenkeel/proto/evenkeel/skills/v1/events'
import type {
  RemoveShiftRequest,
  ReplaceShiftsRequest,
  RosteredAgent,
} from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import * as wire from '@evenkeel/proto/evenkeel/skills/v1/shift'
import {
  type Activity,
  durations,
  limits,
  type ReplaceShifts,
  type Rostered,
  type Shift,
  type ShiftActivity,
  type ShiftDay,
  type SkillsCommand,
  type SkillsEvent,
  type Span,
  spanText,
} from '../../core/index.ts'
import { refusedInput } from '../refusals.ts'
import { agentIdOf, channelNames, channelNumbers, etagOf, poolIdOf } from './ids.ts'

/** Wire and domain of shifts. */

type Of<K extends SkillsCommand['kind']> = Extract<SkillsCommand, { kind: K }>

const activityNumbers = {
  onChannel: wire.Activity.ACTIVITY_ON_CHANNEL,
  break: wire.Activity.ACTIVITY_BREAK,
  meal: wire.Activity.ACTIVITY_MEAL,
  meeting: wire.Activity.ACTIVITY_MEETING,
  training: wire.Activity.ACTIVITY_TRAINING,
  off: wire.Activity.ACTIVITY_OFF,
} as const satisfies Record<Activity, wire.Activity>

const activityNames: Readonly<Record<number, Activity>> = {
  [activityNumbers.onChannel]: 'onChannel',
  [activityNumbers.break]: 'break',
  [activityNumbers.meal]: 'meal',
  [activityNumbers.meeting]: 'meeting',
  [activityNumbers.training]: 'training',
  [activityNumbers.off]: 'off',
}

export const shiftIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.slug)

export function shiftOf(field: string, value: wire.Shift | undefined): Shift {
  const shift = parse.message(field, value)
  const span = {
    from: parse.timeMs(`${field}.from`, shift.from),
    until: parse.timeMs(`${field}.until`, shift.until),
  }
  return checkedShift(field, {
    pool: poolIdOf(`${field}.pool`, shift.pool),
    agentId: agentIdOf(`${field}.agent_id`, shift.agentId),
    shiftId: shiftIdOf(`${field}.shift_id`, shift.shiftId),
    ...span,
    activities: parse.list(
      `${field}.activities`,
      shift.activities,
      limits.activitiesPerShift,
      activityOf,
    ),
    etag: etagOf(`${field}.etag`, shift.etag),
  })
}

const minutes = (ms: number): number => Math.round(ms / 60_000)

/** Of a length that a shift may have, its activities within it, in order, none overlapping another. */
export function checkedShift(field: string, shift: Shift, named = `${field}.activities`): Shift {
  const length = shift.until - shift.from
  if (length < durations.shiftMin || length > durations.shiftMax) {
    const limit = `${minutes(durations.shiftMin)} to ${minutes(durations.shiftMax)}`
    throw refusedInput('SHIFT_LENGTH', { field, value: minutes(length), limit })
  }
  const activities = shift.activities.toSorted((a, b) => a.from - b.from)
  for (const [i, one] of activities.entries()) {
    const value = `${one.activity} ${spanText(one)}`
    if (one.from >= one.until || one.from < shift.from || one.until > shift.until) {
      throw refusedInput('ACTIVITY_OUTSIDE', { field: named, value, limit: spanText(shift) })
    }
    const before = activities[i - 1]
    if (before !== undefined && one.from < before.until) {
      const limit = `${before.activity} ${spanText(before)}`
      throw refusedInput('ACTIVITY_OVERLAP', { field: named, value, limit })
    }
  }
  return { ...shift, activities }
}

function activityOf(field: string, value: wire.ShiftActivity): ShiftActivity {
  const activity = parse.enumOf(`${field}.activity`, value.activity, activityNames)
  const channels = parse.list(`${field}.channels`, value.channels, 8, (name, channel) =>
    parse.enumOf(name, channel, channelNames),
  )
  if (channels.length > 0 && activity !== 'onChannel') {
    throw refused('FIELD_MALFORMED', `${field}.channels`, 'empty but for ACTIVITY_ON_CHANNEL')
  }
  parse.unique(`${field}.channels`, channels, String)
  return {
    activity,
    channels: channels.toSorted((a, b) => channelNumbers[a] - channelNumbers[b]),
    from: parse.timeMs(`${field}.from`, value.from),
    until: parse.timeMs(`${field}.until`, value.until),
  }
}

export const shiftWire = (shift: Shift): wire.Shift => ({
  ...shift,
  from: timestamp(shift.from),
  until: timestamp(shift.until),
  activities: shift.activities.map(activityWire),
})

const activityWire = ({ activity, channels, from, until }: ShiftActivity): wire.ShiftActivity => ({
  activity: activityNumbers[activity],
  from: timestamp(from),
  until: timestamp(until),
  channels: channels.map((channel) => channelNumbers[channel]),
})

export const rosteredWire = ({ agentId, team, parts }: Rostered): RosteredAgent => ({
  agentId,
  team,
  activities: parts.map(activityWire),
})

export const shiftRemovalOf = (r: RemoveShiftRequest): Of<'removeShift'> => ({
  kind: 'removeShift',
  pool: poolIdOf('pool', r.pool),
  agentId: agentIdOf('agent_id', r.agentId),
  shiftId: shiftIdOf('shift_id', r.shiftId),
  etag: etagOf('etag', r.etag),
})

/** Pool and agent of its shifts are its own. */
export function replacementOf(r: ReplaceShiftsRequest): Of<'replaceShifts'> {
  const from = parse.timeMs('from', r.from)
  const until = parse.timeMs('until', r.until)
  const whole = ofAgent(poolIdOf('pool', r.pool), agentIdOf('agent_id', r.agentId), r.shifts)
  return { kind: 'replaceShifts', ...spanned({ ...whole, from, until }) }
}

export function spanned<S extends Span>(r: S, max: number = durations.replacement): S {
  const span = r.until - r.from
  if (span > 0 && span <= max) return r
  const limit = `later than from by ${max} ms at most`
  throw refused('FIELD_OUT_OF_RANGE', 'until', limit, span)
}

function ofAgent(pool: string, agentId: string, all: readonly wire.Shift[]) {
  const shifts = parse.list('shifts', all, limits.shiftsPerReplacement, (field, shift) => {
    const own = shiftOf(field, {
      ...shift,
      pool: shift.pool === '' ? pool : shift.pool,
      agentId: shift.agentId === '' ? agentId : shift.agentId,
    })
    if (own.pool !== pool) throw refused('FIELD_MALFORMED', `${field}.pool`, pool)
    if (own.agentId !== agentId) throw refused('FIELD_MALFORMED', `${field}.agent_id`, agentId)
    return { ...own, etag: '' }
  })
  parse.unique('shifts', shifts, ({ shiftId }) => shiftId)
  return { pool, agentId, shifts: shifts.toSorted((a, b) => a.from - b.from) }
}

export const replacementWire = (c: ReplaceShifts): ReplaceShiftsRequest => ({
  pool: c.pool,
  agentId: c.agentId,
  from: timestamp(c.from),
  until: timestamp(c.until),
  shifts: c.shifts.map(shiftWire),
})

export function shiftImportOf(r: log.ShiftImportSlice): Of<'importShifts'> {
  const pool = poolIdOf('pool', r.pool)
  const days = parse.list(
    'days',
    r.days,
    limits.shiftSliceDays,
    (field, day): ShiftDay => ({
      line: parse.integer(`${field}.line`, day.line, 1, importLimits.csvBytes),
      ...spanned({
        ...ofAgent(pool, agentIdOf(`${field}.agent_id`, day.agentId), day.shifts),
        from: parse.timeMs(`${field}.from`, day.from),
        until: parse.timeMs(`${field}.until`, day.until),
      }),
      givesWayUntil: parse.timeMs(`${field}.gives_way_until`, day.givesWayUntil),
    }),
  )
  return { kind: 'importShifts', pool, days }
}

export const shiftImportWire = (c: Of<'importShifts'>): log.ShiftImportSlice => ({
  pool: c.pool,
  days: c.days.map((day) => ({
    line: day.line,
    ...replacementWire(day),
    givesWayUntil: timestamp(day.givesWayUntil ?? day.until),
  })),
})

export const rosterWire = (
  event: Extract<SkillsEvent, { kind: 'rosterChanged' }>,
): RosterChanged => ({
  pool: event.pool,
  agentId: event.agentId,
  rostered: event.rostered,
  spans: event.spans.map(({ from, until, followedBy }) => ({
    from: timestamp(from),
    until: timestamp(until),
    followedBy: activityNumbers[followedBy],
  })),
})
