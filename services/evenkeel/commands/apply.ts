import { Api } from '../pool-file/api.ts'
import { signedOutBy } from '../pool-file/at-work.ts'
import { carryOut, StepRefused } from '../pool-file/carry-out.ts'
import { changeInWords } from '../pool-file/changes.ts'
import { type Plan, planOf, type Step } from '../pool-file/plan.ts'
import { inWords, ProblemsFound } from '../pool-file/problem.ts'
import { readPoolFile } from '../pool-file/read-file.ts'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import type { Site } from '../platform/connection.ts'
import { flag, flagLines, must, readFlags, text, UsageError, type Values } from './flags.ts'
import { SITE_FLAGS, siteOf } from './site.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  file: { ...must(text('FILE', 'the pools, see below', 'none')), short: 'f' },
  'dry-run': flag('show what would be done, and do nothing'),
  check: flag('the same; exit code 4 if there is anything to do'),
  prune: flag('remove agents and templates not in the file, if it has a section of them'),
  force: flag('with --prune: also agents who are at work, who are signed out by it'),
  ...SITE_FLAGS,
} as const

type Flagged = Values<typeof FLAGS>

function help(): string {
  return [
    'Usage: evenkeel apply -f FILE [flags]',
    '',
    'Makes pools as a file says: compares it with what is there, shows the difference, and does',
    'it. Done again, there is nothing to do. What the file does not name stays as it is, and so',
    'does all of a section that it does not have.',
    '',
    ...flagLines(FLAGS),
    '',
    'The file is YAML, a document (---) for each pool, with these sections:',
    '  pool            a Pool; pool.pool is its id',
    '  skills          a list of Skill',
    '  templates       a list of RequirementTemplate',
    '  calendars       a list of Calendar',
    '  queues          a list of Queue, with all their policies',
    '  classification  a Classification',
    '  agents          a list of AgentProfile',
    'Messages and fields are those of the API (/docs of a running system), by the names of the',
    'protos (queue_id) or of JSON (queueId); values as in ProtoJSON, e.g. "90s", CHANNEL_VOICE. The',
    'pool of each is the document’s, and etags are read. "evenkeel export" writes such a file;',
    'services/evenkeel/examples/centre.yaml is one to begin with.',
    '',
    'Nothing is done if the file, or what the system says of it beforehand, has an error. Each is',
    'told with its line. Then all is put in the order in which one needs the other; at the first',
    'refusal it stops and says what was done. What somebody else changes meanwhile is refused, not',
    'overwritten. Run it again to go on.',
    '',
    'Exit codes: 0 done, or nothing to do; 1 refused, in part done or not answered; 2 wrong usage,',
    'or an error in the file; 4 with --check, there is something to do; 130 interrupted.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals[0]}`)
  const { file } = values
  if (file === undefined) throw new UsageError('which file? -f FILE')
  const site = siteOf(values)
  // A pool has its own, since a position is of its partition.
  const pools: { readonly api: Api; readonly plan: Plan }[] = []
  try {
    for (const declared of readPoolFile(file)) {
      const api = new Api(site)
      pools.push({ api, plan: await planOf(api, declared, values.prune) })
    }
    return await applied(file, pools, values, terminal)
  } catch (error) {
    if (error instanceof ProblemsFound) {
      terminal.err(`${error.message}\nNothing was done.\n`)
      return EXIT.usage
    }
    if (!(error instanceof Refusal)) throw error
    terminal.err(`evenkeel apply: ${refusalInWords(error, told(site))}\n`)
    return EXIT.failed
  } finally {
    for (const { api } of pools) api.close()
  }
}

const told = ({ routing, skills }: Site): string => [...new Set([...routing, ...skills])].join(', ')

async function applied(
  file: string,
  pools: readonly { readonly api: Api; readonly plan: Plan }[],
  values: Flagged,
  terminal: Terminal,
): Promise<number> {
  const problems = pools.flatMap(({ plan }) => plan.problems)
  if (problems.length > 0) throw new ProblemsFound(file, problems)
  for (const { plan } of pools) terminal.out(planInWords(file, plan))
  const isDone = pools.every(({ plan }) => plan.steps.length === 0)
  if (isDone) {
    terminal.out('Nothing to do.\n')
    return EXIT.done
  }
  const atWork: string[] = []
  for (const { api, plan } of pools) atWork.push(...(await signedOutBy(api, plan.pool, plan.steps)))
  if (atWork.length > 0) terminal.err(`This signs out ${atWork.join(', ')}.\n`)
  if (values.check) return EXIT.drift
  if (values['dry-run']) return EXIT.done
  if (atWork.length > 0 && !values.force) {
    terminal.err('Nothing was done: wait until they have gone, or say --force.\n')
    return EXIT.failed
  }
  return inTurn(file, pools, values, terminal)
}

async function inTurn(
  file: string,
  pools: readonly { readonly api: Api; readonly plan: Plan }[],
  { force }: Flagged,
  terminal: Terminal,
): Promise<number> {
  const all = pools.flatMap(({ plan }) => plan.steps.map((step) => nameOf(step)))
  const finished: string[] = []
  const done = (step: Step) => {
    finished.push(nameOf(step))
    if (finished.length % PROGRESS_STEPS === 0) {
      terminal.err(`${finished.length} of ${all.length} done\n`)
    }
  }
  try {
    for (const { api, plan } of pools) {
      const { interrupted } = terminal
      await carryOut({ api, pool: plan.pool, file, force, interrupted, done }, plan.steps)
    }
    terminal.out(`Done: ${all.length} of ${all.length}.\n`)
    return EXIT.done
  } catch (error) {
    if (!(error instanceof StepRefused) && !(error instanceof Refusal)) throw error
    const left = all.filter((name) => !finished.includes(name))
    terminal.err(`${error.message}\n`)
    terminal.err(`Done: ${listed(finished)}.\nNot done: ${listed(left)}.\nRun it again to go on.\n`)
    return terminal.interrupted.aborted ? EXIT.interrupted : EXIT.failed
  }
}

const PROGRESS_STEPS = 1_000
const LISTED_MAX = 100

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  const more = names.length > LISTED_MAX ? ` and ${names.length - LISTED_MAX} more` : ''
  return `${names.length}: ${names.slice(0, LISTED_MAX).join(', ')}${more}`
}

