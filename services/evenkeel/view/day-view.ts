import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { QueuePlan } from '../day/day.ts'
import {
  bar,
  brief,
  bytesShown,
  clipped,
  clockTime,
  type Frame,
  FRAME_COLUMNS,
  type Line,
  left,
  right,
  span,
  sparkline,
  type Tone,
} from './frame.ts'

/** All that a picture of the day is made from. */
export interface DayPicture {
  readonly title: string
  readonly nowMs: number
  readonly fromMs: number
  readonly untilMs: number
  /** What the clock on the wall of the centre shows as 00:00. */
  readonly midnightMs: number
  readonly speed: number
  readonly queues: readonly QueuePlan[]
  readonly stats: ReadonlyMap<string, QueueStats>
  /** Customers waiting, live and to be called, by queue, one value a sample. */
  readonly history: ReadonlyMap<string, readonly number[]>
  readonly agents: AgentCounts
  readonly promises: { readonly kept: number; readonly broken: number }
  readonly log: { readonly records: number; readonly bytes: number }
  readonly commandsPerSecond: number
  readonly violations: number
  readonly stories: readonly { readonly atMs: number; readonly text: string }[]
}

export interface AgentCounts {
  readonly ready: number
  readonly busy: number
  readonly paused: number
  readonly leaving: number
  readonly away: number
}

const SPARK = 14
const STORIES = 6

export function dayFrame(picture: DayPicture): Frame {
  return [
    header(picture),
    progress(picture),
    [],
    columns(),
    ...picture.queues.map((queue) => row(picture, queue)),
    total(picture),
    [],
    agents(picture),
    totals(picture),
    [],
    ...stories(picture),
  ]
}

function header({ title, nowMs, midnightMs, speed }: DayPicture): Line {
  const time = clockTime(nowMs - midnightMs)
  const used = 'evenkeel'.length + 2 + time.length + 2
  const rate = `${speed}x`
  return [
    span('evenkeel', 'title'),
    span('  '),
    span(time, 'strong'),
    span('  '),
    left(title, FRAME_COLUMNS - used - rate.length, 'dim'),
    span(rate, 'dim'),
  ]
}

function progress({ nowMs, fromMs, untilMs }: DayPicture): Line {
  const share = (nowMs - fromMs) / (untilMs - fromMs)
  const percent = `${Math.min(100, Math.max(0, Math.floor(share * 100)))}%`
  return [span(bar(share, FRAME_COLUMNS - 5), 'accent'), right(percent, 5, 'dim')]
}

function columns(): Line {
  return [
    left('queue', 17, 'dim'),
    right('waiting', 8, 'dim'),
    right('oldest', 8, 'dim'),
    right('callbacks', 11, 'dim'),
    right('in service', 12, 'dim'),
    right('free/staff', 12, 'dim'),
    right('level', 8, 'dim'),
    span('   '),
    left('waiting so far', 17, 'dim'),
  ]
}

function row({ stats, history, nowMs }: DayPicture, queue: QueuePlan): Line {
  const now = stats.get(queue.queueId)
  const name = left(queue.displayName, 17)
  if (now === undefined) return [name, right('-', 8, 'dim')]
  const oldest = now.oldestEnteredAt
  const waited = oldest === undefined ? 0 : nowMs - oldest.seconds * 1000
  const late = waited > queue.targetMs
  return [
    name,
    right(String(now.waiting), 8, now.waiting === 0 ? 'dim' : 'strong'),
    right(oldest === undefined ? '-' : brief(waited), 8, late ? 'warn' : 'dim'),
    right(String(now.callbacksWaiting), 11, now.callbacksWaiting === 0 ? 'dim' : 'accent'),
    right(String(now.inService), 12),
    right(`${now.freeAgents}/${now.staffedAgents}`, 12, now.freeAgents === 0 ? 'warn' : 'good'),
    level(now.answeredInTarget, now.answered + now.abandoned - now.abandonedInTarget),
    span('   '),
    span(sparkline(history.get(queue.queueId) ?? [], SPARK), 'accent'),
  ]
}

function level(inTarget: number, judged: number): Line[number] {
  if (judged === 0) return right('-', 8, 'dim')
  const share = inTarget / judged
  const tone: Tone = share >= 0.8 ? 'good' : share >= 0.6 ? 'warn' : 'bad'
  return right(`${(share * 100).toFixed(0)}%`, 8, tone)
}

function total({ stats }: DayPicture): Line {
  const sum = (pick: (one: QueueStats) => number) =>
    [...stats.values()].reduce((all, one) => all + pick(one), 0)
  const judged = sum((one) => one.answered + one.abandoned - one.abandonedInTarget)
  return [
    left('all', 17, 'dim'),
    right(String(sum((one) => one.waiting)), 8),
    right('', 8),
    right(String(sum((one) => one.callbacksWaiting)), 11),
    right(String(sum((one) => one.inService)), 12),
    right('', 12),
    level(
      sum((one) => one.answeredInTarget),
      judged,
    ),
  ]
}

function agents({ agents: counts }: DayPicture): Line {
  return [
    left('agents', 17, 'dim'),
    span(`${counts.ready} ready`, 'good'),
    span(' · '),
    span(`${counts.busy} with customers`, 'strong'),
    span(' · '),
    span(`${counts.paused} on a break`, counts.paused === 0 ? 'dim' : 'plain'),
    span(' · '),
    span(`${counts.leaving} finishing`, counts.leaving === 0 ? 'dim' : 'plain'),
    span(' · '),
    span(`${counts.away} not at work`, 'dim'),
  ]
}

function totals({ promises, log, commandsPerSecond, violations }: DayPicture): Line {
  const { kept, broken } = promises
  return [
    left('promises', 17, 'dim'),
    span(`${kept} kept`, kept === 0 ? 'dim' : 'good'),
    span(' · '),
    span(`${broken} broken`, broken === 0 ? 'dim' : 'bad'),
    span('   '),
    span(`log ${log.records.toLocaleString('en')} records, ${bytesShown(log.bytes)}`, 'dim'),
    span(` · ${Math.round(commandsPerSecond)} commands/s`, 'dim'),
    span('   '),
    span(`${violations} violations`, violations === 0 ? 'dim' : 'bad'),
  ]
}

function stories({ stories: told, midnightMs }: DayPicture): Line[] {
  const lines: Line[] = told
    .slice(-STORIES)
    .map(({ atMs, text }) => [
      span(`${clockTime(atMs - midnightMs)}  `, 'dim'),
      span(clipped(text, FRAME_COLUMNS - 7)),
    ])
  while (lines.length < STORIES) lines.push([])
  return lines
}
