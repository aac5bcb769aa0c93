import {
  ListRosterRequest,
  ListRosterResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import { begins, centreOf, DAY_S, POOL } from './centre.ts'

/** Agents of a page: the most there may be. */
const PAGE = 500
/** What a day of 10,000 agents may take. */
const MS_MAX = 50
const SIZES = { '1k': 1_000, '10k': 10_000, '50k': 50_000 } as const
/** Lists of a run. */
const RUNS = 20

type Centre = Awaited<ReturnType<typeof centreOf>>

/** Requests of all pages of the day; none knows its token before the answer before. */
async function pagesOf(centre: Centre) {
  const requests: Uint8Array[] = []
  const answers: ListRosterResponse[] = []
  let pageToken = ''
  do {
    const request = ListRosterRequest.fromPartial({
      ...{ pool: POOL, pageSize: PAGE, pageToken },
      ...{ from: { seconds: begins }, until: { seconds: begins + DAY_S } },
    })
    const bytes = ListRosterRequest.encode(request).finish()
    const answer = ListRosterResponse.decode(await centre.listRoster(bytes))
    requests.push(bytes)
    answers.push(answer)
    pageToken = answer.nextPageToken
  } while (pageToken !== '')
  return { requests, answers }
}

async function timed(runs: number, once: () => Promise<void> | void): Promise<Float64Array> {
  const ms = new Float64Array(runs)
  for (let at = 0; at < runs; at++) {
    const before = performance.now()
    await once()
    ms[at] = performance.now() - before
  }
  return ms.sort()
}

async function measured(agents: number, pairs: number, runs: number) {
  const centre = await centreOf(agents)
  try {
    const { requests, answers } = await pagesOf(centre)
    const found = answers.reduce((sum, answer) => sum + answer.agents.length, 0)
    if (found !== agents) throw new Error(`${found} of ${agents} agents were listed`)
    const mine: Float64Array[] = []
    const bare: Float64Array[] = []
    for (let pair = 0; pair < pairs; pair++) {
      const all = async () => {
        for (const request of requests) await centre.listRoster(request)
      }
      mine.push(await timed(runs, all))
      const bytes = () => {
        for (const answer of answers) ListRosterResponse.encode(answer).finish()
      }
      bare.push(await timed(runs, bytes))
    }
    return { mine, bare, pages: requests.length }
  } finally {
    await centre.stop()
  }
}

export const roster: Benchmark = {
  name: 'roster',
  summary:
    'ms of ListRoster for a day of 10,000 agents, all pages of 500, from bytes to bytes; floor: encoding the same answers; it may take 50 ms',
  async run({ only, pairs, smoke }, told) {
    const usual = smoke ? '1k' : '10k'
    for (const [size, agents] of Object.entries(SIZES)) {
      if (only.length > 0 ? !only.includes(size) : size !== usual) continue
      const { mine, bare, pages } = await measured(agents, pairs, smoke ? 2 : RUNS)
      const half = (ms: Float64Array) => percentile(ms, 0.5)
      const value = median(mine.map(half))
      told({
        ...{ name: `roster ${size}`, unit: 'ms', value, floor: median(bare.map(half)) },
        ratio: median(mine.map((ms, at) => half(bare[at] ?? ms) / half(ms))),
        ...{ p50: value, p99: median(mine.map((ms) => percentile(ms, 0.99))) },
        more: { a_page: value / pages, of_allowed: value / ((MS_MAX * agents) / 10_000) },
      })
    }
  },
}
