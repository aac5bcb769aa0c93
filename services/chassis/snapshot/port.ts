/** Names of what is done to a chunk's bytes before they are stored. */
export const packings = ['zstd', 'none'] as const
export type Packing = (typeof packings)[number]

/** A snapshot as a store finds it. */
export interface StoredSlot {
  /** Names sort by offset, then by who wrote it. */
  readonly name: string
  /** undefined: it was never finished, or has lost it. */
  readonly manifest: Uint8Array | undefined
}

/** A snapshot that is being written. Nobody sees it before it is sealed. */
export interface SlotWriter {
  /** Chunks in their order, from 0. At most one call at a time. */
  chunk(bytes: Uint8Array): Promise<void>
  /** Durable and visible, all at once, when it resolves. Nothing follows. */
  seal(manifest: Uint8Array): Promise<void>
  /** As if it had never been begun. */
  drop(): Promise<void>
}

/**
 * Where one service's snapshots lie: chunks of bytes and a manifest, in named slots. What they
 * mean, and whether they are whole, is not the store's business.
 */
export interface SnapshotStore {
  /** How chunks are to be packed: what ends with the process needn't be. */
  readonly packing: Packing
  begin(partition: number, name: string): Promise<SlotWriter>
  /** Newest first. */
  list(partition: number): Promise<readonly StoredSlot[]>
  /** The chunks from 0 up to, not including, `count`; undefined for one that is not there. */
  read(partition: number, name: string, count: number): AsyncIterable<Uint8Array | undefined>
  remove(partition: number, name: string): Promise<void>
  close(): Promise<void>
}

/** Why a slot can't be used. Each is told of by its own name. */
export const slotFaults = {
  manifest_missing: 'was never finished, or has lost its manifest',
  manifest_unreadable: 'has a manifest that is cut or damaged',
  newer_format: 'was written by a newer version',
  other_service: "is another service's",
  other_partition: "is another partition's",
  other_log: 'is of another log, which this one has replaced',
  other_columns: 'was written by a version with other tables',
  stale: 'ends before the log begins',
  chunk_missing: 'has lost a chunk',
  chunk_corrupt: 'has a damaged chunk',
  unrestorable: 'does not hold what its manifest says',
} as const

export type SlotFaultCode = keyof typeof slotFaults

export class SlotFault extends Error {
  override readonly name = 'SlotFault'
  readonly code: SlotFaultCode

  constructor(code: SlotFaultCode, detail: string, options?: ErrorOptions) {
    super(`${slotFaults[code]}: ${detail}`, options)
    this.code = code
  }
}
