/** One broker of a cluster, as its settings need it. */
export interface BrokerPlace {
  readonly id: number
  readonly count: number
  /** `id@host:port` of all, comma-separated. */
  readonly voters: string
  readonly listeners: string
  readonly advertised: string
  readonly dataDirectory: string
}

export const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw'

/**
 * The text of server.properties, the same for every way of starting a broker. Each is broker and
 * controller at once. A dead broker is noticed in 3 s, not 9, and a lagging one leaves the in-sync
 * replicas in 2 s, not 30: tests of faults would else wait most of their time.
 */
export function serverProperties(
  place: BrokerPlace,
  settings: Readonly<Record<string, string>>,
): string {
  const replication = Math.min(place.count, 3)
  const inSync = Math.max(1, replication - 1)
  const all: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': place.id,
    'controller.quorum.voters': place.voters,
    listeners: place.listeners,
    'advertised.listeners': place.advertised,
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': place.dataDirectory,
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replication,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replication,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'replica.lag.time.max.ms': 2000,
    // 128 MB otherwise, of each broker.
    'log.cleaner.dedupe.buffer.size': 2_000_000,
    ...settings,
  }
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
