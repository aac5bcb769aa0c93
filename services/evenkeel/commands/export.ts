import type { Site } from '../platform/connection.ts'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { Api } from '../pool-file/api.ts'
import { kinds } from '../pool-file/kinds.ts'
import { whatIsThere } from '../pool-file/there.ts'
import { fileOf } from '../pool-file/write-file.ts'
import { flagLines, readFlags, text, UsageError } from './flags.ts'
import { poolsAt, SITE_FLAGS, siteOf } from './site.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  pool: text('ID', 'only this pool', 'all'),
  ...SITE_FLAGS,
} as const

function help(): string {
  return [
    'Usage: evenkeel export [flags]',
    '',
    'Writes pools to standard output: all of what "evenkeel apply" makes, as the file that it',
    'reads. All is sorted by its id, so the same pool gives the same bytes, and applied to where it',
    'came from there is nothing to do.',
    '',
    ...flagLines(FLAGS),
    '',
    'Exit codes: 0 done, 1 refused or not answered, 2 wrong usage.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  if (positionals.length > 0) throw new UsageError(`unexpected argument ${positionals[0]}`)
  const site = siteOf(values)
  try {
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
  summary: 'writes pools as the file that apply reads',
  help,
  run,
}
