import {
  type CounterSpec,
  defineMetrics,
  type GaugeSpec,
  type Registry,
  type Sample,
} from '../observe/index.ts'
import { bridgeMetrics } from './bridge-metrics.ts'
import type { Hosted } from './hosted.ts'
import type { Replica, ReplicaStats } from './replica.ts'
import type { Halt } from '../protocol/halts.ts'
import { snapshotMetrics } from './snapshot-metrics.ts'

/** What is asked of a replica here; all of it can be asked of one that has halted. */
type Observed = Pick<Replica<unknown>, 'service' | 'partition' | 'stats' | 'halted'>

/** A partition that did not come up. */
export interface Down {
  readonly service: string
  readonly partition: number
  readonly halt: Halt
}

type Of = (figures: ReplicaStats) => number

const gauge = (what: string, help: string, of: Of) =>
  ({ kind: 'gauge', name: `evenkeel_replica_${what}`, help, of }) as const

const total = (what: string, help: string, of: Of) =>
  ({ kind: 'counter', name: `evenkeel_replica_${what}_total`, help, of }) as const

const table = {
  fenced: gauge(
    'fenced',
    '1: another process runs under its name; writes are refused. Must read 0.',
    (figures) => (figures.fenced ? 1 : 0),
  ),
  leading: gauge(
    'leading',
    '1: ticks, publishes and bridges for its partition. Over all replicas, 1 a partition.',
    (figures) => (figures.leading ? 1 : 0),
  ),
  silent: gauge(
    'silent_replicas',
    'Replicas of the partition that have said nothing for too long, as this one sees it.',
    (figures) => figures.silent,
  ),
  leaseAge: gauge(
    'lease_age_seconds',
    'Since the leader was last heard of, in time that the service was up. Above 3: nobody leads.',
    (figures) => figures.leaseAgeMs / 1000,
  ),
  timeBehind: gauge(
    'time_behind_seconds',
    "What this process' clock is ahead of the log's time. Above 10: time is held up, or nobody ticks.",
    (figures) => figures.timeBehindMs / 1000,
  ),
  logic: gauge(
    'logic',
    'Version of the logic that the log is decided by.',
    (figures) => figures.logic,
  ),
  understood: gauge(
    'logic_understood',
    'Highest version of the logic that this process understands.',
    (figures) => figures.understood,
  ),
  failed: total(
    'commands_failed',
    'Commands in the log that broke an assertion of ours. Must read 0.',
    (figures) => figures.commandsFailed,
  ),
  givenUp: total(
    'work_items_given_up',
    'Work items that broke an assertion time and again. Must read 0.',
    (figures) => figures.workGivenUp,
  ),
  records: total('applied_records', 'Records of the log applied.', (figures) => figures.records),
  bytes: total('applied_bytes', 'Bytes of the records applied.', (figures) => figures.bytes),
  rejected: total(
    'commands_rejected',
    'Commands in the log that the service refused.',
    (figures) => figures.rejected,
  ),
  ignored: total(
    'records_ignored',
    'Records that count for nothing: repeated, or of a replica whose run is over.',
    (figures) => figures.ignored,
  ),
  outbox: gauge(
    'outbox_events',
    'Events not yet known to be published.',
    (figures) => figures.outbox,
  ),
  // Numbers begin at 0, and -1 stands for none.
  published: total(
    'published_events',
    'Events known to be published.',
    (figures) => figures.publishedThrough + 1,
  ),
  work: gauge(
    'work_items',
    'Work that was too long for its command and goes on in slices.',
    (figures) => figures.work,
  ),
  workAge: gauge(
    'work_age_seconds',
    'How long the oldest work item has waited, in time that the service was up.',
    (figures) => figures.workAgeMs / 1000,
  ),
  queued: gauge(
    'queued_calls',
    'Calls that wait for room in a batch.',
    (figures) => figures.queued,
  ),
  queuedBytes: gauge(
    'queued_bytes',
    'Bytes of the commands of calls that wait for room in a batch.',
    (figures) => figures.queuedBytes,
  ),
  inFlight: gauge(
    'in_flight_records',
    'Records sent to the log that have not come back.',
    (figures) => figures.inFlight,
  ),
}

/**
 * The replicas that a process runs at the time, one series each, and the partitions for which it
 * has none. Once per registry.
 */
export function replicaMetrics(
  registry: Registry,
  running: () => Iterable<Observed>,
  down: () => Iterable<Down> = () => [],
): void {
  const read = (of: Of) => () =>
    Array.from(running(), (replica) => ({
      labels: labelsOf(replica),
      value: of(replica.stats()),
    }))
  const labels = ['service', 'partition']
  const specs = Object.entries(table).map(
    ([key, { of, ...spec }]): [string, CounterSpec | GaugeSpec] => [
      key,
      { ...spec, labels, read: read(of) },
    ],
  )
  defineMetrics(registry, {
    halted: {
      kind: 'gauge',
      name: 'evenkeel_replica_halted',
      help: '1: answers no more, for what docs/runbook.md has under the code. Must read 0.',
      labels: [...labels, 'code'],
      read: () => [
        ...Array.from(running(), (replica) => haltSample(replica, replica.halted())),
        ...Array.from(down(), ({ halt, ...place }) => haltSample(place, halt)),
      ],
    },
    ...Object.fromEntries(specs),
    failedAppends: {
      kind: 'counter',
      name: 'evenkeel_replica_appends_failed_total',
      help: 'Attempts to append that failed, by why. unacknowledged: perhaps they did not.',
      labels: [...labels, 'code'],
      read: () => failures(running(), (stats) => stats.failedAppends),
    },
    failedPublications: {
      kind: 'counter',
      name: 'evenkeel_replica_publications_failed_total',
      help: 'Attempts to publish events that failed, by why; they are made again.',
      labels: [...labels, 'code'],
      read: () => failures(running(), (stats) => stats.failedPublications),
    },
  })
  snapshotMetrics(registry, running)
  bridgeMetrics(registry, running)
}

type Place = Pick<Down, 'service' | 'partition'>

function labelsOf({ service, partition }: Place): { service: string; partition: string } {
  return { service, partition: String(partition) }
}

function* failures(
  running: Iterable<Observed>,
  of: (stats: ReplicaStats) => ReadonlyMap<string, number>,
): Iterable<Sample> {
  for (const replica of running) {
    for (const [code, value] of of(replica.stats())) {
      yield { labels: { ...labelsOf(replica), code }, value }
    }
  }
}

function haltSample(place: Place, halt: Halt | undefined): Sample {
  return { labels: { ...labelsOf(place), code: halt?.code ?? '' }, value: halt ? 1 : 0 }
}

/**
 * Reads a service's states for its own metrics; equal labels add up. A halted replica shows none,
 * and the page must not fail with it: that it has halted stands on the same page.
 */
export function ofEvery<State>(
  hosted: Pick<Hosted<State>, 'running'>,
  read: (state: State, replica: Replica<State>) => Iterable<Sample>,
): () => Iterable<Sample> {
  return function* () {
    for (const replica of hosted.running) {
      if (replica.halted() === undefined) yield* read(replica.state, replica)
    }
  }
}
