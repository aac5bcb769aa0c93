/** Rounds of subspace iteration; each gains a digit where eigenvalues differ tenfold. */
const ROUNDS = 30

/**
 * The first eigenvectors of a symmetric, positive semidefinite matrix, the largest eigenvalue
 * first, by subspace iteration (Golub and Van Loan, Matrix Computations, 2013, 8.2.4). Fewer come
 * back where the matrix has a smaller rank. `matrix` is row by row, size x size.
 */
export function eigenvectors(
  matrix: Float64Array,
  size: number,
  count: number,
): readonly Float64Array[] {
  let basis = orthonormal(
    Array.from({ length: Math.min(count, size) }, (_, at) =>
      Float64Array.from({ length: size }, (_, row) =>
        Math.cos(((row + 0.5) * at * Math.PI) / size),
      ),
    ),
  )
  for (let round = 0; round < ROUNDS; round++) {
    basis = orthonormal(basis.map((vector) => product(matrix, size, vector)))
  }
  return basis
}

/** Gram and Schmidt, twice over, since what is left of a nearly dependent vector is inexact. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector))
    const rest = vector.slice()
    for (const other of [...basis, ...basis]) {
      const along = dot(rest, other)
      for (let at = 0; at < rest.length; at++) rest[at] = (rest[at] ?? 0) - along * (other[at] ?? 0)
    }
    const length = Math.sqrt(dot(rest, rest))
    if (length > 1e-9 * before) basis.push(rest.map((value) => value / length))
  }
  return basis
}

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0)
  return sum
}

function product(matrix: Float64Array, size: number, vector: Float64Array): Float64Array {
  const result = new Float64Array(size)
  for (let row = 0; row < size; row++) {
    let sum = 0
    for (let at = 0; at < size; at++) sum += (matrix[row * size + at] ?? 0) * (vector[at] ?? 0)
    result[row] = sum
  }
  return result
}
