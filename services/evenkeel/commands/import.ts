import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { Api } from '../pool-file/api.ts'
import { importFile, ImportStopped } from '../tables/import-file.ts'
import { TABLES, type Table } from '../tables/tables.ts'
import { flag, flagLines, must, readFlags, text, UsageError, type Values } from './flags.ts'
import { poolNamed, SITE_FLAGS, siteOf } from './site.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  file: { ...must(text('FILE', 'the table: CSV with a header line, UTF-8', 'none')), short: 'f' },
  pool: text('ID', 'whose they are', 'the only one there is'),
  'time-zone': must(text('ZONE', 'where its times are, e.g. Europe/Berlin', 'none'), 'shifts'),
  'dry-run': flag('say what would be taken, and take nothing'),
  ...SITE_FLAGS,
} as const

const names = TABLES.map(({ name }) => name)

function help(): string {
  return [
    `Usage: evenkeel import ${names.join('|')} -f FILE [flags]`,
    '',
    'Takes the lines of a table, of any size. All good lines are taken; every bad one is left out',
    'and told with its number in the file, the first hundred of them, and all are counted. Sent',
    'again, what was taken counts as unchanged. A file with another encoding, delimiter or header',
    'is refused before anything of it is taken.',
    '',
    ...flagLines(FLAGS),
    '',
    'Columns, and how they are written:',
    ...TABLES.map(({ name, rpc }) => `  ${name.padEnd(10)} see ${rpc.split('.').at(-1)} in /docs`),
    '',
    'Exit codes: 0 done, 1 refused, in part done or not answered, 2 wrong usage or no such file,',
    '3 done, but lines were wrong and left out, 130 interrupted.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [name, unexpected] = positionals
  const table = TABLES.find((one) => one.name === name)
  if (table === undefined) throw new UsageError(`which? One of ${names.join(', ')}`)
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  if (values.file === undefined) throw new UsageError('which file? -f FILE')
  if ((values['time-zone'] !== undefined) !== (table.zoned === true)) {
    throw new UsageError(`--time-zone is ${table.zoned ? 'missing' : 'not'} for ${table.name}`)
  }
  const site = siteOf(values)
  const api = new Api(site)
  try {
    const pool = await poolNamed(site, values.pool)
    return await taken(api, table, { ...values, file: values.file, pool }, terminal)
  } catch (error) {
    if (error instanceof ImportStopped) terminal.err(`${error.message}\n`)
    else if (error instanceof Refusal) {
      terminal.err(`evenkeel import: ${refusalInWords(error, site.skills.join(', '))}\n`)
    } else throw error
    return terminal.interrupted.aborted ? EXIT.interrupted : EXIT.failed
  } finally {
    api.close()
  }
}

async function taken(
  api: Api,
  table: Table,
  values: Values<typeof FLAGS> & { readonly file: string; readonly pool: string },
  terminal: Terminal,
): Promise<number> {
  const { file, pool } = values
  let told = 0
  const { imported, unchanged, refused } = await importFile({
    ...{ api, table, file, pool, validateOnly: values['dry-run'] },
    timeZone: values['time-zone'],
    interrupted: terminal.interrupted,
    refused: ({ line, column, why }) =>
      terminal.err(`${file}:${line}: ${column === '' ? '' : `${column}: `}${why}\n`),
    progress(percent, line) {
      if (percent < told + PROGRESS_PERCENT) return
      told = percent
      terminal.err(`${percent}%, line ${count(line)}\n`)
    },
  })
  const stored = values['dry-run'] ? 'would be stored' : 'stored'
  terminal.out(
    `${count(imported)} ${stored}, ${count(unchanged)} the same already, ${count(refused)} wrong\n`,
  )
  return refused > 0 ? EXIT.brokenLines : EXIT.done
}

const PROGRESS_PERCENT = 10

const count = (value: number): string => value.toLocaleString('en')

export const importCommand: Command = {
  name: 'import',
  summary: 'takes the lines of a table (CSV), such as agents or shifts',
  help,
  run,
}
