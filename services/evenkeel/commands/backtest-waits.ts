import { backtestWaits, type BacktestReport } from '../backtest/expected-wait.ts'
import { readAnonymousBank } from '../replay/anonymous-bank.ts'
import type { Call } from '../replay/call.ts'
import { FileRefused } from '../replay/lines.ts'
import { flag, must, needed, readFlags, text, UsageError } from './flags.ts'
import { EXIT, type Terminal } from './terminal.ts'

export const WAITS_FLAGS = {
  file: must(text('FILE', 'the call log to predict', 'none')),
  format: needed('what the files hold, see below', ['anonymous-bank']),
  train: text('FILE', 'an earlier call log to learn from before', 'none'),
  json: flag('print the result as one line of JSON'),
} as const

export async function runWaits(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(WAITS_FLAGS, args)
  const [, extra] = positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`)
  if (values.file === undefined) throw new UsageError('--file must be given')
  if (values.format === undefined) throw new UsageError('--format must be anonymous-bank')
  const train = values.train === undefined ? [] : await read(values.train, terminal)
  const calls = await read(values.file, terminal)
  const [first] = calls
  const last = train.at(-1)
  if (first !== undefined && last !== undefined && last.atMs >= first.atMs) {
    throw new FileRefused(
      `--train ${values.train} must end before ${values.file} begins: who learns from later calls does not predict`,
    )
  }
  let told = 0
  const report = backtestWaits(calls, train, (share) => {
    const tenth = Math.floor(10 * share)
    if (tenth <= told) return
    told = tenth
    terminal.err(`predicting: ${10 * tenth}%\n`)
  })
  terminal.out(values.json ? `${JSON.stringify(report)}\n` : readable(report))
  return EXIT.done
}

/** A file with a larger share of broken lines is of another kind. */
const BROKEN_SHARE_MAX = 0.01
/** Enough to see what is wrong with a file. */
const BROKEN_SHOWN = 20

async function read(file: string, terminal: Terminal): Promise<readonly Call[]> {
  terminal.err(`reading ${file}\n`)
  const { calls, broken, leftOut } = await readAnonymousBank(file, undefined, () => {
    // A month is read within a second.
  })
  for (const { line, reason } of broken.slice(0, BROKEN_SHOWN)) {
    terminal.err(`${file} line ${line}: ${reason}\n`)
  }
  if (broken.length > BROKEN_SHOWN) {
    terminal.err(`${file}: ${broken.length - BROKEN_SHOWN} more lines are broken\n`)
  }
  const left = [...leftOut].map(([reason, count]) => `${count} ${reason}`)
  terminal.err(`${file}: ${calls.length} calls; left out: ${left.join(', ') || 'none'}\n`)
  const [worst] = broken
  if (worst !== undefined && broken.length > BROKEN_SHARE_MAX * (calls.length + broken.length)) {
    const many = `${broken.length} of ${calls.length + broken.length} lines are broken`
    throw new FileRefused(`${file}: ${many}; the first is line ${worst.line}: ${worst.reason}`)
  }
  if (calls.length === 0) throw new FileRefused(`${file} has no calls`)
  return calls
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

function readable(report: BacktestReport): string {
  const line = (name: string, rase: number, mae: number): string =>
    `${name.padEnd(24)}${rase.toFixed(3).padStart(8)}${mae.toFixed(1).padStart(12)}`
  return [
    '',
    `${report.n.toLocaleString('en')} calls waited and were answered`,
    '',
    `${''.padEnd(24)}${'rase'.padStart(8)}${'mean error'.padStart(12)} s`,
    line('evenkeel', report.rase, report.mae_s),
    ...Object.entries(report.rivals).map(([name, rival]) =>
      line(name.replaceAll('_', ' '), rival.rase, rival.mae_s),
    ),
    '',
    `waited no longer than P50 ${percent(report.cover50)}, than P80 ${percent(report.cover80)}, than P95 ${percent(report.cover95)}`,
    '',
  ].join('\n')
}
