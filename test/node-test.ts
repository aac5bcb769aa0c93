// node test/node-test.ts [--together|--one-by-one] GLOB...
// Runs test files by node:test: each in a process of its own, two at a time or --one-by-one, or
// --together in one process, which is faster and safe where tests share nothing. Files that need
// real brokers are left out of globs that do not say so. A glob without a file and a file
// without a test are failures: `node --test` calls both a success.
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/**
 * For a file as for a test. The longest, all stories on Kafka, takes a quarter of an hour, and more
 * on a busy machine; what hangs is found by its silence.
 */
const TEST_MS_MAX = 1_800_000
const PROCESSES_MAX = 2
/**
 * Silence this long is a hang: a test that waits for ever, or a server or timer that nobody closed.
 * A test that takes longer tells of its progress on standard error.
 */
const SILENCE_MS_MAX = 180_000
/** What has hung and is told to end has so long for it. */
const KILL_MS_MAX = 5_000

const options = process.argv.slice(2)
const globs = options.filter((option) => !option.startsWith('--'))
const together = options.includes('--together')
const processes = options.includes('--one-by-one') ? 1 : PROCESSES_MAX

const files = globs.flatMap((glob) => {
  const all = globSync(glob, { exclude: ['**/node_modules/**'] }).sort()
  const found = all.filter((file) => glob.includes('.broker.') || !file.includes('.broker.'))
  if (found.length === 0) fail(`no test file matches ${glob}`)
  return found.map((file) => resolve(file))
})
if (globs.length === 0) fail('which tests? node test/node-test.ts [--together] GLOB...')
if (files.length > 0) runFiles()

function runFiles(): void {
  const isolation = together ? { isolation: 'none' as const } : { concurrency: processes }
  const stop = new AbortController()
  const tests = run({ files, timeout: TEST_MS_MAX, signal: stop.signal, ...isolation })
  const running = new Set<string>()
  const silence = setTimeout(() => hung(running, stop), SILENCE_MS_MAX)
  silence.unref()
  tests.on('test:dequeue', (one) => running.add(inWords(one)))
  tests.on('test:complete', (one) => {
    running.delete(inWords(one))
    silence.refresh()
  })
  tests.on('test:pass', ({ name }) => {
    // A file that holds no test is reported as one passed test that bears the file's name.
    if (files.includes(name)) fail(`no test in ${name}`)
  })
  tests.on('test:fail', () => {
    process.exitCode = 1
  })
  tests.on('test:stderr', () => silence.refresh())
  tests.pipe(new spec()).pipe(process.stdout)
}

function inWords({ name, file }: { readonly name: string; readonly file?: string }): string {
  return file === undefined || file === name ? name : `${file}: ${name}`
}

/** Ends the processes, and this one even if they do not. */
function hung(running: ReadonlySet<string>, stop: AbortController): void {
  const named = [...running].join('\n  ')
  fail(`nothing for ${SILENCE_MS_MAX / 1000} s: a test hangs, or left something open:\n  ${named}`)
  setTimeout(() => process.exit(), KILL_MS_MAX).unref()
  stop.abort()
}

function fail(message: string): void {
  console.error(`node-test: ${message}`)
  process.exitCode = 1
}
