import { type Day, HOUR, MINUTE, shortened, withoutCallbacks } from '../day/day.ts'
import { DAY_KINDS } from '../day/demand.ts'
import { type DayKey, keyOf, nameOf } from '../day/day-name.ts'
import { generateDay } from '../day/generate.ts'
import { pastIntervals } from '../day/history.ts'
import { DEMO_POOL } from '../day/pool.ts'
import { siteAt } from '../platform/connection.ts'
import { namePoolByTime, nameOfPool } from '../platform/found-pool.ts'
import { ACCESS_FLAGS, accessOf } from './access-flags.ts'
import {
  choice,
  duration,
  flag,
  flagLines,
  hostsAndPorts,
  number,
  readFlags,
  text,
  UsageError,
  type Values,
  whole,
} from './flags.ts'
import { printReport } from './outcome.ts'
import { Interrupted, runDay } from './run-day.ts'
import { KAFKA_SPEED_MAX, ownServer, runningServer, type Server, serverOnKafka } from './server.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  day: choice(
    'an ordinary day; one with 1.6 times the contacts from 11:00; or one with few calls ' +
      'and many mails in the morning, and a surge of calls from two to five',
    DAY_KINDS,
    'ordinary',
  ),
  seed: whole('N', 'the same seed gives the same day', {
    min: 0,
    max: 2 ** 31 - 1,
    unit: '',
    fallback: 1,
  }),
  speed: number(
    'N',
    "the day runs N times as fast as the wall clock; with --target: the server's",
    {
      min: 1,
      max: 1000,
      unit: 'times',
      fallback: 300,
    },
  ),
  duration: duration('how much of the day contacts come; then all is served out', 'the whole day'),
  data: text('DIR', 'keep the log here, and go on with the day that is there', 'a temporary one'),
  target: hostsAndPorts('drive these replicas of routing instead of our own', 'none'),
  skills: hostsAndPorts('with --target: replicas of skills', 'the same'),
  forecasting: hostsAndPorts('with --target: replicas of forecasting', 'the same'),
  reallocation: hostsAndPorts('with --target: replicas of reallocation', 'the same'),
  kafka: hostsAndPorts(
    `processes of our own on this cluster, at most ${KAFKA_SPEED_MAX} times as fast`,
    'none',
  ),
  'no-callbacks': flag(
    'nobody is called back: the same day at the same staff, to compare with; of a day that is begun',
  ),
  'no-reallocation': flag('nobody is moved between channels: the same day, to compare with'),
  ...ACCESS_FLAGS,
  json: flag('print the report as JSON'),
  frame: text('FILE', 'write a picture (SVG) of the busiest moment of the view', 'none'),
} as const

/** Monday, 2 March 2026, 07:00: some day; its date means nothing. */
const OPEN_MS = Date.UTC(2026, 2, 2, 7)
const OPEN_SINCE_MIDNIGHT_MS = 7 * HOUR
const DAY_MS = 13 * HOUR
/** Enough for a forecast that knows how good it is. */
const PAST_WEEKS = 8
/** A new log begins this much earlier, and on a running server the day opens this much later. */
const LEAD_MS = 3 * MINUTE

