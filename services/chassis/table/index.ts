export type { Counts } from './counted.ts'
export { Database, type Touched } from './database.ts'
export type { Derive } from './derived.ts'
export { assert, CoreFault, NONE } from './fault.ts'
export { ImageFault } from './image-bytes.ts'
export type { Restore } from './load.ts'
export type { DeadlineHeap, HeapRules } from './heap.ts'
export type { Lookup } from './lookup.ts'
export { OrderedSetsCore } from './ordered-core.ts'
export type { OrderedRules, OrderedSets } from './ordered.ts'
export {
  bytes,
  type ColumnSpec,
  deadline,
  flag,
  int,
  oneOf,
  ref,
  type Row,
  type Schema,
  text,
  type Values,
  value,
} from './schema.ts'
export { type RowOf, Table, type TableOptions } from './table.ts'
export type { Walk } from './walk.ts'
