import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import { CHUNK_BYTES_MAX, SLOTS_KEPT, SLOTS_VALID_MIN } from './limits.ts'
import {
  type About,
  type Chunk,
  decodeManifest,
  encodeManifest,
  type Manifest,
} from './manifest.ts'
import { SlotFault, type SlotFaultCode, slotFaults, type SnapshotStore } from './port.ts'

/** On the thread pool: the thread that applies records does none of it. */
const shrink = promisify(zstdCompress)
const unfold = promisify(zstdDecompress)
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 262_144 }
/** In one piece: put together from the usual 16 KiB, it would take longer than to be taken in. */
const whole = { chunkSize: CHUNK_BYTES_MAX, maxOutputLength: CHUNK_BYTES_MAX }

/** What a snapshot must be of, to be used. */
export interface Wanted {
  readonly service: string
  readonly partition: number
  readonly layout: string
  /** What the log may be called; undefined: nothing that it keeps says so. */
  readonly incarnations: ReadonlySet<string> | undefined
  /** Oldest offset that the log keeps. */
  readonly first: number
}

/** Takes the plain bytes of one snapshot; thrown away when the snapshot proves damaged. */
export interface Taker<T> {
  take(bytes: Uint8Array): void
  finish(): T
}

export interface Restored<T> {
  readonly about: Manifest
  readonly value: T
}

export interface Slots {
  readonly valid: number
  /** Slots that could not be used, ever, by why. */
  readonly faults: ReadonlyMap<SlotFaultCode, number>
}

interface Logger {
  warn(fields: object, message: string): void
}

/** Snapshots of one partition in a store: what is written, what is whole, what is removed. */
export class Snapshots {
  readonly #store: SnapshotStore
  readonly #partition: number
  readonly #logger: Logger
  readonly #faults = new Map<SlotFaultCode, number>()
  #valid = 0

  constructor(store: SnapshotStore, partition: number, logger: Logger) {
    this.#store = store
    this.#partition = partition
    this.#logger = logger
  }

  get slots(): Slots {
    return { valid: this.#valid, faults: this.#faults }
  }

  /**
   * Writes a snapshot and then removes what is too old. `pieces` are its plain bytes. Resolves with
   * the bytes stored.
   */
  async write(about: About, nonce: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const name = `${String(about.offset).padStart(16, '0')}-${nonce.slice(0, 8)}`
    const slot = await this.#store.begin(this.#partition, name)
    const { packing } = this.#store
    const chunks: Chunk[] = []
    try {
      for await (const piece of pieces) {
        for (let at = 0; at < piece.length; at += CHUNK_BYTES_MAX) {
          const plain = piece.subarray(at, at + CHUNK_BYTES_MAX)
          const bytes = packing === 'none' ? plain : await shrink(plain, fast)
          await slot.chunk(bytes)
          chunks.push({ bytes: bytes.length, crc: crc32(bytes) })
        }
      }
      await slot.seal(encodeManifest({ ...about, packing, chunks, takenMs: Date.now() }))
    } catch (error) {
      await slot.drop().catch(() => {})
      throw error
    }
    return chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
  }

  /**
   * What is older than the newest few goes, and all that is of another log: it stands before ours
   * for good. What is newer, finished or not, may be in hand.
   */
  async tidy(wanted: Wanted): Promise<void> {
    const slots = await this.#store.list(this.#partition)
    let valid = 0
    for (const { name, manifest } of slots) {
      const fault = manifest === undefined ? undefined : this.#faultOf(manifest, wanted)
      const useless = valid > 0 && (manifest === undefined || fault !== undefined)
      if (valid >= SLOTS_KEPT || useless || fault === 'other_log') {
        await this.#store.remove(this.#partition, name)
      } else if (manifest !== undefined && fault === undefined) valid += 1
    }
    this.#count(valid, wanted)
  }

  /** The newest snapshot that is whole and of this log; undefined: there is none. */
  async newest<T>(wanted: Wanted, taker: () => Taker<T>): Promise<Restored<T> | undefined> {
    let restored: Restored<T> | undefined
    let valid = 0
    for (const { name, manifest } of await this.#store.list(this.#partition)) {
      try {
        if (manifest === undefined) throw new SlotFault('manifest_missing', name)
        const about = checked(decodeManifest(manifest), wanted)
        restored ??= { about, value: await this.#read(name, about, taker()) }
        valid += 1
      } catch (error) {
        if (!(error instanceof SlotFault)) throw error
        this.#skip(name, error)
      }
    }
    this.#count(valid, wanted)
    return restored
  }

  async #read<T>(name: string, about: Manifest, taker: Taker<T>): Promise<T> {
    let index = 0
    const stored = this.#store.read(this.#partition, name, about.chunks.length)
    for await (const bytes of stored) {
      const chunk = about.chunks[index]
      const which = `${index} of ${about.chunks.length}`
      if (bytes === undefined || chunk === undefined) throw new SlotFault('chunk_missing', which)
      if (bytes.length !== chunk.bytes || crc32(bytes) !== chunk.crc) {
        throw new SlotFault('chunk_corrupt', which)
      }
      const plain = about.packing === 'none' ? bytes : await unpacked(bytes)
      restorable(() => taker.take(plain))
      index += 1
    }
    if (index < about.chunks.length) throw new SlotFault('chunk_missing', `all from ${index} on`)
    return restorable(() => taker.finish())
  }

  #faultOf(manifest: Uint8Array, wanted: Wanted): SlotFaultCode | undefined {
    try {
      checked(decodeManifest(manifest), wanted)
      return undefined
    } catch (error) {
      if (error instanceof SlotFault) return error.code
      throw error
    }
  }

  #skip(name: string, fault: SlotFault): void {
    this.#faults.set(fault.code, (this.#faults.get(fault.code) ?? 0) + 1)
    const fields = { partition: this.#partition, reference: name, code: fault.code }
    this.#logger.warn(fields, `a snapshot is passed over: it ${slotFaults[fault.code]}`)
  }

  /** While the log has its first record, the worst is a long replay. */
  #count(valid: number, { first }: Wanted): void {
    this.#valid = valid
    if (first === 0 || valid >= SLOTS_VALID_MIN) return
    const fields = { partition: this.#partition, count: valid, limit: SLOTS_VALID_MIN }
    this.#logger.warn(fields, 'the log has dropped its start, and too few snapshots lead up to it')
  }
}

function checked(about: Manifest, wanted: Wanted): Manifest {
  const { service, partition, layout, incarnations, first } = wanted
  if (about.service !== service) throw new SlotFault('other_service', about.service)
  if (about.partition !== partition) throw new SlotFault('other_partition', `${about.partition}`)
  if (incarnations?.has(about.incarnation) === false) {
    throw new SlotFault('other_log', about.incarnation)
  }
  if (about.layout !== layout) throw new SlotFault('other_columns', about.layout)
  if (about.offset + 1 < first) {
    throw new SlotFault('stale', `it ends at ${about.offset}, the log begins at ${first}`)
  }
  return about
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await unfold(bytes, whole)
  } catch (error) {
    throw new SlotFault('unrestorable', 'a chunk does not unpack', { cause: error })
  }
}

/** A step of ours that meets what no walk wrote: the checksums hold, and it is wrong. */
function restorable<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new SlotFault('unrestorable', message, { cause: error })
  }
}
