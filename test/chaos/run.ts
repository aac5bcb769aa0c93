import { setTimeout as pause } from 'node:timers/promises'
import { Book } from './book/book.ts'
import { type PoolGap, type Span, worstGap } from './book/gaps.ts'
import { answersOf, differences, endsOf, furthest } from './check/api.ts'
import { figuresOf } from './check/figures.ts'
import { judge, type Judged } from './check/judge.ts'
import type { Fault, Scene, Seen } from './faults/fault.ts'
import { Load } from './load/load.ts'
import type { LoadPlan } from './load/plan.ts'
import { setUp } from './load/set-up.ts'
import { Targets } from './load/targets.ts'
import { serving, type World } from './world/world.ts'

export interface RunOptions {
  readonly world: World
  readonly faults: readonly Fault[]
  readonly plan: LoadPlan
  /** Of load between two faults. */
  readonly calmMs: number
  readonly told: (line: string) => void
}

export interface FaultOutcome {
  readonly row: string
  readonly what: string
  readonly must: string
  /** Longest time in which one pool had no acknowledged submission, and no offer. */
  readonly submissionGap: PoolGap
  readonly offerGap: PoolGap
  /** From the hurt until all went on, and from the end of the hurt. */
  readonly hurtMs: number
  readonly resumedMs: number | undefined
  readonly refused: Readonly<Record<string, number>>
  readonly repeated: number
  readonly more: Readonly<Record<string, number | string>>
  readonly findings: readonly string[]
  readonly late: readonly string[]
}

export interface Outcome extends Judged {
  readonly world: string
  /** What the processes have logged as errors; halts that were brought about are among them. */
  readonly errors: readonly string[]
  readonly load: LoadPlan
  readonly seconds: number
  readonly faults: Readonly<Record<string, FaultOutcome>>
}

/** After the end of a hurt, everything must go on within this. */
const RESUME_MS = 60_000
const LOOK_MS = 50

/** Load, and one fault after the other; then what was acknowledged is held against what is there. */
export async function runChaos(options: RunOptions): Promise<Outcome> {
  const { world, plan, told } = options
  const book = new Book()
  const from = book.now()
  const routing = new Targets(serving(world, 'routing').map(({ grpc }) => grpc))
  const skills = new Targets(serving(world, 'skills').map(({ grpc }) => grpc))
  await setUp(book, routing, skills, plan)
  told(`${plan.pools} pools are set up on ${world.name}`)
  const load = new Load(book, routing, plan)
  try {
    load.begin()
    const faults = await befall(options, load, book)
    const stuck = await load.drain()
    told(`${book.acknowledged.length} acknowledgements; the load has drained`)
    load.close()
    const { judged, events, more } = await check(world, book, load, routing)
    const late = stuck.map((name) => `${name} did not end when it was asked to`)
    return {
      ...judged,
      findings: [...judged.findings, ...late, ...more],
      world: world.name,
      errors: world.members.flatMap((member) => member.errors),
      load: plan,
      seconds: Math.round((book.now() - from) / 1_000),
      events: events.length,
      faults,
    }
  } finally {
    load.close()
    routing.close()
    skills.close()
  }
}

export function sceneOf(world: World, load: Load, book: Book, told: Scene['told']): Scene {
  return {
    ...{ world, load, book, told },
    goesOn: async (from, withinMs) => (await stuck(load, book, from, withinMs)) === '',
  }
}

async function befall(options: RunOptions, load: Load, book: Book) {
  const { world, faults, calmMs, told } = options
  const scene = sceneOf(world, load, book, told)
  if (!(await scene.goesOn(book.now(), RESUME_MS))) throw new Error('the load does not begin')
  const outcomes: Record<string, FaultOutcome> = {}
  for (const fault of faults) {
    await pause(calmMs)
    told(`${fault.row} ${fault.name}: ${fault.what}`)
    const outcome = await one(fault, scene)
    outcomes[fault.name] = outcome
    const gap = `${Math.round(outcome.offerGap.ms)} ms without an offer`
    const { repeated, findings, late } = outcome
    told(`  ${gap}, ${repeated} repeats${listed('✖', findings)}${listed('late:', late)}`)
  }
  await pause(calmMs)
  return outcomes
}

const listed = (mark: string, findings: readonly string[]): string =>
  findings.map((finding) => `\n  ${mark} ${finding}`).join('')

async function one(fault: Fault, scene: Scene): Promise<FaultOutcome> {
  const { book, load } = scene
  const repeatedBefore = book.repeated
  const findings: string[] = []
  let seen: Seen
  const began = book.now()
  try {
    seen = await fault.befall(scene)
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    seen = { injectedAt: began, undoneAt: book.now(), findings: [`failed: ${what}`] }
  }
  findings.push(...seen.findings)
  const left = await stuck(load, book, seen.undoneAt, RESUME_MS)
  const until = book.now()
  if (left !== '') findings.push(`not everything went on within ${RESUME_MS / 1_000} s: ${left}`)
  const span: Span = { from: seen.injectedAt, until }
  const submitted = book.acknowledged.filter(({ deed }) => deed.kind === 'submitted')
  return {
    ...{ row: fault.row, what: fault.what, must: fault.must },
    submissionGap: worstGap(submitted, load.pools, span),
    offerGap: worstGap(book.offered, load.pools, span),
    hurtMs: seen.undoneAt - seen.injectedAt,
    resumedMs: left === '' ? until - seen.undoneAt : undefined,
    refused: refusedWithin(book, span),
    repeated: book.repeated - repeatedBefore,
    more: seen.more ?? {},
    findings,
    late: seen.late ?? [],
  }
}

export function refusedWithin(book: Book, span: Span): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { code, retryable, at } of book.refused) {
    if (!retryable || at < span.from || at > span.until) continue
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

/**
 * Resolves with nothing when every pool's customers have come through and been offered since `from`
 * and every agent has a line; with what is missing when that is not so in time.
 */
async function stuck(load: Load, book: Book, from: number, withinMs: number): Promise<string> {
  const giveUpAt = book.now() + withinMs
  for (;;) {
    const acknowledged = poolsSince(book.acknowledged, from)
    const offered = poolsSince(book.offered, from)
    const missing = [
      ...load.pools
        .filter((pool) => !acknowledged.has(pool))
        .map((pool) => `${pool} hears nothing`),
      ...load.pools.filter((pool) => !offered.has(pool)).map((pool) => `${pool} has no offer`),
    ]
    if (load.seated() < load.agents) missing.push(`${load.agents - load.seated()} without a line`)
    if (missing.length === 0) return ''
    if (book.now() > giveUpAt) return missing.join(', ')
    await pause(LOOK_MS)
  }
}

function poolsSince(
  moments: readonly { readonly pool: string; readonly at: number }[],
  from: number,
): ReadonlySet<string> {
  const pools = new Set<string>()
  for (let at = moments.length - 1; at >= 0; at -= 1) {
    const moment = moments[at]
    if (moment === undefined || moment.at < from) break
    pools.add(moment.pool)
  }
  return pools
}

async function check(world: World, book: Book, load: Load, routing: Targets) {
  const positions = furthest(book)
  const answers = await Promise.all(
    routing.all.map((clients) => answersOf(clients, load.pools, positions)),
  )
  const figures = await Promise.all(world.members.map(figuresOf))
  const { judged, events } = judge(book, await world.events())
  const ends = endsOf(events)
  const more = answers.flatMap(({ states, findings }, at) => [
    ...findings,
    ...differences(states, ends, routing.all[at]?.address ?? ''),
  ])
  return { judged, events, more: [...more, ...figures.flat()] }
}
