import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SlotWriter, SnapshotStore, StoredSlot } from './port.ts'

/** A slot whose name ends so is not finished; one that a dead process left is of no use. */
const UNFINISHED = '.part'
const MANIFEST = 'manifest'

const chunkName = (index: number): string => `${String(index).padStart(6, '0')}.chunk`

/**
 * Snapshots in a directory of this machine: `<partition>/<slot>/`, a file for each chunk and one
 * for the manifest. A slot gets its name when all in it is on the disk.
 */
export function directoryStore(directory: string): SnapshotStore {
  const ofPartition = (partition: number) => join(directory, String(partition))
  const ofSlot = (partition: number, name: string) => join(ofPartition(partition), name)
  return {
    packing: 'zstd',

    async begin(partition, name) {
      const parent = ofPartition(partition)
      await mkdir(parent, { recursive: true })
      for (const path of [parent, directory, dirname(directory)]) await syncNames(path)
      for (const left of await readdir(parent)) {
        if (left.endsWith(UNFINISHED)) await rm(join(parent, left), { recursive: true })
      }
      const path = ofSlot(partition, name + UNFINISHED)
      await mkdir(path)
      return writer(path, ofSlot(partition, name))
    },

    async list(partition) {
      const slots: StoredSlot[] = []
      for (const name of await namesIn(ofPartition(partition))) {
        if (name.endsWith(UNFINISHED)) continue
        const manifest = await contentOf(join(ofSlot(partition, name), MANIFEST))
        slots.push({ name, manifest })
      }
      return slots.sort((left, right) => (left.name < right.name ? 1 : -1))
    },

    async *read(partition, name, count) {
      const at = (index: number) => contentOf(join(ofSlot(partition, name), chunkName(index)))
      // One ahead: the disk reads while the chunk before is taken in.
      let next = count > 0 ? at(0) : undefined
      for (let index = 0; index < count; index++) {
        const bytes = await next
        next = index + 1 < count ? at(index + 1) : undefined
        next?.catch(() => {})
        yield bytes
      }
    },

    async remove(partition, name) {
      // The manifest first: a slot that is half removed is none.
      await rm(join(ofSlot(partition, name), MANIFEST), { force: true })
      await rm(ofSlot(partition, name), { recursive: true, force: true })
    },

    async close() {},
  }
}

function writer(path: string, finished: string): SlotWriter {
  let chunks = 0
  return {
    async chunk(bytes) {
      await writeDurably(join(path, chunkName(chunks)), bytes)
      chunks += 1
    },
    async seal(manifest) {
      await writeDurably(join(path, MANIFEST), manifest)
      await syncNames(path)
      await rename(path, finished)
      await syncNames(dirname(finished))
    },
    async drop() {
      await rm(path, { recursive: true, force: true })
    },
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Names are durable only once the directory that holds them is. */
async function syncNames(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isAbsence(error)) return []
    throw error
  }
}

async function contentOf(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
