import { crc32 } from 'node:zlib'
import { type Packing, packings, SlotFault } from './port.ts'

/** Raised when what an older version can't read is written. */
const FORMAT = 1

/** What a snapshot is of. */
export interface About {
  readonly service: string
  readonly partition: number
  /** Of the log. */
  readonly incarnation: string
  /** Of the last record in it. */
  readonly offset: number
  /** The chain after that record. */
  readonly chain: string
  /** Log time at it, ms. */
  readonly time: number
  /** Database.layout of the tables. */
  readonly layout: string
}

export interface Chunk {
  /** As stored. */
  readonly bytes: number
  /** CRC-32 of what is stored. */
  readonly crc: number
}

export interface Manifest extends About {
  readonly packing: Packing
  readonly chunks: readonly Chunk[]
  /** When it was finished, ms by the wall's clock; for people. */
  readonly takenMs: number
}

/** A checksum, and what it is of: a manifest that was cut anywhere is seen. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const body = JSON.stringify({ format: FORMAT, ...manifest })
  return Buffer.from(`${crc32(body).toString(16).padStart(8, '0')}\n${body}\n`)
}

export function decodeManifest(bytes: Uint8Array): Manifest {
  const text = Buffer.from(bytes).toString('utf8')
  const body = text.slice(9, -1)
  if (text.at(-1) !== '\n' || text.slice(0, 8) !== crc32(body).toString(16).padStart(8, '0')) {
    throw new SlotFault('manifest_unreadable', `${bytes.length} bytes`)
  }
  const fields = recordOf(parsed(body))
  const format = integer(fields, 'format')
  if (format > FORMAT) throw new SlotFault('newer_format', `${format}, and ${FORMAT} is known here`)
  return {
    service: textIn(fields, 'service'),
    partition: integer(fields, 'partition'),
    incarnation: textIn(fields, 'incarnation'),
    offset: integer(fields, 'offset'),
    chain: textIn(fields, 'chain'),
    time: integer(fields, 'time'),
    layout: textIn(fields, 'layout'),
    takenMs: integer(fields, 'takenMs'),
    packing: packingIn(fields),
    chunks: chunksOf(fields['chunks']),
  }
}

type Fields = Readonly<Record<string, unknown>>

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new SlotFault('manifest_unreadable', 'no JSON', { cause: error })
  }
}

function recordOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value))
  throw new SlotFault('manifest_unreadable', 'not what a manifest looks like')
}

function chunksOf(value: unknown): readonly Chunk[] {
  if (!Array.isArray(value)) throw new SlotFault('manifest_unreadable', 'chunks is no list')
  return value.map((item: unknown) => {
    const fields = recordOf(item)
    return { bytes: integer(fields, 'bytes'), crc: integer(fields, 'crc') }
  })
}

function integer(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SlotFault('manifest_unreadable', `${name} is no whole number`)
}

function packingIn(fields: Fields): Packing {
  const packing = packings.find((one) => one === fields['packing'])
  if (packing !== undefined) return packing
  throw new SlotFault('newer_format', 'its chunks are packed in an unknown way')
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new SlotFault('manifest_unreadable', `${name} is no text`)
}
