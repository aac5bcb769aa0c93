import type { SlotWriter, SnapshotStore } from './port.ts'

interface Slot {
  readonly chunks: (Uint8Array | undefined)[]
  manifest: Uint8Array | undefined
}

/** Snapshots that end with the process; tests and simulations may damage what is in it. */
export class MemorySnapshots implements SnapshotStore {
  readonly packing = 'none'
  readonly #partitions = new Map<number, Map<string, Slot>>()

  async begin(partition: number, name: string): Promise<SlotWriter> {
    const slot: Slot = { chunks: [], manifest: undefined }
    return {
      async chunk(bytes) {
        slot.chunks.push(bytes.slice())
      },
      seal: async (manifest) => {
        slot.manifest = manifest.slice()
        this.slotsOf(partition).set(name, slot)
      },
      async drop() {},
    }
  }

  async list(partition: number) {
    const slots = [...this.slotsOf(partition)].map(([name, { manifest }]) => ({ name, manifest }))
    return slots.sort((left, right) => (left.name < right.name ? 1 : -1))
  }

  async *read(partition: number, name: string, count: number) {
    for (let index = 0; index < count; index++) {
      yield this.slotsOf(partition).get(name)?.chunks[index]
    }
  }

  async remove(partition: number, name: string): Promise<void> {
    this.slotsOf(partition).delete(name)
  }

  async close(): Promise<void> {}

  /** By name, as they lie. */
  slotsOf(partition: number): Map<string, Slot> {
    const known = this.#partitions.get(partition)
    if (known !== undefined) return known
    const slots = new Map<string, Slot>()
    this.#partitions.set(partition, slots)
    return slots
  }
}
