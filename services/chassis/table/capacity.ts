/** First size; most tables of most partitions hold no more rows. */
const FIRST = 1024

/** How many rows to make room for. New cells are zero, so zero must mean "none" in each of them. */
export function capacityFor(rows: number, cap: number): number {
  let room = Math.min(FIRST, cap)
  while (room < rows) room = Math.min(room * 2, cap)
  return room
}

/**
 * The array with room for so many, of at most `max`; use it in place of the one given. What
 * outgrows its first size moves once, to address space reserved for all that it may ever hold, and
 * grows there by committing more of it: nothing is copied, so no insertion pays for the rows
 * before it.
 * (Measured: buffers made at the cap at once are lazy too, but count as external memory from the
 * start, and the collections they set off took 14 to 28 ms. Reserving for every array at its start
 * took 8 of the 10 ms that an empty partition takes to make.)
 */
export function grown(array: Int32, length: number, max: number): Int32
export function grown(array: Float64, length: number, max: number): Float64
export function grown(array: Uint8, length: number, max: number): Uint8
export function grown(array: Int32 | Float64 | Uint8, length: number, max: number) {
  const { buffer, BYTES_PER_ELEMENT: width } = array
  if (buffer.resizable) {
    buffer.resize(length * width)
    return array
  }
  if (length <= array.length) return array
  const Cells = array.constructor as new (room: ArrayBuffer | number) => Int32
  if (array.length === 0) return new Cells(length)
  const larger = new Cells(new ArrayBuffer(length * width, { maxByteLength: max * width }))
  larger.set(array)
  return larger
}

type Int32 = Int32Array<ArrayBuffer>
type Float64 = Float64Array<ArrayBuffer>
type Uint8 = Uint8Array<ArrayBuffer>
