export { type ManualClock, manualClock, realClock, scaledClock } from './clock.ts'
export * from './limits.ts'
export {
  type Clock,
  type Entry,
  type EventStreams,
  type Log,
  LogAmbiguous,
  LogRefused,
  LogUnusable,
  type RefusalCode,
  refusalCodes,
  type StreamEntry,
  type Tail,
} from './port.ts'
