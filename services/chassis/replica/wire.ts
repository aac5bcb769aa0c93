// Protobuf's wire format, as far as evenkeel.log.v1 needs it. Every record of every replica goes
// through here, so numbers
// never become bigints, and unlike the generated reader this one refuses what it does not know
// (architecture: rule 3).

/**
 * These bytes are no record that this version understands; the partition must not go on without
 * it.
 */
export class Undecodable extends Error {
  override readonly name = 'Undecodable'
}

const varintWire = 0
const bytesWire = 2

/** Reads one message field by field; whatever is not asked for by its kind is undecodable. */
export class WireReader {
  readonly #bytes: Uint8Array
  #at: number
  readonly #end: number
  #wire = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#at = 0
    this.#end = bytes.length
  }

  /** Number of the next field, 0 at the end. */
  field(): number {
    if (this.#at === this.#end) return 0
    const tag = this.#varint()
    this.#wire = tag % 8
    const field = (tag - this.#wire) / 8
    if (field === 0) throw new Undecodable('field 0')
    return field
  }

  integer(): number {
    if (this.#wire !== varintWire) throw new Undecodable(`wire type ${this.#wire}, not a number`)
    return this.#varint()
  }

  /** A view of the input, not a copy. */
  bytes(): Uint8Array {
    if (this.#wire !== bytesWire) throw new Undecodable(`wire type ${this.#wire}, not bytes`)
    const length = this.#varint()
    const start = this.#at
    if (length < 0 || length > this.#end - start)
      throw new Undecodable(`${length} bytes are not there`)
    this.#at = start + length
    return this.#bytes.subarray(start, this.#at)
  }

  /** ASCII: every text of these messages is an identifier. */
  text(bytesMax: number): string {
    const bytes = this.bytes()
    if (bytes.length > bytesMax) throw new Undecodable(`a name of ${bytes.length} bytes`)
    let text = ''
    for (const byte of bytes) {
      if (byte < 0x20 || byte > 0x7e) throw new Undecodable('a name that is not ASCII')
      text += String.fromCharCode(byte)
    }
    return text
  }

  unknown(message: string, field: number): Undecodable {
    return new Undecodable(`${message} has a field ${field}, which this version does not know`)
  }

  /** Whole numbers from -2^53 to 2^53; a negative one is written as 64 bits of two's complement. */
  #varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    const low = value
    let high = this.#byte()
    if (high < 0x80) return safe(low + high * scale)
    const next = this.#byte()
    if (next < 0x80) return safe(low + ((high & 0x7f) + next * 128) * scale)
    if (this.#byte() !== 1) throw new Undecodable('a number of more than 64 bits')
    // 63 bits so far and the sign: value - 2^63, taken apart so that no step is rounded.
    high = (high & 0x7f) + (next & 0x7f) * 128
    return safe(low + (high - 2 ** 14) * scale)
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined
    if (byte === undefined) throw new Undecodable('cut short')
    this.#at++
    return byte
  }
}

function safe(value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw new Undecodable('a number beyond 2^53')
}

/** Messages lie side by side: a buffer for each costs more than what is written to it. */
const BUFFER_BYTES = 8_192

/** finish() hands out what was written since begin(); nobody writes there again. */
export class WireWriter {
  #bytes = new Uint8Array(BUFFER_BYTES)
  #start = 0
  #at = 0

  /** What an earlier message that could not be written has left here is gone. */
  begin(): void {
    this.#at = this.#start
  }

  integer(field: number, value: number): void {
    if (value === 0) return
    this.#room(20)
    this.#varint(field * 8 + varintWire)
    this.#varint(value)
  }

  text(field: number, text: string): void {
    if (text === '') return
    this.#room(20 + text.length)
    this.#varint(field * 8 + bytesWire)
    this.#varint(text.length)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7e) throw new RangeError(`${JSON.stringify(text)} is not ASCII`)
      this.#bytes[this.#at++] = code
    }
  }

  /** Written even if empty: a body that is there says which kind it is. */
  bytes(field: number, bytes: Uint8Array): void {
    this.#room(20 + bytes.length)
    this.#varint(field * 8 + bytesWire)
    this.#varint(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  finish(): Uint8Array {
    const written = this.#bytes.subarray(this.#start, this.#at)
    this.#start = this.#at
    if (this.#bytes.length === BUFFER_BYTES) return written
    // A large buffer is not shared: whoever keeps a small message would keep all of it.
    this.#bytes = new Uint8Array(BUFFER_BYTES)
    this.#start = 0
    return written.slice()
  }

  #varint(value: number): void {
    let rest = value
    if (rest < 0) {
      const wide = BigInt.asUintN(64, BigInt(value))
      for (let shift = 0n; shift < 63n; shift += 7n) {
        this.#bytes[this.#at++] = Number((wide >> shift) & 0x7fn) | 0x80
      }
      this.#bytes[this.#at++] = 1
      return
    }
    // By bits where they are whole numbers of 32: % of a larger one is a call into C.
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
    }
    for (; rest >= 128; rest >>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
    this.#bytes[this.#at++] = rest
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const written = this.#bytes.subarray(this.#start, this.#at)
    const room = new Uint8Array(Math.max(BUFFER_BYTES, (written.length + more) * 2))
    room.set(written)
    this.#bytes = room
    this.#start = 0
    this.#at = written.length
  }
}
