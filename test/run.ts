// node test/run.ts [check|unit]
// npm test: everything, what is cheapest to find first. `check` and `unit` run that part alone.
// Later steps run although an earlier one failed, so that one run tells all. No cache: what a cache
// replays proves nothing about this machine.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'

interface Step {
  readonly name: string
  /** Where, from the root. */
  readonly folder: string
  /** As the shell of an npm script reads it. */
  readonly command: string
}

const SIMULATED_SEEDS = 500
/** What a step ends with that says loudly why it did not run; on CI it fails instead. */
const NOT_RUN = 3
/** Steps take minutes, on a busy machine a quarter of an hour; what takes longer hangs. */
const STEP_MS_MAX = 3_600_000

const root = resolve(import.meta.dirname, '..')
const bin = resolve(root, 'node_modules', '.bin')
// The pinned Node first, then the one that runs this: never an older one of the system. Scripts are
// run by the shell and not by `npm run`, because Debian's npm does not start under a Node that is
// not Debian's.
const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter)

const scripts = readScripts('.')
const check = ['types', 'core', 'lint', 'format', 'protos', 'tidy'].map((name) =>
  script(`check:${name}`),
)
const unit = packagesWith('test:unit')
const rest = [
  script('test:chaos'),
  script('test:replay'),
  script('test:acceptance'),
  script('test:monitoring'),
  script('test:integration'),
  script('test:image'),
  script('test:brokers'),
  script('simulate', `--seeds ${SIMULATED_SEEDS}`),
]

const part = process.argv[2]
if (part === undefined) runAll([...check, ...unit, ...rest])
else if (part === 'check') runAll(check)
else if (part === 'unit') runAll(unit)
else {
  console.error(`no part ${part}: node test/run.ts [check|unit]`)
  process.exitCode = 2
}

function runAll(steps: readonly Step[]): void {
  const results = steps.map((step, index) => {
    heading(`${index + 1}/${steps.length} ${step.name}`, `${step.folder}: ${step.command}`)
    return { name: step.name, ...run(step) }
  })
  heading('result', '')
  for (const { name, seconds, trouble, notRun } of results) {
    console.log(
      `${notRun ? '○' : trouble === '' ? '✔' : '✖'} ${name.padEnd(32)}${seconds.toFixed(1).padStart(7)} s  ${trouble}`,
    )
  }
  const failed = results.filter((one) => one.trouble !== '' && !one.notRun).map((one) => one.name)
  const skipped = results.filter((one) => one.notRun).map((one) => one.name)
  if (skipped.length > 0) console.log(`\nNOT RUN, see above why: ${skipped.join(', ')}`)
  console.log(
    failed.length === 0
      ? `\nall ${steps.length - skipped.length} passed`
      : `\nFAILED: ${failed.join(', ')}`,
  )
  if (failed.length > 0) process.exitCode = 1
}

interface Outcome {
  readonly seconds: number
  /** Empty: none. */
  readonly trouble: string
  readonly notRun: boolean
}

function run(step: Step): Outcome {
  const from = performance.now()
  const { status, signal, error } = spawnSync('sh', ['-c', step.command], {
    cwd: join(root, step.folder),
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: STEP_MS_MAX,
    killSignal: 'SIGKILL',
  })
  const seconds = (performance.now() - from) / 1000
  const notRun = step.name === 'test:brokers' && status === NOT_RUN
  if (error !== undefined) return { seconds, notRun, trouble: error.message }
  if (signal !== null) return { seconds, notRun, trouble: `killed by ${signal}` }
  if (notRun) return { seconds, notRun, trouble: 'NOT RUN' }
  return { seconds, notRun, trouble: status === 0 ? '' : `exit ${status}` }
}

function script(name: string, options = ''): Step {
  const command = scripts.get(name)
  if (command === undefined) throw new Error(`package.json has no script ${name}`)
  return { name, folder: '.', command: `${command} ${options}`.trim() }
}

/**
 * The workspaces' own script of that name; one that has none has nothing to test, which tidy tests
 * confirm.
 */
function packagesWith(name: string): readonly Step[] {
  const folders = globSync(['proto', 'services/*'], { cwd: root }).sort()
  return folders.flatMap((folder) => {
    const command = readScripts(folder).get(name)
    return command === undefined ? [] : [{ name: `${name} ${folder}`, folder, command }]
  })
}

function readScripts(folder: string): ReadonlyMap<string, string> {
  const manifest: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const found = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest
  return new Map(Object.entries(found ? (manifest.scripts ?? {}) : {}))
}

function heading(title: string, detail: string): void {
  console.log(`\n════ ${title}\n${detail}${detail === '' ? '' : '\n'}`)
}
