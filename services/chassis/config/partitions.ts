import { address, type Variable } from './variables.ts'

interface Described {
  readonly name: string
  readonly means: string
}

/** Above any partition count that is allowed; the count itself is checked where both are known. */
const PARTITION_MAX = 9_999

function rangeOf(text: string): readonly number[] | undefined {
  const [, first = '', last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first === '' || from > to || to > PARTITION_MAX) return undefined
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

/** Numbers and ranges of partitions, ascending and each once; not set (undefined): all. */
export function partitionSet({ name, means }: Described): Variable<readonly number[] | undefined> {
  return {
    name,
    means,
    example: '0-20,42',
    fallback: { value: undefined, says: 'all' },
    parse: (raw) => {
      const found = raw.split(',').map(rangeOf)
      if (found.includes(undefined)) {
        return { ok: false, expected: 'partitions and ranges of them with commas between' }
      }
      const all = found.flatMap((range) => range ?? [])
      const sorted = [...new Set(all)].sort((a, b) => a - b)
      if (sorted.length === all.length) return { ok: true, value: sorted }
      return { ok: false, expected: 'partitions that are each named once' }
    },
  }
}

/** Which cell keeps which partitions: host:port of its gRPC, by partition. */
export function cellMap({ name, means }: Described): Variable<ReadonlyMap<number, string>> {
  const rule = 'ranges of partitions, each with = and the host:port of a cell, commas between'
  const at = address({ name, means })
  return {
    name,
    means,
    example: '0-31=cell-a:7400,32-63=cell-b:7400',
    fallback: { value: new Map() },
    parse: (raw) => {
      const cells = new Map<number, string>()
      for (const part of raw.split(',')) {
        const [, range = '', cell = ''] = /^([\d-]+)=(.+)$/.exec(part) ?? []
        const partitions = rangeOf(range)
        if (partitions === undefined || !at.parse(cell).ok) return { ok: false, expected: rule }
        for (const partition of partitions) {
          if (cells.has(partition)) {
            return { ok: false, expected: `one cell for partition ${partition}` }
          }
          cells.set(partition, cell)
        }
      }
      return { ok: true, value: cells }
    },
  }
}
