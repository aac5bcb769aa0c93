import { defineMetrics, type Registry, type Sample } from '../observe/index.ts'
import type { BridgeStats } from './bridge.ts'
import { BRIDGE_LOOK_MS } from './limits.ts'
import type { Replica } from './replica.ts'

type Observed = Pick<Replica<unknown>, 'service' | 'partition' | 'stats'>
type Of = (stats: BridgeStats) => number

const lookSeconds = BRIDGE_LOOK_MS / 1_000

const labels = ['service', 'partition', 'source'] as const

/** How other services' events come in, one series for each source of each partition. */
export function bridgeMetrics(registry: Registry, running: () => Iterable<Observed>): void {
  const each = function* (of: (stats: BridgeStats) => Iterable<Sample>): Iterable<Sample> {
    for (const replica of running()) {
      for (const bridge of replica.stats().bridges) {
        const { service, partition } = replica
        const own = { service, partition: String(partition), source: bridge.source }
        for (const { labels: more, value } of of(bridge)) {
          yield { labels: { ...own, ...more }, value }
        }
      }
    }
  }
  /** Only who leads reads the source; of the others there is nothing to tell. */
  const gauge = (what: string, help: string, of: Of) => {
    const read = () => each((stats) => (stats.reading ? [{ labels: {}, value: of(stats) }] : []))
    return { kind: 'gauge', name: `evenkeel_bridge_${what}`, help, labels, read } as const
  }
  const total = (what: string, help: string, of: Of) => {
    const read = () => each((stats) => [{ labels: {}, value: of(stats) }])
    return { kind: 'counter', name: `evenkeel_bridge_${what}_total`, help, labels, read } as const
  }
  defineMetrics(registry, {
    lag: gauge(
      'lag_events',
      'Events of the source that its leader has not read, when it last looked.',
      (stats) => stats.lag,
    ),
    caughtUpAge: gauge(
      'caught_up_age_seconds',
      `Since all that the source had published was taken in. Up to ${lookSeconds} when all is well.`,
      (stats) => stats.caughtUpAgeMs / 1_000,
    ),
    eventAge: gauge(
      'event_age_seconds',
      'Since the newest event read was decided, or the leader began: rises while a source is silent.',
      (stats) => stats.eventAgeMs / 1_000,
    ),
    refused: {
      kind: 'gauge',
      name: 'evenkeel_bridge_refused',
      help: '1: does not go on by itself, by why; an operator says where it does. Must read 0.',
      labels: [...labels, 'code'],
      read: () =>
        each(({ refusal }) => (refusal ? [{ labels: { code: refusal.code }, value: 1 }] : [])),
    },
    foreign: total(
      'foreign_events',
      "Records on the events topic that are nobody's event; passed over.",
      (stats) => stats.foreign,
    ),
    unknown: total(
      'unknown_events',
      'Events of a kind that this version does not know; stepped over.',
      (stats) => stats.unknown,
    ),
    rejected: total(
      'rejected_events',
      'Events that the service has refused, or failed at; stepped over.',
      (stats) => stats.rejected,
    ),
  })
}
