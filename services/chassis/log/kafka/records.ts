import { LogUnusable } from '../port.ts'

/** One record of a topic, as fetched. */
export interface KafkaRecord {
  readonly offset: number
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** One partition of a fetch's answer. */
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** Whole and, at the end, cut record batches. */
  readonly batches: Buffer
}

/** Answer to Fetch, version 11; batches are left as they are, so that one can fail by itself. */
export function decodeFetched(payload: Buffer): readonly FetchedPartition[] {
  const reader = new Reader(payload)
  reader.skip(4)
  const errorCode = reader.int16()
  reader.skip(4)
  if (errorCode !== 0) throw new Error(`a fetch failed as a whole: ${errorCode}`)
  const fetched: FetchedPartition[] = []
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topic = reader.text()
    for (let partitions = reader.int32(); partitions > 0; partitions -= 1) {
      const partition = reader.int32()
      const errorCode = reader.int16()
      reader.skip(8 + 8 + 8)
      // Aborted transactions: none where nobody writes by transactions, -1 where not asked for.
      reader.skip(Math.max(0, reader.int32()) * 16)
      reader.skip(4)
      const batches = reader.bytes(Math.max(0, reader.int32()))
      fetched.push({ topic, partition, errorCode, batches })
    }
  }
  return fetched
}

const BATCH_HEADER_BYTES = 61
const MAGIC = 2
const CODEC_MASK = 0b111
const APPEND_TIME = 0b1000
const TRANSACTIONAL = 0b1_0000
const CONTROL = 0b10_0000
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/**
 * The records from `from` on, in order. Throws LogUnusable at what this project never writes:
 * it came from somebody else, or the topic's settings were changed.
 */
export function* decodeBatches(batches: Buffer, from: number, name: string): Iterable<KafkaRecord> {
  let at = 0
  while (at + BATCH_HEADER_BYTES <= batches.length) {
    const end = at + 12 + batches.readInt32BE(at + 8)
    // A broker cuts its answer at the size that was asked for.
    if (end > batches.length) return
    yield* decodeBatch(batches.subarray(at, end), from, name)
    at = end
  }
}

/** Of the last whole batch, whose last records may have been compacted away; -1: there is none. */
export function lastOffsetOf(batches: Buffer): number {
  let last = -1
  let at = 0
  while (at + BATCH_HEADER_BYTES <= batches.length) {
    const end = at + 12 + batches.readInt32BE(at + 8)
    if (end > batches.length) break
    last = Number(batches.readBigInt64BE(at)) + batches.readInt32BE(at + 23)
    at = end
  }
  return last
}

function* decodeBatch(batch: Buffer, from: number, name: string): Iterable<KafkaRecord> {
  const base = Number(batch.readBigInt64BE(0))
  const last = base + batch.readInt32BE(23)
  if (last < from) return
  const attributes = batch.readInt16BE(21)
  assertOurs(attributes, batch.readInt8(16), `${name} at ${base}`)
  const appendTime = (attributes & APPEND_TIME) !== 0
  const firstMs = Number(batch.readBigInt64BE(27))
  const appendedMs = Number(batch.readBigInt64BE(35))
  const reader = new Reader(batch)
  reader.skip(57)
  for (let count = reader.int32(); count > 0; count -= 1) {
    const end = reader.varint() + reader.at
    reader.skip(1)
    const delta = reader.varint()
    const offset = base + reader.varint()
    const key = reader.field()
    const value = reader.field()
    const timestampMs = appendTime ? appendedMs : firstMs + delta
    reader.skip(end - reader.at)
    if (offset >= from) yield { offset, timestampMs, key, value }
  }
}

function assertOurs(attributes: number, magic: number, where: string): void {
  const codec = attributes & CODEC_MASK
  if (magic !== MAGIC)
    throw new LogUnusable(
      'batch_unreadable',
      `${where} has records of format ${magic}, not ${MAGIC}`,
    )
  if (codec !== 0) {
    throw new LogUnusable(
      'batch_unreadable',
      `${where} is compressed with ${codecs[codec] ?? codec}, which this client does not read; ` +
        "set the topic's compression.type to uncompressed",
    )
  }
  if ((attributes & (TRANSACTIONAL | CONTROL)) !== 0) {
    throw new LogUnusable(
      'batch_unreadable',
      `${where} is part of a transaction; nobody may write here by transactions`,
    )
  }
}

class Reader {
  readonly #buffer: Buffer
  at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  skip(bytes: number): void {
    this.at += bytes
  }

  int16(): number {
    this.at += 2
    return this.#buffer.readInt16BE(this.at - 2)
  }

  int32(): number {
    this.at += 4
    return this.#buffer.readInt32BE(this.at - 4)
  }

  text(): string {
    return this.bytes(this.int16()).toString('utf8')
  }

  bytes(count: number): Buffer {
    this.at += count
    return this.#buffer.subarray(this.at - count, this.at)
  }

  /** A copy: whoever keeps one record must not keep the whole answer that it came in. */
  field(): Uint8Array | null {
    const length = this.varint()
    return length < 0 ? null : Uint8Array.from(this.bytes(length))
  }

  /** Zigzag; by multiplication, because time deltas may exceed 32 bits. */
  varint(): number {
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.#buffer.readUInt8(this.at)
      this.at += 1
      value += (byte & 0x7f) * unit
      if (byte < 0x80) break
      unit *= 128
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}
