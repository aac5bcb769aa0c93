/** First size; most tables of most partitions hold no more rows. */
const FIRST = 1024

/**
 * How many rows to make room for. Arrays grow in place, by committing more of the address space
 * reserved for them at the start: nothing is copied, so no insertion pays for the rows before it.
 * (Measured: buffers made at the cap at once are lazy too, but count as external memory from the
 * start, and the collections they set off took 14 to 28 ms.) New cells are zero, so zero must mean
 * "none" in each of them.
 */
export function capacityFor(rows: number, cap: number): number {
  let room = Math.min(FIRST, cap)
  while (room < rows) room = Math.min(room * 2, cap)
  return room
}

export function reserveInt32(length: number, max: number): Int32Array<ArrayBuffer> {
  return new Int32Array(new ArrayBuffer(length * 4, { maxByteLength: max * 4 }))
}

export function reserveFloat64(length: number, max: number): Float64Array<ArrayBuffer> {
  return new Float64Array(new ArrayBuffer(length * 8, { maxByteLength: max * 8 }))
}

export function reserveUint8(length: number, max: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length, { maxByteLength: max }))
}

/** Of an array made by one of the above: it follows its buffer's length. */
export function grow(
  array: Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  length: number,
): void {
  array.buffer.resize(length * array.BYTES_PER_ELEMENT)
}
