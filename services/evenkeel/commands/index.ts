import { ConfigError } from '@evenkeel/chassis/config'
import { LogRefused, LogUnusable } from '@evenkeel/chassis/log'
import { outOfReach } from '@evenkeel/chassis/process'
import { FileRefused } from '../replay/lines.ts'
import { apply } from './apply.ts'
import { backtest } from './backtest.ts'
import { demo } from './demo.ts'
import { devCerts } from './dev-certs.ts'
import { erlang } from './erlang.ts'
import { exportCommand } from './export.ts'
import { UsageError } from './flags.ts'
import { importCommand } from './import.ts'
import { ops } from './ops.ts'
import { replay } from './replay.ts'
import { runService } from './run.ts'
import { start } from './start.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'
import { topicsCommand } from './topics.ts'

const COMMANDS: readonly Command[] = [
  start,
  runService,
  apply,
  exportCommand,
  importCommand,
  topicsCommand,
  ops,
  devCerts,
  demo,
  replay,
  backtest,
  erlang,
]

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'evenkeel: the right agent or an honest callback',
    '',
    'Usage: evenkeel COMMAND [flags]',
    '',
    ...lines,
    `  ${'help'.padEnd(10)} this page, or that of a command: evenkeel help COMMAND`,
    '',
    'Exit codes: 0 done, 1 violations found or failed, 2 wrong usage or settings, or an address or a',
    'directory that can not be used, 3 broken lines left out, 4 not as a file says (apply --check),',
    '130 interrupted before it was done.',
  ].join('\n')
}

/** Runs one command line; resolves with the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = args
  if (['help', '--help', '-h'].includes(name)) return help(rest, terminal)
  const command = COMMANDS.find((one) => one.name === name)
  if (command === undefined) return refuse(terminal, 'evenkeel', `unknown command ${name}`, 'help')
  if (rest.includes('--help') || rest.includes('-h')) return help([name], terminal)
  try {
    return await command.run(rest, terminal)
  } catch (error) {
    if (error instanceof UsageError) {
      return refuse(terminal, `evenkeel ${name}`, error.message, `help ${name}`)
    }
    if (error instanceof ConfigError) {
      for (const problem of error.problems) terminal.err(`evenkeel ${name}: ${problem}\n`)
      return EXIT.usage
    }
    if (error instanceof FileRefused) {
      terminal.err(`evenkeel ${name}: ${error.message}\n`)
      return EXIT.usage
    }
    if (error instanceof LogUnusable) {
      terminal.err(`evenkeel ${name}: ${error.message} (${error.code}, see docs/runbook.md)\n`)
      return EXIT.usage
    }
    if (error instanceof LogRefused) {
      terminal.err(`evenkeel ${name}: ${outOfReach(error, [])}, see docs/runbook.md\n`)
      return EXIT.failed
    }
    terminal.err(`evenkeel ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.failed
  }
}

function help(names: readonly string[], terminal: Terminal): number {
  const [name] = names
  const command = COMMANDS.find((one) => one.name === name)
  if (name !== undefined && command === undefined) {
    return refuse(terminal, 'evenkeel help', `unknown command ${name}`, 'help')
  }
  terminal.out(`${command?.help() ?? overview()}\n`)
  return EXIT.done
}

function refuse(terminal: Terminal, who: string, why: string, see: string): number {
  terminal.err(`${who}: ${why} (see evenkeel ${see})\n`)
  return EXIT.usage
}