function nameOf(step: Step): string {
  const { kind, id } = step.deed === 'remove' ? step : step.item
  return id === '' ? kind.name : `${kind.name} ${id}`
}

const MARKS = { create: '+', change: '~', remove: '-' } as const

/** Each step as a line, what changes below it; then the sums. */
function planInWords(file: string, plan: Plan): string {
  const { pool, steps, same, beyond, doubts } = plan
  const lines = steps.flatMap((step) => [
    `${MARKS[step.deed]} ${nameOf(step)}`,
    ...(step.deed === 'change' ? step.changes.map((one) => `    ${changeInWords(one)}`) : []),
    ...(step.deed === 'change' && step.effect !== '' ? [`    ${step.effect}`] : []),
  ])
  const count = (deed: Step['deed']) => steps.filter((step) => step.deed === deed).length
  const sums = (['create', 'change', 'remove'] as const)
    .map((deed) => `${count(deed)} to ${deed}`)
    .join(', ')
  const extra = beyond.map(({ kind, id }) => `${kind.name} ${id}`)
  return [
    `pool ${pool}: ${sums}; ${same} as the file says`,
    ...lines,
    ...(extra.length > 0 ? [`There, not in the file, and left as they are: ${listed(extra)}`] : []),
    ...(doubts.length > 0
      ? ['Refused as things stand; tried again once the rest is done:', inWords(file, doubts)]
      : []),
    '',
  ].join('\n')
}

export const apply: Command = {
  name: 'apply',
  summary: 'makes pools as a file says, and shows what is otherwise',
  help,
  run,
}
