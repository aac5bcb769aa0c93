import type { Site } from '../platform/connection.ts'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { Api } from '../pool-file/api.ts'
import { kinds } from '../pool-file/kinds.ts'
import { tableOf } from '../tables/export-table.ts'
import { TABLES } from '../tables/tables.ts'
import { whatIsThere } from '../pool-file/there.ts'
import { fileOf } from '../pool-file/write-file.ts'
import { flag, flagLines, readFlags, text, UsageError } from './flags.ts'
import { poolNamed, poolsAt, SITE_FLAGS, siteOf } from './site.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  pool: text('ID', 'only this pool', 'all; for a table the only one there is'),
  csv: flag('a table instead of the pool file; of agents'),
  ...SITE_FLAGS,
} as const

function help(): string {
  return [
    'Usage: evenkeel export [flags]',
    '       evenkeel export agents --csv [flags]',
    '',
    'Writes pools to standard output: all of what "evenkeel apply" makes, as the file that it',
    'reads, or a table as "evenkeel import" reads it. All is sorted by its id, so the same pool',
    'gives the same bytes, and applied to where it came from there is nothing to do.',
    '',
    ...flagLines(FLAGS),
    '',
    'Exit codes: 0 done, 1 refused or not answered, 2 wrong usage.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [what, unexpected] = positionals
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  if ((what === undefined) === values.csv) {
    throw new UsageError('a table is "export agents --csv", a file of the whole pool "export"')
  }
  const site = siteOf(values)
  try {
    if (what !== undefined) {
      return await writeTable(site, what, values.pool, terminal)
    }
    const pools = values.pool === undefined ? await poolsAt(site) : [values.pool]
    for (const [index, pool] of pools.entries()) {
      terminal.out(`${index > 0 ? '---\n' : ''}${await exported(site, pool)}`)
    }
    if (pools.length === 0) terminal.err('there is no pool yet\n')
    return EXIT.done
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    terminal.err(`evenkeel export: ${refusalInWords(error, site.routing.join(', '))}\n`)
    return EXIT.failed
  }
}

async function writeTable(
  site: Site,
  what: string,
  named: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const table = TABLES.find(({ name }) => name === what)
  if (table?.exports === undefined) throw new UsageError(`no table of ${what}`)
  const pool = await poolNamed(site, named)
  const api = new Api(site)
  try {
    for await (const page of tableOf(api, table.exports, pool)) terminal.out(page)
    return EXIT.done
  } finally {
    api.close()
  }
}

async function exported(site: Site, pool: string): Promise<string> {
  const api = new Api(site)
  try {
    const there = await whatIsThere(api, pool)
    const [ofPool] = kinds()
    const known = ofPool !== undefined && (there.get(ofPool)?.size ?? 0) > 0
    if (!known) throw new UsageError(`there is no pool ${pool}`)
    return fileOf(pool, there)
  } finally {
    api.close()
  }
}

export const exportCommand: Command = {
  name: 'export',
  summary: 'writes pools as the file that apply reads, or a table',
  help,
  run,
}
