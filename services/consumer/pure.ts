// The library without Kafka: what becomes of a record that is next to a mark.
export { decodeRecord } from './decode.ts'
export { type Mark, markBefore } from './mark.ts'
export { step } from './sequence.ts'
