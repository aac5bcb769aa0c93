/**
 * One case at one size, ours and the floor by turns: `node --expose-gc measure.ts CASE SIZE PAIRS
 * COMMANDS [SIDE]`. A process of its own, so that no other case's garbage or compiled code is
 * measured; also what to give to --cpu-prof.
 */
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mean, median, percentile } from '../statistics.ts'
import { BareSubject } from './bare.ts'
import { Load } from './load.ts'
import { type CaseName, caseNames, planOf, type Size, sizes } from './plan.ts'
import { Random } from './random.ts'
import { RoutingSubject } from './routing.ts'
import type { Subject } from './subject.ts'

const SEED = 20_260_105
/** A leader ticks before each batch: so many commands come in one while it is busy. */
const COMMANDS_PER_TICK = 16
const KINDS_SHOWN = 12
const CONTACTS_WEIGHED_MIN = 5_000

export interface Measured {
  readonly case: string
  readonly size: string
  readonly pairs: number
  readonly commands: number
  readonly mean_us: number
  /**
   * Processor time of the thread for each command, with the load's own choice: hears nothing of
   * other processes.
   */
  readonly cpu_us: number
  readonly floor_us: number
  readonly ratio: number
  readonly p50_us: number
  readonly p99_us: number
  readonly p999_us: number
  readonly max_us: number
  readonly gc_max_ms: number
  readonly bytes_per_contact: number
  readonly bytes_per_agent: number
  readonly rows_max: number
  /** Mean us by kind of command. */
  readonly kinds: Readonly<Record<string, number>>
}

interface Side {
  readonly subject: Subject
  readonly load: Load
  readonly samples: Float64Array
  readonly kinds: string[]
  rowsMax: number
  ticked: number
}

/** What is held after a collection; buffers outside the heap among it. */
function heldBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function sideOf(subject: Subject, name: CaseName, size: Size, commands: number): Side {
  const load = new Load(planOf(name, size, new Random(SEED)), name, size, new Random(SEED + 1))
  const samples = new Float64Array(commands)
  return { subject, load, samples, kinds: [], rowsMax: 0, ticked: 0 }
}

function setUp({ subject, load }: Side): void {
  for (const command of load.setUp()) {
    subject.apply(command, load.time)
    subject.tell(load)
  }
}

function fill({ subject, load }: Side): void {
  for (let command = load.fill(); command !== undefined; command = load.fill()) {
    subject.apply(command, load.time)
    subject.tell(load)
  }
}

/** Commands of one run, each timed alone; what prepares the next one is not. */
function run(side: Side): void {
  const { subject, load, samples, kinds } = side
  for (let at = 0; at < samples.length; ) {
    const due = side.ticked++ % (COMMANDS_PER_TICK + 1) === 0
    for (let more = due; more && at < samples.length; at++) {
      const began = performance.now()
      more = subject.tick(load.time)
      samples[at] = (performance.now() - began) * 1_000
      after(side, at, 'tick')
    }
    if (at === samples.length) break
    const command = load.next()
    const { time } = load
    const began = performance.now()
    subject.apply(command, time)
    samples[at] = (performance.now() - began) * 1_000
    after(side, at, command.kind)
    at += 1
  }
  kinds.length = samples.length
}

function after(side: Side, at: number, kind: string): void {
  side.kinds[at] = kind
  side.subject.tell(side.load)
  side.rowsMax = Math.max(side.rowsMax, side.subject.touched())
}

function meansByKind(kinds: readonly string[], samples: Float64Array): Record<string, number> {
  const sums = new Map<string, { count: number; sum: number }>()
  for (const [at, kind] of kinds.entries()) {
    const sum = sums.get(kind) ?? { count: 0, sum: 0 }
    sums.set(kind, sum)
    sum.count += 1
    sum.sum += samples[at] ?? 0
  }
  const means = [...sums].map(([kind, { count, sum }]) => [kind, sum / count] as const)
  return Object.fromEntries(means.slice(0, KINDS_SHOWN))
}

interface Memory {
  readonly bytesPerAgent: number
  readonly bytesPerContact: number
}

/**
 * Builds one side up; what the load itself holds of a contact (its names in bags) is taken off by
 * the floor's measure.
 */
