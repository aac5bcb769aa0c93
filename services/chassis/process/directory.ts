import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LogUnusable } from '../log/index.ts'

export const fileOf = (directory: string, service: string) => join(directory, `${service}.sqlite`)

/** Makes the data directory if need be. Throws LogUnusable where nothing can be written in it. */
export function makeUsable(directory: string, services: readonly string[]): void {
  try {
    makeDirectory(directory)
    if (isNew(directory, services)) rmdirSync(mkdtempSync(join(directory, 'tried-')))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
    const why = Object.hasOwn(reasons, code) ? reasons[code] : error.message
    const where = `the data directory ${directory} can't be used: ${why}`
    throw new LogUnusable('data_unusable', where, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'what it is on can only be read',
  EEXIST: 'what has that name is no directory',
  ENOTDIR: 'what has that name, or holds it, is no directory',
  ENOENT: 'the system makes nothing there',
  ENOSPC: 'no space is left there',
}

/** Where a log has begun, a disk may be full: it must be read all the same. */
const isNew = (directory: string, services: readonly string[]): boolean =>
  !services.some((service) => existsSync(fileOf(directory, service)))

/**
 * One at a time: where the parent is there and the system will have no child in it (a directory
 * that was deleted meanwhile, /proc), `recursive` tries for ever and no signal ends it.
 */
function makeDirectory(path: string): void {
  const parent = dirname(path)
  if (parent !== path && !existsSync(parent)) makeDirectory(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isDirectory(path)) throw error
  }
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** What else lies where new logs are to be: most likely another directory was meant. */
export function strangersIn(directory: string, services: readonly string[]): readonly string[] {
  if (!isDirectory(directory) || !isNew(directory, services)) return []
  const names = readdirSync(directory).sort()
  return names.filter((name) => name !== 'snapshots' && name !== 'lost+found')
}
