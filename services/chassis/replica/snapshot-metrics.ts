import { defineMetrics, type Registry, type Sample } from '../observe/index.ts'
import type { Replica } from './replica.ts'
import type { SnapshotStats } from './snapshotter.ts'

type Observed = Pick<Replica<unknown>, 'service' | 'partition' | 'stats'>

const labels = ['service', 'partition'] as const

/** Of the replicas that keep snapshots, one series each. */
export function snapshotMetrics(registry: Registry, running: () => Iterable<Observed>): void {
  const each = function* (of: (stats: SnapshotStats) => Iterable<Sample>): Iterable<Sample> {
    for (const replica of running()) {
      const { snapshots } = replica.stats()
      if (snapshots === undefined) continue
      const own = { service: replica.service, partition: String(replica.partition) }
      for (const { labels: more, value } of of(snapshots)) {
        yield { labels: { ...own, ...more }, value }
      }
    }
  }
  const one = (of: (stats: SnapshotStats) => number) => () =>
    each((stats) => [{ labels: {}, value: of(stats) }])
  const gauge = (what: string, help: string, of: (stats: SnapshotStats) => number) =>
    ({ kind: 'gauge', name: `evenkeel_snapshot_${what}`, help, labels, read: one(of) }) as const
  const total = (what: string, help: string, of: (stats: SnapshotStats) => number) => {
    const name = `evenkeel_snapshots_${what}_total`
    return { kind: 'counter', name, help, labels, read: one(of) } as const
  }
  defineMetrics(registry, {
    age: gauge(
      'age_seconds',
      'Since this replica last took or restored a snapshot; of none, since it began.',
      (stats) => stats.ageMs / 1_000,
    ),
    bytes: gauge('bytes', 'Bytes of the last snapshot taken, as stored.', (stats) => stats.bytes),
    duration: gauge(
      'duration_seconds',
      'How long the last snapshot took, from its beginning until it was durable.',
      (stats) => stats.durationMs / 1_000,
    ),
    slice: gauge(
      'slice_seconds',
      'Longest time at a stretch that the last snapshot took from applying records.',
      (stats) => stats.sliceMs / 1_000,
    ),
    valid: gauge(
      'slots_valid',
      'Snapshots that a start could use, when last looked at. Alert below 2 once the log is cut.',
      (stats) => stats.valid,
    ),
    taken: total('taken', 'Snapshots stored.', (stats) => stats.taken),
    failed: total('failed', 'Snapshots given up; the log line says why.', (stats) => stats.failed),
    passed: {
      kind: 'counter',
      name: 'evenkeel_snapshots_passed_over_total',
      help: 'Snapshots found that could not be used, by why.',
      labels: [...labels, 'code'],
      read: () =>
        each((stats) => Array.from(stats.faults, ([code, value]) => ({ labels: { code }, value }))),
    },
  })
}
