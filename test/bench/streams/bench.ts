import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Side } from '../assign/measure.ts'
import { type Answer, type Centre } from '../assign/messages.ts'
import { sideOf } from '../assign/side.ts'
import type { Benchmark, Result, RunOptions } from '../result.ts'
import { median } from '../statistics.ts'
import type { Idle } from './messages.ts'
import { floor, type Held, ours } from './servers.ts'

const poolsOf = (count: number) => Array.from({ length: count }, (_, number) => `idle-${number}`)
const sizes: Readonly<Record<string, Idle>> = {
  '1k': { pools: poolsOf(10), agentsPerPool: 100, watchersPerPool: 10 },
  '10k': { pools: poolsOf(100), agentsPerPool: 100, watchersPerPool: 10 },
}
const USUAL = '10k'
const SMOKE: Idle = { pools: poolsOf(2), agentsPerPool: 20, watchersPerPool: 4 }
/** For whom contacts come, on both servers alike: all the streams that one of them has. */
const BUSY: Centre = { pools: ['busy'], agentsPerPool: 100 }
/** Little enough that neither server is busy: what is looked for is what the idle ones add. */
const PER_SECOND = 50
const RUN_MS = 10_000
/** What the design allows. */
const PERCENT_MAX = 3

interface Server {
  readonly held: Held
  readonly busy: Side
}

/** Everybody is there, but only the busy desks have a stream. */
async function serverOf(idle: Idle): Promise<Server> {
  const held = await ours(idle)
  try {
    await held.setUp()
    const { target } = held
    const busy = await sideOf({ routing: target, skills: target, close: async () => {} }, BUSY)
    return { held, busy }
  } catch (error) {
    await held.close()
    throw error
  }
}

interface Bytes {
  readonly streams: number
  readonly heldKb: number
  readonly residentKb: number
}

/** What each idle stream adds. */
async function opened(held: Held): Promise<Bytes> {
  const before = await held.look('memory')
  const streams = await held.open()
  const after = await held.look('memory')
  const each = (bytes: number) => bytes / streams / 1_000
  const heldKb = each(after.heldBytes - before.heldBytes)
  return { streams, heldKb, residentKb: each(after.residentBytes - before.residentBytes) }
}

/** Share of a core, in percent, with nothing to do. */
async function idlePercent({ held }: Server, ms: number): Promise<number> {
  const began = performance.now()
  const before = await held.look('cpu')
  await pause(ms)
  const after = await held.look('cpu')
  return (after.cpuUs - before.cpuUs) / 10 / (performance.now() - began)
}

interface Offers extends Answer {
  /** Processor time of the server for one contact. */
  readonly cpuMs: number
}

async function offers({ held, busy }: Server, ms: number): Promise<Offers> {
  const before = await held.look('cpu')
  const answer = await ask(busy.client, { kind: 'run', mode: 'stream', perSecond: PER_SECOND, ms })
  const { failure, lost } = answer
  if (failure !== '' || lost > 0) throw new Error(`${lost} not offered; ${failure}`)
  const after = await held.look('cpu')
  await held.check()
  return { ...answer, cpuMs: (after.cpuUs - before.cpuUs) / 1_000 / answer.offered }
}

function memoryResult(mine: Bytes, bare: Bytes): Result {
  const { heldKb: value } = mine
  return {
    ...{ name: 'streams memory', unit: 'kB/stream', value, floor: bare.heldKb },
    ...{ ratio: bare.heldKb / value, p50: value, p99: value },
    more: { streams: mine.streams, rss_kb: mine.residentKb, floor_rss_kb: bare.residentKb },
  }
}

function idleResult(many: readonly number[], few: readonly number[]): Result {
  const value = median(many)
  return {
    ...{ name: 'streams idle', unit: '% of a core', value, floor: PERCENT_MAX },
    ...{ ratio: PERCENT_MAX / value, p50: value, p99: Math.max(...many) },
    more: { few_percent: median(few) },
  }
}

function offersResult(many: readonly Offers[], few: readonly Offers[]): Result {
  const of = (answers: readonly Offers[], figure: 'p50Ms' | 'p99Ms' | 'cpuMs') =>
    median(answers.map((answer) => answer[figure]))
  return {
    ...{ name: 'streams offer', unit: 'ms (p99)', value: of(many, 'p99Ms') },
    floor: of(few, 'p99Ms'),
    ratio: median(many.map(({ p99Ms }, at) => (few[at]?.p99Ms ?? Number.NaN) / p99Ms)),
    ...{ p50: of(many, 'p50Ms'), p99: of(many, 'p99Ms') },
    more: {
      few_p50: of(few, 'p50Ms'),
      cpu_ms: of(many, 'cpuMs'),
      few_cpu_ms: of(few, 'cpuMs'),
    },
  }
}

export const streams: Benchmark = {
  name: 'streams',
  summary:
    '10,000 idle desks and 1,000 idle watchers on one server: memory, beside grpc-js alone; CPU, beside what the design allows; offers to 100 other desks, beside a server without the idle ones',
  async run(options, told) {
    const { only, smoke } = options
    const parts = only.filter((name) => !(name in sizes))
    for (const [name, idle] of Object.entries(sizes)) {
      if (!(parts.length === only.length ? name === USUAL : only.includes(name))) continue
      await measured(smoke ? SMOKE : idle, { ...options, only: parts }, (result) =>
        told({ ...result, name: `${result.name} ${smoke ? 'smoke' : name}` }),
      )
    }
  },
}

type Told = (result: Result) => void

async function measured(idle: Idle, { only, pairs, smoke }: RunOptions, told: Told): Promise<void> {
  const wants = (name: string) => only.length === 0 || only.includes(name)
  const ms = smoke ? 500 : RUN_MS
  const closers: (() => Promise<void>)[] = []
  const closing = <T extends Server>(server: T): T => {
    closers.push(server.held.close, server.busy.close)
    return server
  }
  try {
    const many = closing(await serverOf(idle))
    const mine = await opened(many.held)
    if (wants('memory')) {
      const bare = await floor(idle)
      closers.push(bare.close)
      told(memoryResult(mine, await opened(bare)))
      await bare.close()
      closers.pop()
    }
    if (!wants('idle') && !wants('offer')) return
    const few = closing(await serverOf(idle))
    const shares = { many: [] as number[], few: [] as number[] }
    const runs = { many: [] as Offers[], few: [] as Offers[] }
    for (let pair = 0; pair < pairs; pair++) {
      for (const [name, server] of Object.entries({ many, few }) as ['many' | 'few', Server][]) {
        if (wants('idle')) shares[name].push(await idlePercent(server, ms))
        if (wants('offer')) runs[name].push(await offers(server, ms))
      }
    }
    if (wants('idle')) told(idleResult(shares.many, shares.few))
    if (wants('offer')) told(offersResult(runs.many, runs.few))
  } finally {
    for (const close of closers.reverse()) await close()
  }
}
