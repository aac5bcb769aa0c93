import { run } from './commands/index.ts'

const ending = new AbortController()
// A second signal ends the process at once: the first one's listener is gone by then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => ending.abort(signal))

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  live: process.stdout.isTTY === true,
  interrupted: ending.signal,
})
