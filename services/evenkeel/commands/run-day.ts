import { writeFileSync } from 'node:fs'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { createLogUpdate } from 'log-update'
import type { Day } from '../day/day.ts'
import { MINUTE } from '../day/day.ts'
import { type Look, Platform } from '../platform/platform.ts'
import { type Report, reportOf } from '../report.ts'
import { toAnsi } from '../view/ansi.ts'
import { type AgentCounts, type Canvas, dayFrame, type DayPicture } from '../view/day-view.ts'
import { clockTime } from '../view/frame.ts'
import { toSvg } from '../view/svg.ts'
import type { Server } from './server.ts'
import type { Terminal } from './terminal.ts'

export interface DayRun {
  readonly day: Day
  /** What day it is, for people. */
  readonly title: string
  readonly server: Server
  readonly seed: number
  /** The command line that gives this day again. */
  readonly command: string
  /** Where the picture of the busiest moment goes; undefined: nowhere. */
  readonly picture: string | undefined
  readonly midnightMs: number
}

/** Somebody asked the command to end before the day was over. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * Real time between two pictures, two looks at the log's size, and a share of the day between two
 * lines.
 */
const PICTURE_MS = 125
const HEALTH_MS = 1000
const LINE_SHARE = 0.05
/** Log time between two bars of a history. */
const SAMPLE_MS = 15 * MINUTE
const SAMPLES_MOST = 96
/** The picture for a page. */
const PAGE: Canvas = { columns: 96, rows: 22 }

/** Lets the day happen, shows it, and tells what came of it. */
export async function runDay(run: DayRun, terminal: Terminal): Promise<Report> {
  const { day, server, seed } = run
  const platform = new Platform({ site: server.site, day, clock: server.clock, seed })
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => reject(new Interrupted('interrupted'))
    if (terminal.interrupted.aborted) stop()
    terminal.interrupted.addEventListener('abort', stop, { once: true })
  })
  // Lost when the day ends first.
  interrupted.catch(() => {})
  const view = new DayView(run, platform, terminal)
  try {
    await Promise.race([platform.start(), platform.done, interrupted])
    view.start()
    await Promise.race([platform.done, interrupted])
    const figures = await platform.figures()
    platform.ledger.close()
    const { troubles, floor } = platform
    const told = { troubles: troubles.counts, floor: floor?.counts }
    return reportOf(figures, platform.ledger, !platform.continued, told)
  } finally {
    view.stop()
    platform.stop()
  }
}

/**
 * Shows a day while it goes on: drawn over for a person, a line now and then for everybody else.
 */
class DayView {
  readonly #run: DayRun
  readonly #platform: Platform
  readonly #terminal: Terminal
  readonly #draw = createLogUpdate(process.stdout)
  readonly #history = new Map<string, number[]>()
  readonly #timers: NodeJS.Timeout[] = []
  #seen: Look | undefined
  #rate = 0
  #speed = 0
  #rateFrom: { answered: number; at: number; dayMs: number } | undefined
  #sampledAt = Number.NEGATIVE_INFINITY
  #told = 0
  #busiest = 0

  constructor(run: DayRun, platform: Platform, terminal: Terminal) {
    this.#run = run
    this.#platform = platform
    this.#terminal = terminal
  }