function help(): string {
  return [
    'Usage: evenkeel demo [flags]',
    '',
    'A day of a contact centre with 42 agents, from 07:00 to 20:00: a simulated platform with',
    'customers, a telephone switch and agents drives Evenkeel through its public API. Shows the',
    'day as it goes and reports on it. The parameters are those published for a bank.',
    '',
    'What the view shows of each queue: who waits on the line, and who at home for a callback;',
    'the longest wait of both; who is served; the free ones of the agents at work who have the',
    'skills, many of whom serve several queues; and the share that was answered in its target.',
    '',
    ...flagLines(FLAGS),
    '',
    'Exit codes: 0 done, 1 violations found, 2 wrong usage.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals[0]}`)
  const server = await serverFor(values)
  try {
    const key = await keyOn(server, values, terminal)
    const midnightMs = key.openMs - OPEN_SINCE_MIDNIGHT_MS
    const { seed } = key
    const title = `a simulated ${key.kind} day, seed ${seed}`
    const command = `npx evenkeel demo --day ${key.kind} --seed ${seed}`
    const view = { title, command, picture: values.frame, midnightMs, seed }
    const whole = { ...dayOf(key), movesStaff: !values['no-reallocation'] }
    const day = values['no-callbacks'] ? withoutCallbacks(whole) : whole
    const report = await runDay({ day, server, ...view }, terminal)
    printReport(report, values.json, terminal)
    return report.violations > 0 ? EXIT.failed : EXIT.done
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    return EXIT.interrupted
  } finally {
    await server.close()
  }
}

async function serverFor(values: Values<typeof FLAGS>): Promise<Server> {
  const { speed, target, skills, forecasting, reallocation, data, kafka } = values
  if (target !== undefined && data !== undefined) {
    throw new UsageError('--data is for a server of our own, --target for one that runs: not both')
  }
  const elsewhere = { skills, forecasting, reallocation }
  const named = Object.entries(elsewhere).find(([, at]) => at !== undefined)?.[0]
  if (target === undefined && named !== undefined) {
    throw new UsageError(`--${named} says where the ${named} service of --target is`)
  }
  if (kafka !== undefined) {
    if (target !== undefined || data !== undefined) {
      throw new UsageError('--kafka is for processes of our own: neither --target nor --data')
    }
    return serverOnKafka({ brokers: kafka, speed, startMs: OPEN_MS - LEAD_MS })
  }
  if (target !== undefined) {
    const access = accessOf(values)
    const there = siteAt(...target)
    const site = {
      ...there,
      skills: skills ?? there.skills,
      forecasting: forecasting ?? there.forecasting,
      reallocation: reallocation ?? there.reallocation,
    }
    return runningServer({ ...site, access }, speed)
  }
  return ownServer({ dataDirectory: data, speed, startMs: OPEN_MS - LEAD_MS })
}

function dayOf(key: DayKey): Day {
  const { kind, seed, openMs, durationMs } = key
  const past = pastIntervals(kind, seed, openMs, PAST_WEEKS)
  const day = shortened(generateDay(kind, seed, openMs), durationMs)
  return { ...day, past, displayName: nameOf(key) }
}

/** The day that the server has begun, or the one that was asked for. */
async function keyOn(
  server: Server,
  values: Values<typeof FLAGS>,
  terminal: Terminal,
): Promise<DayKey> {
  const { day: kind, seed, duration: durationMs = DAY_MS } = values
  const asked = { kind, seed, durationMs, openMs: OPEN_MS }
  const begun = keyOf((await firstAnswer(server, values, terminal)) ?? '')
  if (begun !== undefined) {
    terminal.err(`going on with the ${nameOf(begun)}\n`)
    return begun
  }
  if (values.target === undefined) return asked
  const opening = (serverMs: number) => Math.ceil((serverMs + LEAD_MS) / MINUTE) * MINUTE
  await namePoolByTime(server.site, DEMO_POOL, (serverMs) =>
    nameOf({ ...asked, openMs: opening(serverMs) }),
  )
  return keyOf((await nameOfPool(server.site, DEMO_POOL)) ?? '') ?? asked
}

/** Real time after which somebody wonders whether a silent command is alive. */
const SILENT_MS = 2000

/** The name of the day's pool. Rejects with Interrupted when somebody would not wait for it. */
async function firstAnswer(
  { site }: Server,
  { target }: Values<typeof FLAGS>,
  terminal: Terminal,
): Promise<string | undefined> {
  const { interrupted } = terminal
  const tell = () => terminal.err(`waiting for ${target?.join(', ')} to answer; ^C ends it\n`)
  const timer = target === undefined ? undefined : setTimeout(tell, SILENT_MS)
  try {
    return await nameOfPool(site, DEMO_POOL, interrupted)
  } catch (error) {
    throw interrupted.aborted ? new Interrupted('interrupted') : error
  } finally {
    clearTimeout(timer)
  }
}

export const demo: Command = {
  name: 'demo',
  summary: 'a simulated day, with a live view and a report',
  help,
  run,
}
