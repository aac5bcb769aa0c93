// npm run simulate -- [--seeds N] [--seed S] [--mutations] [--json]
//
// Deterministic simulation of routing and skills. A seed is a world: a random platform with its
// customers, diallers, agents and supervisors, around the real cores and codecs, the real replicas
// (runner, append queue, ticker, publisher, bridge) and logs in memory on which everything may go
// wrong. One seeded generator, one simulated clock, one process: a seed always runs the same, so
// that a failure is replayed by its number.
//
//   world/      who does what: plan (a seed's configuration), deeds, calls that are repeated
//   trouble.ts  what befalls the machines      host.ts, machine.ts, turns.ts  processes, and time
//   endings.ts  what nobody may go on from     coverage.ts  which fault stands for which row of
//               docs/faults.md, and how often each has happened
//   moves/, promises/  small worlds of cores alone that each seed has beside its own
//   observer.ts applies every record as it lands; checks/ is what must be true after each: the
//               core's own invariants, and a bookkeeper who was told the product's promises and
//               none of its code
//   mutations/  bugs planted as the code is loaded; each must be found, or the checks are asleep
//
// Half of the seeds end in the middle of their troubles (safety); in the other half the troubles
// end, nobody does anything any more, and all that is open must come to its end (liveness).
// Each seed has some of the faults, more or fewer replicas, and a world of its own. In a quarter of
// the seeds the log itself comes to harm in the end, and everybody must stop and say why.
// Progress goes to stderr, the outcome to stdout. Exit code 1: something was found, a planted bug
// was not, or a fault never happened. With 500 seeds or more the mutations run too.
import { parseArgs } from 'node:util'
import { Coverage } from './coverage.ts'
import { type Mutation, mutations } from './mutations/list.ts'
import { locate } from './mutations/plant.ts'
import type { SeedResult } from './seed.ts'
import { runThread } from './threads.ts'

const seedsDefault = 100
/** Two cores are what CI has. */
const threads = 2
const mutationsFromSeeds = 500
/**
 * A planted bug is found within so many seeds, from seed 1 on. Most need less than a hundred; any
 * change of the world deals the seeds anew, and a limit that is near to what a bug needs would fail
 * by chance.
 */
const mutationSeedsMax = 3_000

interface FoundMutation {
  readonly name: string
  readonly found: boolean
  /** Seeds that it took. */
  readonly seeds: number
  readonly sentence: string
}

interface Outcome {
  readonly steps: number
  readonly failures: SeedResult[]
  readonly coverage: Coverage
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    mutations: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})

const first = wholeNumber('seed', values.seed, 1)
const count = wholeNumber('seeds', values.seeds, values.seed === undefined ? seedsDefault : 1)

function wholeNumber(name: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  process.stderr.write(`--${name} is a whole number, not "${text}"\n`)
  process.exit(2)
}

const progress = (line: string): void => {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`)
}

/** All seeds, over both threads; failures in the order of their seeds. */
async function runSeeds(): Promise<Outcome> {
  const coverage = new Coverage()
  const began = performance.now()
  let next = first
  let done = 0
  let steps = 0
  const failures: SeedResult[] = []
  const draw = () => (next < first + count ? next++ : undefined)
  const heard = (result: SeedResult) => {
    done += 1
    steps += result.steps
    coverage.add(result.faults)
    if (result.failure) {
      failures.push(result)
      process.stderr.write(`\nseed ${result.seed}: ${result.failure.sentence}\n`)
    }
    const each = Math.max(1, Math.trunc(count / 20))
    if (done % each !== 0) return
    const pace = Math.round((done / (performance.now() - began)) * 60_000)
    const failed = `${failures.length} failed`
    progress(`${done}/${count} seeds, ${steps} steps, ${failed}, ${pace} seeds/min`)
  }
  await Promise.all(
    Array.from({ length: Math.min(threads, count) }, () => runThread(undefined, draw, heard)),
  )
  return { steps, failures: failures.toSorted((a, b) => a.seed - b.seed), coverage }
}

async function find(mutation: Mutation): Promise<FoundMutation> {
  let seed = 0
  let sentence = ''
  const draw = () => (sentence === '' && seed < mutationSeedsMax ? ++seed : undefined)
  await runThread(mutation, draw, ({ failure }) => {
    sentence = failure?.sentence ?? sentence
  })
  const found = sentence !== ''
  progress(`${found ? 'found' : 'NOT FOUND'} in ${seed} seeds: ${mutation.name}`)
  return { name: mutation.name, found, seeds: seed, sentence: sentence.split('\n')[0] ?? '' }
}

async function runMutations(): Promise<FoundMutation[]> {
  const left = mutations.filter(({ name }) => name.includes(values.only ?? ''))
  const found: FoundMutation[] = []
  const thread = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) found.push(await find(one))
  }
  await Promise.all(Array.from({ length: threads }, thread))
  return found
}

function tellFailure({ seed, failure }: SeedResult): void {
  if (failure === undefined) return
  process.stdout.write(`\nseed ${seed}, step ${failure.step}: ${failure.sentence}\n`)
  for (const line of failure.lines) process.stdout.write(`  ${line.slice(0, 220)}\n`)
  process.stdout.write(`again: npm run simulate -- --seed ${seed}\n`)
}

for (const mutation of mutations) locate(mutation)
const { steps, failures, coverage } = await runSeeds()
const planted = values.mutations || count >= mutationsFromSeeds ? await runMutations() : []
const missed = planted.filter(({ found }) => !found)
const asleep = count >= mutationsFromSeeds ? coverage.asleep() : []
if (values.json) {
  const told = failures.map(({ seed, failure }) => ({ seed, ...failure }))
  const faults = coverage.rows()
  const outcome = { seeds: count, steps, failures: told, faults, mutations: planted }
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
} else {
  for (const failure of failures) tellFailure(failure)
  for (const line of coverage.table()) process.stdout.write(`${line}\n`)
  process.stdout.write(`\n${count} seeds, ${steps} steps, ${failures.length} failed`)
  process.stdout.write(
    `; ${planted.length - missed.length} of ${planted.length} planted bugs found\n`,
  )
  for (const { name, seeds } of missed) {
    process.stdout.write(`not found in ${seeds} seeds: ${name}\n`)
  }
  for (const fault of asleep) process.stdout.write(`never happened: ${fault}\n`)
}
if (failures.length + missed.length + asleep.length > 0) process.exitCode = 1
