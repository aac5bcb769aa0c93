import { open, readFile, rename } from 'node:fs/promises'
import { mkdirSync, openSync, closeSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Mark, MarkUnreadable, markText, parseMark, sameMark } from './mark.ts'
import { MarkMoved, type MarkStore } from './store.ts'

export interface FileMarks extends Required<MarkStore> {
  /** Lets another process have the directory. */
  close(): void
}

/** The directory belongs to a process that lives. */
export class DirectoryTaken extends Error {
  override readonly name = 'DirectoryTaken'
}

/**
 * Marks in a directory, a file per partition. A file is written aside, synced and renamed over the
 * old one, so a crash leaves the old mark or the new one, never a part of one. One process at a
 * time has the directory.
 */
export function fileMarks(directory: string): FileMarks {
  mkdirSync(directory, { recursive: true })
  const lock = join(directory, 'lock')
  takeLock(lock)
  const fileOf = (partition: number): string => join(directory, `partition-${partition}.json`)
  const load = async (partition: number): Promise<Mark | undefined> => {
    const text = await readFile(fileOf(partition), 'utf8').catch(ifMissing)
    if (text === undefined) return undefined
    try {
      return parseMark(text)
    } catch (cause) {
      const ways = 'Bring it back, or remove it to begin this partition anew.'
      throw new MarkUnreadable(`${fileOf(partition)} is no mark. ${ways}`, { cause })
    }
  }
  return {
    load,
    async save(partition, mark, before) {
      const kept = await load(partition)
      if (!sameMark(kept, before))
        throw new MarkMoved(`${fileOf(partition)} was written by another`)
      await replace(directory, fileOf(partition), markText(mark))
    },
    close: () => unlinkSync(lock),
  }
}

async function replace(directory: string, file: string, text: string): Promise<void> {
  const aside = `${file}.next`
  const handle = await open(aside, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(aside, file)
  // The new name itself is durable only once the directory is.
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A lock of a process that is gone is taken over; it may have been killed. */
function takeLock(lock: string): void {
  for (;;) {
    try {
      const file = openSync(lock, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      return
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const owner = Number(readFileSync(lock, 'utf8'))
    if (owner > 0 && owner !== process.pid && lives(owner)) {
      throw new DirectoryTaken(`${lock}: process ${owner} has these marks; stop it first`)
    }
    if (owner === process.pid) throw new DirectoryTaken(`${lock}: this process has them already`)
    unlinkSync(lock)
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

function ifMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}
