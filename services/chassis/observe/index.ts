export { type LogFields, type OwnWords, ours } from './fields.ts'
export {
  type LogLevel,
  type Logger,
  type LoggerOptions,
  createLogger,
  logLevels,
  silentLogger,
} from './logging.ts'
export {
  type CounterHandle,
  type CounterSpec,
  type GaugeHandle,
  type GaugeSpec,
  type HistogramHandle,
  type HistogramSpec,
  type MetricSpec,
  type MetricTable,
  type Metrics,
  Registry,
  type Sample,
  defineMetrics,
} from './metrics.ts'
export { observeProcess } from './process.ts'
export { type RpcMetrics, rpcMetrics } from './rpc.ts'
