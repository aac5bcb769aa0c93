import { Adherence, type TeamAdherence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { QueuePlan } from '../day/day.ts'
import {
  bar,
  brief,
  bytesShown,
  clockTime,
  fitted,
  type Frame,
  type Line,
  left,
  right,
  span,
  sparkline,
  type Tone,
  wrapped,
} from './frame.ts'

/** All that a picture of the day is made from. */
export interface DayPicture {
  /** What day it is, for people. */
  readonly title: string
  readonly nowMs: number
  readonly fromMs: number
  readonly untilMs: number
  /** What the clock on the wall of the centre shows as 00:00. */
  readonly midnightMs: number
  /** How much faster than the wall clock the day has gone lately. */
  readonly speed: number
  readonly queues: readonly QueuePlan[]
  readonly stats: ReadonlyMap<string, QueueStats>
  /** Customers waiting, live and to be called, by queue, one value a sample. */
  readonly history: ReadonlyMap<string, readonly number[]>
  readonly agents: AgentCounts
  /** Undefined: not known yet. */
  readonly adherence: TeamAdherence | undefined
  readonly promises: { readonly kept: number; readonly broken: number }
  readonly log: { readonly records: number; readonly bytes: number }
  readonly commandsPerSecond: number
  readonly violations: number
  /** Where forecast, drift and staff of the day are drawn; undefined: nowhere that we know. */
  readonly page: string | undefined
  readonly stories: readonly { readonly atMs: number; readonly text: string }[]
}

export interface AgentCounts {
  readonly ready: number
  readonly busy: number
  readonly paused: number
  readonly leaving: number
  readonly away: number
}

/** What the picture is drawn on. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
}

/** Wider lines are harder to read, not easier. */
const COLUMNS_MOST = 96
/** Below this there is no room for the histories. */
const COLUMNS_WITH_HISTORY = 95
const NAME = 17
const HISTORY = 14
const STORIES_LEAST = 3
const STORIES_MOST = 12

/** The picture, never wider or higher than its canvas: a line that wraps would tear it apart. */
export function dayFrame(picture: DayPicture, canvas: Canvas): Frame {
  const columns = Math.min(COLUMNS_MOST, canvas.columns)
  const history = columns >= COLUMNS_WITH_HISTORY
  const fixed = [
    header(picture, columns),
    progress(picture, columns),
    [],
    titles(history),
    ...picture.queues.map((queue) => row(picture, queue, history)),
    total(picture),
    [],
    agents(picture),
    roster(picture),
    promises(picture),
    traffic(picture),
    ...asPage(picture),
    [],
  ]
  const room = Math.min(STORIES_MOST, Math.max(STORIES_LEAST, canvas.rows - fixed.length))
  const lines = [...fixed, ...stories(picture, room, columns)]
  return lines.slice(0, Math.max(0, canvas.rows)).map((line) => fitted(line, columns))
}

function header({ title, nowMs, midnightMs, speed }: DayPicture, columns: number): Line {
  const time = clockTime(nowMs - midnightMs)
  const used = 'evenkeel'.length + 2 + time.length + 2
  const rate = `${Math.round(speed)} times real time`
  return [
    span('evenkeel', 'title'),
    span('  '),
    span(time, 'strong'),
    span('  '),
    left(title, columns - used - rate.length),
    span(rate, 'dim'),
  ]
}

function progress({ nowMs, fromMs, untilMs }: DayPicture, columns: number): Line {
  const share = (nowMs - fromMs) / (untilMs - fromMs)
  const percent = `${Math.min(100, Math.max(0, Math.floor(share * 100)))}%`
  const { full, rest } = bar(share, columns - 5)
  return [span(full, 'accent'), span(rest, 'faint'), right(percent, 5, 'dim')]
}

function titles(history: boolean): Line {
  return [
    left('queue', NAME, 'dim'),
    right('waiting', 8, 'dim'),
    right('callbacks', 11, 'dim'),
    right('longest', 9, 'dim'),
    right('served now', 12, 'dim'),
    right('agents free', 13, 'dim'),
    right('in time', 9, 'dim'),
    ...(history ? [span('  '), left('waiting so far', HISTORY, 'dim')] : []),
  ]
}

function row({ stats, history, nowMs }: DayPicture, queue: QueuePlan, wide: boolean): Line {
  const now = stats.get(queue.queueId)
  const name = left(queue.displayName, NAME)
  if (now === undefined) return [name, right('-', 8, 'dim')]
  const oldest = now.oldestEnteredAt
  const waited = oldest === undefined ? 0 : nowMs - oldest.seconds * 1000
  const late = waited > queue.targetMs
  const waiting = now.waiting === 0 ? 'dim' : late ? 'warn' : 'strong'
  const { freeAgents: free, staffedAgents: staffed } = now
  const past = sparkline(history.get(queue.queueId) ?? [], HISTORY)
  return [
    name,
    right(String(now.waiting), 8, waiting),
    right(String(now.callbacksWaiting), 11, now.callbacksWaiting === 0 ? 'dim' : 'accent'),
    // Of those on the line and those at home alike, so it stands after both.
    right(oldest === undefined ? '-' : brief(waited), 9, late ? 'warn' : 'dim'),
    right(String(now.inService), 12, now.inService === 0 ? 'dim' : 'plain'),
    right(`${free} of ${String(staffed).padStart(2)}`, 13, free === 0 ? 'warn' : 'good'),
    level(now.answeredInTarget, now.answered + now.abandoned - now.abandonedInTarget),
    ...(wide ? [span('  '), span(past, 'accent')] : []),
  ]
}

function level(inTarget: number, judged: number): Line[number] {
  if (judged === 0) return right('-', 9, 'dim')
  const share = inTarget / judged
  const tone: Tone = share >= 0.8 ? 'good' : share >= 0.6 ? 'warn' : 'bad'
  return right(`${(share * 100).toFixed(0)}%`, 9, tone)
}

function total({ stats }: DayPicture): Line {
  const sum = (pick: (one: QueueStats) => number) =>
    [...stats.values()].reduce((all, one) => all + pick(one), 0)
  const judged = sum((one) => one.answered + one.abandoned - one.abandonedInTarget)
  return [
    left('all', NAME, 'strong'),
    right(String(sum((one) => one.waiting)), 8, 'strong'),
    right(String(sum((one) => one.callbacksWaiting)), 11, 'strong'),
    right('', 9),
    right(String(sum((one) => one.inService)), 12, 'strong'),
    right('', 13),
    level(
      sum((one) => one.answeredInTarget),
      judged,
    ),
  ]
}

/** Figures in a row: those that are 0 step back. */
function figures(name: string, parts: readonly (readonly [number, string, Tone])[]): Line {
  const spans = parts.flatMap(([count, what, tone], index) => [
    ...(index === 0 ? [] : [span(' · ', 'faint')]),
    span(`${count.toLocaleString('en')} ${what}`, count === 0 ? 'dim' : tone),
  ])
  return [left(name, NAME, 'dim'), ...spans]
}

function agents({ agents: counts }: DayPicture): Line {
  return figures('agents', [
    [counts.ready, 'free', 'good'],
    [counts.busy, 'with customers', 'strong'],
    [counts.paused, 'on a break', 'plain'],
    [counts.leaving, 'leaving', 'plain'],
    [counts.away, 'off', 'dim'],
  ])
}

/** Of all the day, and who does not keep to the roster now. */
function roster({ adherence }: DayPicture): Line {
  const now = (so: Adherence): number =>
    adherence?.agents.find((one) => one.adherence === so)?.agents ?? 0
  const day = adherence?.adherenceBp
  return figures('roster', [
    [day === undefined ? 0 : Math.floor(day / 100), '% adhered to', 'good'],
    [now(Adherence.ADHERENCE_LATE_IN), 'late in', 'warn'],
    [now(Adherence.ADHERENCE_AWAY), 'away', 'warn'],
    [now(Adherence.ADHERENCE_ON_THOUGH_OFF), 'on though off', 'plain'],
  ])
}

function promises({ promises: { kept, broken }, violations }: DayPicture): Line {
  return figures('promises', [
    [kept, 'kept', 'good'],
    [broken, 'broken', 'warn'],
    [violations, 'violations', 'bad'],
  ])
}

function traffic({ log, commandsPerSecond }: DayPicture): Line {
  return [
    left('event log', NAME, 'dim'),
    span(`${log.records.toLocaleString('en')} records, ${bytesShown(log.bytes)}`),
    span(' · ', 'faint'),
    span(`${Math.round(commandsPerSecond).toLocaleString('en')} commands/s`),
    span(' through the public API', 'dim'),
  ]
}

const asPage = ({ page }: DayPicture): Line[] =>
  page === undefined ? [] : [[left('as a page', NAME, 'dim'), span(page, 'accent')]]

function stories(
  { stories: told, midnightMs }: DayPicture,
  count: number,
  columns: number,
): Line[] {
  const lines = told.flatMap(({ atMs, text }) =>
    wrapped(text, columns - 7).map(
      (line, row): Line => [
        span(row === 0 ? `${clockTime(atMs - midnightMs)}  ` : '       ', 'dim'),
        span(line),
      ],
    ),
  )
  const shown = lines.slice(-count)
  while (shown.length < count) shown.push([])
  return shown
}
