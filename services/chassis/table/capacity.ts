/** Most tables of most partitions stay this small; they pay for no more. */
const SMALL = 1024

/**
 * How many rows to make room for. Two sizes only: a small one, then the cap at once. Large buffers
 * are zero pages that the system commits when first touched, so the one step copies 1,024 rows and
 * no later insert pays for growth. Zero must therefore mean "none" in every typed array here.
 */
export function capacityFor(rows: number, cap: number): number {
  return rows <= SMALL ? Math.min(SMALL, cap) : cap
}

export function grownInt32(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length)
  grown.set(from)
  return grown
}

export function grownFloat64(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length)
  grown.set(from)
  return grown
}

export function grownUint8(from: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length)
  grown.set(from)
  return grown
}
