import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StoreSubject, snapshotStoreConformance } from '../conformance/index.ts'
import { directoryStore, MemorySnapshots } from '../index.ts'

snapshotStoreConformance('memory', async (): Promise<StoreSubject> => {
  const store = new MemorySnapshots()
  return {
    store,
    reopened: async () => store,
    async replace(partition, name, part, change) {
      const slot = store.slotsOf(partition).get(name)
      if (slot === undefined) throw new Error(`no slot ${name}`)
      if (part === 'manifest') slot.manifest = change(slot.manifest ?? new Uint8Array(0))
      else slot.chunks[part] = change(slot.chunks[part] ?? new Uint8Array(0))
    },
  }
})

snapshotStoreConformance('a directory', async (t): Promise<StoreSubject> => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-snapshots-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'routing')
  return {
    store: directoryStore(path),
    reopened: async () => directoryStore(path),
    async replace(partition, name, part, change) {
      const leaf = part === 'manifest' ? part : `${String(part).padStart(6, '0')}.chunk`
      const file = join(path, String(partition), name, leaf)
      const changed = change(readFileSync(file))
      if (changed === undefined) rmSync(file)
      else writeFileSync(file, changed)
    },
  }
})
