import { run } from './commands/index.ts'
import { drawable } from './commands/terminal.ts'
import { endingSignal } from '@evenkeel/chassis/process'

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  live: drawable(process.stdout),
  interrupted: endingSignal(),
})
