import { assert } from '@evenkeel/chassis/table'

/** Whole numbers from 0 on as bytes of 7 bits each, the lowest first; small ones are short. */

export class PackedWriter {
  readonly #bytes: number[] = []

  put(value: number): void {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 128)
    this.#bytes.push(rest)
  }

  packed(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

export class PackedReader {
  readonly #bytes: Uint8Array
  #place = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get more(): boolean {
    return this.#place < this.#bytes.length
  }

  next(): number {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = this.#bytes[this.#place++]
      assert(byte !== undefined, 'what is packed is whole')
      value += (byte % 128) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
}

export function packed(numbers: readonly number[]): Uint8Array {
  const writer = new PackedWriter()
  for (const number of numbers) writer.put(number)
  return writer.packed()
}

export function unpacked(bytes: Uint8Array): readonly number[] {
  const reader = new PackedReader(bytes)
  const numbers: number[] = []
  while (reader.more) numbers.push(reader.next())
  return numbers
}
