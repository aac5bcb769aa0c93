import type { ChildProcess } from 'node:child_process'
import type { Result, RunOptions } from '../result.ts'
import { median } from '../statistics.ts'
import type { Answer, Ask, Mode } from './messages.ts'

const RATE_FIRST = 400
const RATE_MAX = 40_000
/**
 * From the last rate that was kept to the first that was not, capacity is looked for in so many
 * steps.
 */
const STEPS = 4
const SHARES = [0.25, 0.5, 0.75] as const

/** A server and the client process that loads it. */
export interface Side {
  readonly client: ChildProcess
  close(): Promise<void>
}

export interface Sides {
  readonly ours: Side
  readonly floor: Side
}

export interface Subject {
  readonly name: string
  /** A rate is kept while 99 of 100 contacts are offered within this. */
  readonly p99MsMax: number
}

export function ask(client: ChildProcess, question: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the client has ended'))
    client.once('exit', ended)
    client.once('message', (answer: Answer) => {
      client.off('exit', ended)
      resolve(answer)
    })
    client.send(question)
  })
}

/**
 * The highest rate, of those tried, at which 99 of 100 contacts were offered in time in most
 * quarter seconds: where other processes share the machine, whole runs would measure those. The p99
 * printed are of whole runs.
 */
export async function capacityOf(
  side: Side,
  mode: Mode,
  ms: number,
  p99MsMax: number,
): Promise<number> {
  const holds = async (perSecond: number) => {
    const answer = await ask(side.client, { kind: 'run', mode, perSecond, ms })
    return answer.failure === '' && answer.lost === 0 && answer.windowP99Ms <= p99MsMax
  }
  let good = 0
  let bad = RATE_FIRST
  // One stumble is forgiven: other processes share the machine.
  while (bad < RATE_MAX && ((await holds(bad)) || (await holds(bad)))) {
    good = bad
    bad *= 2
  }
  for (let step = 0; step < STEPS; step++) {
    const middle = Math.round((good + bad) / 2)
    if ((await holds(middle)) || (await holds(middle))) good = middle
    else bad = middle
  }
  return good
}

export async function runMode(
  sides: Sides,
  mode: Mode,
  { name, p99MsMax }: Subject,
  options: RunOptions,
): Promise<Result> {
  const ms = options.smoke ? 200 : 2_000
  const warm = { kind: 'run', mode, perSecond: 200, ms } as const
  for (const side of [sides.ours, sides.floor]) await ask(side.client, warm)
  const ours: number[] = []
  const floor: number[] = []
  for (let pair = 0; pair < options.pairs; pair++) {
    ours.push(await capacityOf(sides.ours, mode, ms, p99MsMax))
    floor.push(await capacityOf(sides.floor, mode, ms, p99MsMax))
  }
  const capacity = median(ours)
  const more: Record<string, number> = {}
  let half = { p50Ms: 0, p99Ms: 0 }
  for (const share of SHARES) {
    const at = async (side: Side, whole: number) => {
      const perSecond = Math.max(1, whole * share)
      const runs: Answer[] = []
      for (let pair = 0; pair < options.pairs; pair++) {
        runs.push(await ask(side.client, { kind: 'run', mode, perSecond, ms }))
      }
      const p50Ms = median(runs.map((run) => run.p50Ms))
      return { p50Ms, p99Ms: median(runs.map((run) => run.p99Ms)) }
    }
    const percent = share * 100
    const mine = await at(sides.ours, capacity)
    const bare = await at(sides.floor, median(floor))
    more[`p50_ms_${percent}`] = mine.p50Ms
    more[`p99_ms_${percent}`] = mine.p99Ms
    more[`floor_p99_ms_${percent}`] = bare.p99Ms
    if (share === 0.5) half = mine
  }
  const ratio = median(ours.map((one, pair) => one / Math.max(1, floor[pair] ?? 1)))
  return {
    name: `${name} ${mode}`,
    unit: 'assignments/s',
    value: capacity,
    floor: median(floor),
    ratio,
    p50: half.p50Ms,
    p99: half.p99Ms,
    more: { ...more, least: Math.min(...ours), most: Math.max(...ours) },
  }
}