function build(side: Side, size: Size): Memory {
  const empty = heldBytes()
  setUp(side)
  const staffed = heldBytes()
  fill(side)
  const filled = heldBytes()
  return {
    bytesPerAgent: (staffed - empty) / size.agents,
    // Some megabytes are made at once whatever is held: of few contacts the share of one says
    // nothing.
    bytesPerContact:
      side.load.open < CONTACTS_WEIGHED_MIN ? 0 : (filled - staffed) / side.load.open,
  }
}

/** What the load keeps of each contact, to be taken off. */
function loadBytes(name: CaseName, size: Size): number {
  const load = new Load(planOf(name, size, new Random(SEED)), name, size, new Random(SEED + 1))
  const before = heldBytes()
  while (load.open < load.target) load.fill()
  const bytes = (heldBytes() - before) / Math.max(1, load.open)
  return load.open === load.target ? bytes : 0
}

interface Runs {
  readonly means: number[]
  readonly cpuUs: number[]
  readonly gcMs: number[]
  readonly sorted: Float64Array[]
}

async function main(): Promise<void> {
  const [nameGiven, sizeGiven, pairsGiven = '5', commandsGiven = '40000', only] =
    process.argv.slice(2)
  const name = caseNames.find((one) => one === nameGiven)
  const size = Object.entries(sizes).find(([one]) => one === sizeGiven)?.[1]
  if (name === undefined || size === undefined) throw new Error('measure.ts CASE SIZE')
  const pairs = Number(pairsGiven)
  const commands = Number(commandsGiven)
  const held = loadBytes(name, size)
  const ours = sideOf(new RoutingSubject(), name, size, commands)
  const memory = build(ours, size)
  const floor = sideOf(new BareSubject(), name, size, commands)
  build(floor, size)
  const oursRuns: Runs = { means: [], cpuUs: [], gcMs: [], sorted: [] }
  const floorRuns: Runs = { means: [], cpuUs: [], gcMs: [], sorted: [] }
  // The first pair warms up: the compiler, and the records that are forgotten as others come.
  for (let pair = -1; pair < pairs; pair++) {
    if (only !== 'floor') await measured(ours, pair < 0 ? undefined : oursRuns)
    if (only !== 'ours') await measured(floor, pair < 0 ? undefined : floorRuns)
  }
  const result: Measured = {
    case: name,
    size: sizeGiven ?? '',
    pairs,
    commands,
    ...timesOf(oursRuns, floorRuns),
    bytes_per_contact: Math.max(0, memory.bytesPerContact - held),
    bytes_per_agent: memory.bytesPerAgent,
    rows_max: ours.rowsMax,
    kinds: meansByKind(ours.kinds, ours.samples),
  }
  console.log(JSON.stringify(result))
}

function timesOf(ours: Runs, floor: Runs) {
  const at = (share: number) => median(ours.sorted.map((one) => percentile(one, share)))
  return {
    mean_us: median(ours.means),
    cpu_us: median(ours.cpuUs),
    floor_us: median(floor.means),
    ratio: median(ours.means.map((one, pair) => (floor.means[pair] ?? 0) / one)),
    p50_us: at(0.5),
    p99_us: at(0.99),
    p999_us: at(0.999),
    max_us: Math.max(0, ...ours.sorted.map((one) => one.at(-1) ?? 0)),
    gc_max_ms: Math.max(0, ...ours.gcMs),
  }
}

async function measured(side: Side, runs: Runs | undefined): Promise<void> {
  globalThis.gc?.()
  const pauses: number[] = []
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries().map(took)))
  observer.observe({ entryTypes: ['gc'] })
  const cpu = process.threadCpuUsage()
  run(side)
  const { user, system } = process.threadCpuUsage(cpu)
  await nextTurn()
  pauses.push(...observer.takeRecords().map(took))
  observer.disconnect()
  if (runs === undefined) return
  runs.means.push(mean(side.samples))
  runs.cpuUs.push((user + system) / side.samples.length)
  runs.gcMs.push(Math.max(0, ...pauses))
  runs.sorted.push(side.samples.slice().sort())
}

const took = (entry: PerformanceEntry): number => entry.duration

await main()
