import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { shown } from './statistics.ts'

/** One line of a benchmark. A ratio above 1 means that ours was better than the floor. */
export interface Result {
  readonly name: string
  readonly unit: string
  /** Median of the paired runs. */
  readonly value: number
  readonly floor: number
  /** Median of the pairs' ratios, so that a disturbance hits both sides of one pair. */
  readonly ratio: number
  readonly p50: number
  readonly p99: number
  /** What else this benchmark tells, by name. */
  readonly more?: Readonly<Record<string, number | string>>
}

export interface Benchmark {
  readonly name: string
  readonly summary: string
  run(options: RunOptions, told: (result: Result) => void): Promise<void>
}

export interface RunOptions {
  /** Names of cases or sizes to be run; empty: the benchmark's usual ones. */
  readonly only: readonly string[]
  readonly pairs: number
  /** A breath of each case: shows that the benchmark works, its figures mean nothing. */
  readonly smoke: boolean
}

/** What the figures depend on, beside the code. */
export function origin(): { readonly machine: string; readonly commit: string } {
  const [first, ...others] = cpus()
  const model = first?.model.trim() ?? 'unknown'
  const machine = `${others.length + 1} x ${model}, Node ${process.version}`
  return { machine, commit: commitOf() }
}

function commitOf(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
    const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+changes' : '')
  } catch {
    return 'unknown'
  }
}

export function jsonLine(result: Result, from: ReturnType<typeof origin>): string {
  const { more, ...line } = result
  return JSON.stringify({ ...line, ...more, ...from })
}

/** Results under one heading; a column for each thing that any of them tells. */
export function table(results: readonly Result[]): string {
  const extra = [...new Set(results.flatMap((result) => Object.keys(result.more ?? {})))]
  const heads = ['name', 'unit', 'value', 'floor', 'ratio', 'p50', 'p99', ...extra]
  const rows = results.map((r) => [
    r.name,
    r.unit,
    ...[r.value, r.floor, r.ratio, r.p50, r.p99].map(shown),
    ...extra.map((name) => cell(r.more?.[name])),
  ])
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...rows.map((row) => (row[at] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((one, at) => (at < 2 ? one.padEnd(widths[at] ?? 0) : one.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...rows.map(line)].join('\n')
}

function cell(value: number | string | undefined): string {
  return typeof value === 'number' ? shown(value) : (value ?? '-')
}
