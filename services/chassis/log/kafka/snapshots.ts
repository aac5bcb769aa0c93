import { append } from './append.ts'
import { assertNoError } from './failure.ts'
import { Fleet, insist } from './fleet.ts'
import { prepareKafkajs } from './inside.ts'
import type { KafkaConnection, KafkaLogger } from './options.ts'
import { decodeBatches, decodeFetched, type KafkaRecord, lastOffsetOf } from './records.ts'
import { fetchRequest, offsetExchange } from './requests.ts'
import type { SlotWriter, SnapshotStore } from '../../snapshot/index.ts'

/** A cluster that is away for longer fails the snapshot; there will be another. */
const PATIENCE_MS = 10_000
const FETCH_WAIT_MS = 100
const FETCH_BYTES = 4_194_304

const MANIFEST = 'manifest'

/** What is known of a slot: where its chunks lie in the topic. */
interface Slot {
  manifest: Uint8Array | undefined
  readonly chunks: Map<number, number>
}

/** One partition as far as it was read. A later reading goes on from there. */
interface Shelf {
  next: number
  readonly slots: Map<string, Slot>
}

/**
 * Snapshots in a compacted topic, each partition's in the topic's partition of that number. A
 * record is a chunk or a manifest, by the key `partition/slot/chunk`; a slot that is removed leaves
 * a tombstone for each. Appended twice, a record is what it was.
 */
export class TopicSnapshots implements SnapshotStore {
  readonly packing = 'zstd'
  readonly #topic: string
  readonly #fleet: Fleet
  readonly #logger: KafkaLogger
  readonly #shelves = new Map<number, Shelf>()

  constructor(connection: KafkaConnection, topic: string) {
    prepareKafkajs()
    this.#topic = topic
    this.#fleet = new Fleet(connection)
    this.#logger = connection.logger
  }

  async begin(partition: number, name: string): Promise<SlotWriter> {
    let chunks = 0
    return {
      chunk: async (bytes) => {
        await this.#put(partition, keyOf(partition, name, chunks), bytes)
        chunks += 1
      },
      seal: (manifest) => this.#put(partition, keyOf(partition, name, MANIFEST), manifest),
      drop: async () => {
        for (let index = 0; index < chunks; index++) {
          await this.#put(partition, keyOf(partition, name, index), null)
        }
      },
    }
  }

  async list(partition: number) {
    const { slots } = await this.#read(partition)
    const found = [...slots].map(([name, { manifest }]) => ({ name, manifest }))
    return found.sort((left, right) => (left.name < right.name ? 1 : -1))
  }

  async *read(partition: number, name: string, count: number) {
    const slot = this.#shelfOf(partition).slots.get(name)
    // Chunks lie one after the other: an answer that holds one holds some of the next as well.
    let ahead = new Map<number, KafkaRecord>()
    for (let index = 0; index < count; index++) {
      const offset = slot?.chunks.get(index)
      if (offset !== undefined && !ahead.has(offset)) {
        const { records } = await this.#fetch(partition, offset)
        ahead = new Map(records.map((record) => [record.offset, record]))
      }
      const record = offset === undefined ? undefined : ahead.get(offset)
      const ours = record && isKeyed(record, keyOf(partition, name, index))
      yield ours ? (record.value ?? undefined) : undefined
    }
  }

  async remove(partition: number, name: string): Promise<void> {
    const slot = this.#shelfOf(partition).slots.get(name)
    // The manifest first: a slot that is half removed is none.
    await this.#put(partition, keyOf(partition, name, MANIFEST), null)
    for (const index of slot?.chunks.keys() ?? []) {
      await this.#put(partition, keyOf(partition, name, index), null)
    }
    this.#shelfOf(partition).slots.delete(name)
  }

  close(): Promise<void> {
    return this.#fleet.close()
  }

  async #put(partition: number, key: string, value: Uint8Array | null): Promise<void> {
    const message = { key: Buffer.from(key), value: value && Buffer.from(value) }
    await insist(PATIENCE_MS, () => append(this.#fleet, this.#topic, partition, [message]))
  }

  /** All that has come since the last time. Compaction leaves gaps, but never goes back. */
  async #read(partition: number): Promise<Shelf> {
    const shelf = this.#shelfOf(partition)
    const ask = (which: 'first' | 'head') =>
      insist(PATIENCE_MS, async () => {
        const exchange = offsetExchange(this.#topic, partition, which)
        return (await this.#fleet.askLeader(this.#topic, partition, exchange)).offset
      })
    const head = await ask('head')
    shelf.next = Math.max(shelf.next, await ask('first'))
    while (shelf.next < head) {
      const { records, next } = await this.#fetch(partition, shelf.next)
      for (const record of records) if (!take(shelf, record)) this.#tellForeign(partition, record)
      shelf.next = Math.max(shelf.next, next)
    }
    return shelf
  }

  #tellForeign(partition: number, { offset }: KafkaRecord): void {
    const about = { code: 'foreign_record', partition, offset }
    this.#logger.warn(about, 'a record among the snapshots is none, and is passed over')
  }

  #fetch(partition: number, offset: number) {
    const asked = [{ partition, fetchOffset: offset, maxBytes: FETCH_BYTES }]
    return insist(PATIENCE_MS, async () => {
      const line = await this.#fleet.line(
        'fetch',
        await this.#fleet.leaderOf(this.#topic, partition),
      )
      const request = fetchRequest([{ topic: this.#topic, partitions: asked }], FETCH_WAIT_MS)
      const decode = async (payload: Buffer) => decodeFetched(payload)
      const answer = await line.ask(request, decode).catch((error: unknown) => {
        this.#fleet.drop(line)
        throw error
      })
      const [fetched] = answer
      if (fetched === undefined) throw new Error(`${this.#topic}/${partition}: an empty answer`)
      if (fetched.errorCode !== 0) this.#fleet.outdated()
      assertNoError(fetched.errorCode, `${this.#topic}/${partition}`)
      const name = `${this.#topic}/${partition}`
      const records = [...decodeBatches(fetched.batches, offset, name)]
      return { records, next: lastOffsetOf(fetched.batches) + 1 }
    })
  }

  #shelfOf(partition: number): Shelf {
    const known = this.#shelves.get(partition)
    if (known !== undefined) return known
    const shelf: Shelf = { next: 0, slots: new Map() }
    this.#shelves.set(partition, shelf)
    return shelf
  }
}

const keyOf = (partition: number, name: string, part: number | string): string =>
  `${partition}/${name}/${part}`

const isKeyed = ({ key }: KafkaRecord, expected: string): boolean =>
  key !== null && Buffer.from(key).toString() === expected

/** False: it has no key of ours, so it is somebody else's and changes nothing. */
function take(shelf: Shelf, { key, value, offset }: KafkaRecord): boolean {
  const words = key === null ? [] : Buffer.from(key).toString('latin1').split('/')
  const [, name, part] = words
  if (words.length !== 3 || name === undefined || part === undefined) return false
  const slot = shelf.slots.get(name) ?? { manifest: undefined, chunks: new Map<number, number>() }
  if (part === MANIFEST) slot.manifest = value ?? undefined
  else if (!/^[0-9]{1,6}$/.test(part)) return false
  else if (value === null) slot.chunks.delete(Number(part))
  else slot.chunks.set(Number(part), offset)
  if (slot.manifest === undefined && slot.chunks.size === 0) shelf.slots.delete(name)
  else shelf.slots.set(name, slot)
  return true
}
