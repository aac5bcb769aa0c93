import type { RefusedLine, Tally } from '../protocol/index.ts'

/** The reply of an importSlice, read back. Anything else is a fault of ours, not of the caller. */
export function tallyOf(ref: string): Tally {
  const tally = record(JSON.parse(ref))
  return {
    imported: count(tally.imported),
    unchanged: count(tally.unchanged),
    refused: list(tally.refused).map(refusedLineOf),
  }
}

function refusedLineOf(value: unknown): RefusedLine {
  const { line, rejection } = record(value)
  const { code, fields } = record(rejection)
  if (typeof code !== 'string') throw new TypeError('a refused line of a tally has no code')
  const named = Object.entries(record(fields)).map(([name, field]) => {
    if (typeof field === 'string' || typeof field === 'number') return [name, field] as const
    throw new TypeError('a field of a refused line is neither text nor number')
  })
  return { line: count(line), rejection: { code, fields: Object.fromEntries(named) } }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return { ...value }
  throw new TypeError('a part of a tally is no object')
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError('a part of a tally is no list')
}

function count(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new TypeError('a part of a tally is no whole number')
}
