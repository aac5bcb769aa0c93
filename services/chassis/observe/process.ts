import { PerformanceObserver, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { type Registry, defineMetrics } from './metrics.ts'

/** Each look wakes the process: at 10 ms they were most of what wakes one at rest. */
const resolutionMs = 50

/**
 * The process: CPU, memory, garbage collection, event loop. The loop's delay is measured since the
 * last scrape and without the histogram's own resolution, which it otherwise adds to every value
 * (the usual client's gauge misleads).
 */
export function observeProcess(registry: Registry): { stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let utilisation = performance.eventLoopUtilization()
  const { gc } = defineMetrics(registry, { ...memory, ...loopTable(), gc: gcSeconds })
  const collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) gc.observe({}, entry.duration / 1000)
  })
  collections.observe({ entryTypes: ['gc'] })
  return {
    stop: () => {
      collections.disconnect()
      delay.disable()
    },
  }

  function loopTable() {
    return {
      delay: {
        kind: 'gauge',
        name: 'evenkeel_event_loop_delay_seconds',
        help: 'How late the event loop ran since the last scrape, by quantile.',
        labels: ['quantile'],
        read: () => {
          const samples = [50, 99, 100].map((percentile) => ({
            labels: { quantile: String(percentile / 100) },
            value: Math.max(0, delay.percentile(percentile) / 1e9 - resolutionMs / 1000),
          }))
          delay.reset()
          return samples
        },
      },
      utilisation: {
        kind: 'gauge',
        name: 'evenkeel_event_loop_utilization_ratio',
        help: 'Share of time since the last scrape in which the event loop was busy.',
        read: () => {
          const now = performance.eventLoopUtilization()
          const since = performance.eventLoopUtilization(now, utilisation)
          utilisation = now
          return since.utilization
        },
      },
    } as const
  }
}

const memory = {
  cpu: {
    kind: 'counter',
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system.',
    read: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  },
  resident: {
    kind: 'gauge',
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    read: () => process.memoryUsage.rss(),
  },
  heap: {
    kind: 'gauge',
    name: 'nodejs_heap_used_bytes',
    help: 'JavaScript heap in use.',
    read: () => process.memoryUsage().heapUsed,
  },
  external: {
    kind: 'gauge',
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the JavaScript heap, tables included.',
    read: () => process.memoryUsage().external,
  },
  started: {
    kind: 'gauge',
    name: 'process_start_time_seconds',
    help: 'When the process started, seconds since 1970.',
    read: () => performance.timeOrigin / 1000,
  },
} as const

const gcSeconds = {
  kind: 'histogram',
  name: 'nodejs_gc_duration_seconds',
  help: 'Pauses by garbage collection.',
  // A pause above 10 ms is felt by assignment latency; above 100 ms it endangers the lease.
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5],
} as const