  start(): void {
    const { page } = this.#run.server
    if (!this.#terminal.live && page !== undefined)
      this.#terminal.err(`the day as a page: ${page}\n`)
    this.#timers.push(
      setInterval(() => this.#show(), PICTURE_MS),
      setInterval(() => void this.#lookAtLog(), HEALTH_MS),
    )
    this.#show()
    void this.#lookAtLog()
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    if (this.#terminal.live) this.#draw.done()
  }

  #show(): void {
    const picture = this.#picture()
    this.#sample(picture)
    if (this.#terminal.live) this.#draw(toAnsi(dayFrame(picture, canvas())))
    else this.#line(picture)
  }

  async #lookAtLog(): Promise<void> {
    this.#seen = (await this.#platform.look()) ?? this.#seen
    const answered = this.#platform.answered()
    const at = performance.now()
    const dayMs = this.#platform.scheduler.now()
    const from = this.#rateFrom
    this.#rateFrom = { answered, at, dayMs }
    if (from === undefined || at === from.at) return
    this.#rate = ((answered - from.answered) * 1000) / (at - from.at)
    this.#speed = (dayMs - from.dayMs) / (at - from.at)
  }

  #sample(picture: DayPicture): void {
    if (picture.nowMs < this.#sampledAt + SAMPLE_MS) return
    this.#sampledAt = picture.nowMs
    let all = 0
    for (const [queueId, stats] of picture.stats) {
      const waiting = stats.waiting + stats.callbacksWaiting
      const values = this.#history.get(queueId) ?? []
      this.#history.set(queueId, [...values, waiting].slice(-SAMPLES_MOST))
      all += waiting
    }
    if (this.#run.picture === undefined || all <= this.#busiest) return
    this.#busiest = all
    writeFileSync(
      this.#run.picture,
      toSvg(dayFrame({ ...picture, page: undefined }, PAGE), PAGE.columns, this.#run.command),
    )
  }

  #line(picture: DayPicture): void {
    const { nowMs, fromMs, untilMs, midnightMs } = picture
    const share = Math.min(1, (nowMs - fromMs) / (untilMs - fromMs))
    if (share < this.#told) return
    this.#told = (Math.floor(share / LINE_SHARE) + 1) * LINE_SHARE
    let waiting = 0
    let callbacks = 0
    for (const stats of picture.stats.values()) {
      waiting += stats.waiting
      callbacks += stats.callbacksWaiting
    }
    const { ledger } = this.#platform
    const percent = `${Math.max(0, Math.floor(share * 100))}%`.padStart(4)
    this.#terminal.err(
      `${clockTime(nowMs - midnightMs)} ${percent}  ${ledger.accepted} contacts, ` +
        `${waiting} waiting, ${callbacks} to be called back, ${ledger.violations} violations\n`,
    )
  }

  #picture(): DayPicture {
    const { day, title, midnightMs } = this.#run
    const platform = this.#platform
    const stats = [...platform.queues.values()]
    const health = this.#seen?.health
    return {
      title,
      nowMs: platform.scheduler.now(),
      fromMs: day.fromMs,
      untilMs: day.untilMs,
      midnightMs,
      speed: this.#speed,
      queues: day.queues,
      stats: platform.queues,
      history: this.#history,
      agents: agentCounts(platform),
      promises: {
        kept: stats.reduce((sum, one) => sum + one.promisesKept, 0),
        broken: stats.reduce((sum, one) => sum + one.promisesBroken, 0),
      },
      adherence: this.#seen?.adherence,
      log: { records: health?.logRecords ?? 0, bytes: health?.logBytes ?? 0 },
      commandsPerSecond: this.#rate,
      violations: platform.ledger.violations + (health?.violations ?? 0),
      page: this.#run.server.page,
      stories: platform.stories,
    }
  }
}

/** One row and column less than the terminal has: a full last line would scroll it. */
function canvas(): Canvas {
  const { columns, rows } = process.stdout
  return { columns: columns - 1, rows: rows - 1 }
}

function agentCounts(platform: Platform): AgentCounts {
  const counts = { ready: 0, busy: 0, paused: 0, leaving: 0, away: 0 }
  for (const desk of platform.desks) {
    const busy = platform.ledger.loadOf(desk.plan.agentId) > 0
    switch (desk.presence) {
      case Presence.PRESENCE_READY:
        counts[busy ? 'busy' : 'ready'] += 1
        break
      case Presence.PRESENCE_PAUSED:
        counts[busy ? 'busy' : 'paused'] += 1
        break
      case Presence.PRESENCE_DRAINING:
        counts.leaving += 1
        break
      default:
        counts.away += 1
    }
  }
  return counts
}
