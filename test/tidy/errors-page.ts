import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  commonErrors,
  type ErrorSection,
  type ErrorTable,
  errorsMarkdown,
} from '@evenkeel/chassis/errors'
import { protocolErrors } from '@evenkeel/chassis/protocol'
import { ROOT } from './repository.ts'

/** docs/errors.md, from every table of errors there is. */
export async function errorsPage(): Promise<string> {
  return errorsMarkdown([
    { title: 'Every service', table: commonErrors },
    { title: 'The log', table: protocolErrors },
    ...(await servicesErrors()),
  ])
}

async function servicesErrors(): Promise<readonly ErrorSection[]> {
  const files = globSync('services/*/core/errors.ts', { cwd: ROOT }).sort()
  return Promise.all(
    files.map(async (file) => {
      const name = file.split('/')[1] ?? ''
      const module: unknown = await import(pathToFileURL(join(ROOT, file)).href)
      return { title: name.charAt(0).toUpperCase() + name.slice(1), table: tableOf(file, module) }
    }),
  )
}

function tableOf(file: string, module: unknown): ErrorTable {
  const found = typeof module === 'object' && module !== null && 'errors' in module
  const table = found ? module.errors : undefined
  if (!isErrorTable(table)) throw new Error(`${file}:1: export the table as \`errors\``)
  return table
}

function isErrorTable(value: unknown): value is ErrorTable {
  return typeof value === 'object' && value !== null && Object.values(value).every(isEntry)
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'status' in value && 'retryable' in value && 'message' in value
}
