/**
 * One side of one case at one size: `node --expose-gc measure.ts ours|floor CASE SIZE COMMANDS
 * RUNS`. A process of its own, so that nothing else's garbage or compiled code is measured. A
 * benchmark has it run by turns with the other side; started by hand, it is what to give to
 * --cpu-prof.
 */
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mean, percentile } from '../statistics.ts'
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

export interface Memory {
  readonly bytes_per_contact: number
  readonly bytes_per_agent: number
}

export interface Run {
  readonly mean_us: number
  /**
   * Processor time of the thread for each command, with the load's own choice: hears nothing of
   * other processes.
   */
  readonly cpu_us: number
  readonly p50_us: number
  readonly p99_us: number
  readonly p999_us: number
  readonly max_us: number
  readonly gc_max_ms: number
  /** Of all runs so far. */
  readonly rows_max: number
  /** Mean us by kind of command. */
  readonly kinds: Readonly<Record<string, number>>
}

interface Side {
  readonly name: CaseName
  readonly subject: Subject
  readonly load: Load
  /** Of the plan, which the load drops as everybody has signed in. */
  readonly planBytes: number
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
  const before = heldBytes()
  const load = new Load(planOf(name, size, new Random(SEED)), name, size, new Random(SEED + 1))
  const planBytes = heldBytes() - before
  const samples = new Float64Array(commands)
  return { name, subject, load, planBytes, samples, kinds: [], rowsMax: 0, ticked: 0 }
}

/** Builds it up and tells what it holds; what the load keeps of a contact is some bytes of it. */
function build({ subject, load, planBytes }: Side, size: Size): Memory {
  const empty = heldBytes()
  for (const command of load.setUp()) {
    subject.apply(command, load.time)
    subject.tell(load)
  }
  const staffed = heldBytes()
  for (let command = load.fill(); command !== undefined; command = load.fill()) {
    subject.apply(command, load.time)
    subject.tell(load)
  }
  const filled = heldBytes()
  return {
    bytes_per_agent: (staffed - empty + planBytes) / size.agents,
    // Some megabytes are made at once whatever is held: of few contacts the share of one says
    // nothing.
    bytes_per_contact: load.open < CONTACTS_WEIGHED_MIN ? 0 : (filled - staffed) / load.open,
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
    after(side, at, load.isNewClass ? 'newClass' : command.kind)
    at += 1
  }
  kinds.length = samples.length
}

function after(side: Side, at: number, kind: string): void {
  side.kinds[at] = kind
  side.subject.tell(side.load)
  side.rowsMax = Math.max(side.rowsMax, side.subject.touched())
}

function meansByKind({ kinds, samples }: Side): Record<string, number> {
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

/** Of the case `new-class` only the commands that it is about. */
const shownSamples = ({ name, kinds, samples }: Side): Float64Array =>
  name === 'new-class' ? samples.filter((_, at) => kinds[at] === 'newClass') : samples.slice()

async function measured(side: Side): Promise<Run> {
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
  const samples = shownSamples(side)
  const sorted = samples.slice().sort()
  return {
    mean_us: mean(samples),
    cpu_us: (user + system) / side.samples.length,
    p50_us: percentile(sorted, 0.5),
    p99_us: percentile(sorted, 0.99),
    p999_us: percentile(sorted, 0.999),
    max_us: sorted.at(-1) ?? 0,
    gc_max_ms: Math.max(0, ...pauses),
    rows_max: side.rowsMax,
    kinds: meansByKind(side),
  }
}

const took = (entry: PerformanceEntry): number => entry.duration

async function main(): Promise<void> {
  const [whose, nameGiven, sizeGiven, commands = '40000', runs = '5'] = process.argv.slice(2)
  const name = caseNames.find((one) => one === nameGiven)
  const size = Object.entries(sizes).find(([one]) => one === sizeGiven)?.[1]
  if (name === undefined || size === undefined) throw new Error('measure.ts ours|floor CASE SIZE')
  const subject = whose === 'floor' ? new BareSubject() : new RoutingSubject()
  const side = sideOf(subject, name, size, Number(commands))
  const memory = build(side, size)
  // The first run warms up: the compiler, and the records that are forgotten as others come.
  await measured(side)
  if (process.send === undefined) {
    console.log(JSON.stringify(memory))
    for (let left = Number(runs); left > 0; left--) {
      console.log(JSON.stringify(await measured(side)))
    }
    return
  }
  process.on('message', () => void measured(side).then((result) => process.send?.(result)))
  process.send(memory)
}

await main()
