import { type Metrics, type Registry, defineMetrics } from './metrics.ts'

/** Rate, errors and duration per RPC, whichever way it came. The servers of `serve` fill them. */
const table = {
  duration: {
    kind: 'histogram',
    name: 'evenkeel_rpc_duration_seconds',
    help: 'Unary calls, from the whole request to the answer.',
    labels: ['rpc', 'protocol', 'status'],
    // The objective is 50 ms at the 99th percentile; the default deadline over HTTP is 10 s.
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  refused: {
    kind: 'counter',
    name: 'evenkeel_rpc_refused_total',
    help: 'Calls and streams that ended in an error, by its code (docs/errors.md).',
    labels: ['rpc', 'code'],
  },
  inFlight: {
    kind: 'gauge',
    name: 'evenkeel_rpc_in_flight',
    help: 'Unary calls that are being answered.',
    labels: ['protocol'],
  },
  streams: {
    kind: 'gauge',
    name: 'evenkeel_rpc_streams_open',
    help: 'Open streams.',
    labels: ['rpc'],
  },
  messages: {
    kind: 'counter',
    name: 'evenkeel_rpc_stream_messages_total',
    help: 'Messages on streams, by direction (in, out).',
    labels: ['rpc', 'direction'],
  },
} as const

export type RpcMetrics = Metrics<typeof table>

/** Once per process and registry; both servers may share it. */
export function rpcMetrics(registry: Registry): RpcMetrics {
  return defineMetrics(registry, table)
}
