export type { Connection, SaslScram, TlsFiles } from './connection.ts'
export {
  type ConsumeOptions,
  consumeEvents,
  type EventConsumer,
  eventsTopic,
  type PartitionStatus,
} from './consume.ts'
export type { Envelope, Events, EventService } from './decode.ts'
export { type EventId, isAfter, parseEventId } from './event-id.ts'
export { DirectoryTaken, type FileMarks, fileMarks } from './file-marks.ts'
export { type Mark, markBefore, markText, MarkUnreadable, parseMark, sameMark } from './mark.ts'
export type { Delivery, ForeignRecord, PartitionState, Trouble } from './partition.ts'
export type { Break, ForeignReason } from './sequence.ts'
export { MarkMoved, type MarkStore } from './store.ts'
