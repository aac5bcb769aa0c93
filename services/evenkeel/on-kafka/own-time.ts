import type { Entry, Log } from '@evenkeel/chassis/log'
import type { Logs } from '@evenkeel/chassis/process'

/**
 * A log's time follows the slower of two clocks, the brokers' and that which the records carry. A
 * day that runs faster than the wall has only the latter: the brokers' stamps are put out of reach.
 * All replicas of such a log must do so, which is why it is never one that serves anybody.
 */
export function onOwnTime(logs: Logs): Logs {
  return {
    ...logs,
    async open(service) {
      const opened = await logs.open(service)
      return { ...opened, log: unstamped(opened.log) }
    },
  }
}

/** Later than any day. */
const NEVER = Number.MAX_SAFE_INTEGER

function unstamped(log: Log): Log {
  const later = (entry: Entry): Entry => ({ ...entry, timestampMs: NEVER })
  return {
    partitions: log.partitions,
    append: (partition, records) => log.append(partition, records),
    tail: (partition, from, onBatch, onEnd) =>
      log.tail(partition, from, (entries) => onBatch(entries.map(later)), onEnd),
    first: (partition) => log.first(partition),
    head: (partition) => log.head(partition),
    bytes: (partition) => log.bytes(partition),
    close: () => log.close(),
  }
}
