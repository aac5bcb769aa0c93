import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export { Registry } from 'prom-client'

interface Described {
  /** evenkeel_<service>_<what>_<unit>{_total}, base units. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  /**
   * Series beyond this many count under the label value `other`. A label must never grow without
   * end.
   */
  readonly seriesMax?: number
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What is read off the state when somebody asks, rather than counted as it happens. */
type Read = () => number | Iterable<Sample>

export interface CounterSpec extends Described {
  readonly kind: 'counter'
  readonly read?: Read
}

export interface GaugeSpec extends Described {
  readonly kind: 'gauge'
  readonly read?: Read
}

export interface HistogramSpec extends Described {
  readonly kind: 'histogram'
  readonly buckets: readonly number[]
}

export type MetricSpec = CounterSpec | GaugeSpec | HistogramSpec

type Labels<S> = S extends { labels: readonly (infer L extends string)[] }
  ? Readonly<Record<L, string>>
  : Readonly<Record<string, never>>

export interface CounterHandle<L> {
  inc(labels: L, by?: number): void
}

export interface GaugeHandle<L> {
  set(labels: L, value: number): void
  add(labels: L, by: number): void
}

export interface HistogramHandle<L> {
  observe(labels: L, value: number): void
}

type Handle<S> = S extends { read: Read }
  ? undefined
  : S extends { kind: 'counter' }
    ? CounterHandle<Labels<S>>
    : S extends { kind: 'gauge' }
      ? GaugeHandle<Labels<S>>
      : HistogramHandle<Labels<S>>

export type Metrics<T extends MetricTable> = { readonly [K in keyof T]: Handle<T[K]> }

export type MetricTable = Readonly<Record<string, MetricSpec>>

/** A pool per series and 200 pools, with room for a second label of two values. */
const seriesMaxDefault = 500

/** Registers a table of metrics; what is not `read` gets a handle under the table's own key. */
export function defineMetrics<const T extends MetricTable>(
  registry: Registry,
  table: T,
): Metrics<T> {
  const handles = Object.entries(table).map(([key, spec]) => [key, register(registry, spec)])
  // Each handle was made from the spec under the same key; a loop can't say so.
  return Object.fromEntries(handles) as Metrics<T>
}

type AnyLabels = Readonly<Record<string, string>>
type AnyHandle = CounterHandle<AnyLabels> | GaugeHandle<AnyLabels> | HistogramHandle<AnyLabels>

function register(registry: Registry, spec: MetricSpec): AnyHandle | undefined {
  const bound = boundSeries(spec)
  const options = {
    name: spec.name,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
  }
  switch (spec.kind) {
    case 'counter': {
      const { read } = spec
      if (read !== undefined) return registerRead(registry, spec, read)
      const counter = new Counter(options)
      return { inc: (labels, by = 1) => counter.inc(bound(labels), by) }
    }
    case 'gauge': {
      const { read } = spec
      if (read !== undefined) return registerRead(registry, spec, read)
      const gauge = new Gauge(options)
      return {
        set: (labels, value) => gauge.set(bound(labels), value),
        add: (labels, by) => gauge.inc(bound(labels), by),
      }
    }
    case 'histogram': {
      const histogram = new Histogram({ ...options, buckets: [...spec.buckets] })
      return { observe: (labels, value) => histogram.observe(bound(labels), value) }
    }
    default:
      return spec satisfies never
  }
}

function registerRead(registry: Registry, spec: CounterSpec | GaugeSpec, read: Read): undefined {
  const options = { name: spec.name, help: spec.help, labelNames: [...(spec.labels ?? [])] }
  const collect = (
    reset: () => void,
    remove: () => void,
    add: (labels: AnyLabels, value: number) => void,
  ) => {
    reset()
    // A metric without labels starts at 0 again; what nothing was read for must not look like it.
    if (options.labelNames.length === 0) remove()
    const found = read()
    const samples = typeof found === 'number' ? [{ labels: {}, value: found }] : found
    // Bound anew each time: what is read now may be other pools than last time.
    const bound = boundSeries(spec)
    for (const { labels, value } of samples) add(bound(labels), value)
  }
  if (spec.kind === 'counter') {
    const counter: Counter = new Counter({
      ...options,
      registers: [registry],
      collect: () =>
        collect(
          () => counter.reset(),
          () => counter.remove(),
          (labels, value) => counter.inc(labels, value),
        ),
    })
  } else {
    const gauge: Gauge = new Gauge({
      ...options,
      registers: [registry],
      collect: () =>
        collect(
          () => gauge.reset(),
          () => gauge.remove(),
          (labels, value) => gauge.inc(labels, value),
        ),
    })
  }
  return undefined
}

function boundSeries(spec: Described): (labels: AnyLabels) => AnyLabels {
  const names = spec.labels ?? []
  if (names.length === 0) return (labels) => labels
  const max = spec.seriesMax ?? seriesMaxDefault
  const other = Object.fromEntries(names.map((name) => [name, 'other']))
  const seen = new Set<string>()
  return (labels) => {
    const key = names.map((name) => labels[name]).join('\u0000')
    if (seen.has(key)) return labels
    if (seen.size >= max) return other
    seen.add(key)
    return labels
  }
}
