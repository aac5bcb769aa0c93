export { directoryStore } from './directory.ts'
export * from './limits.ts'
export { type About, decodeManifest, encodeManifest, type Manifest } from './manifest.ts'
export { MemorySnapshots } from './memory.ts'
export {
  type Packing,
  packings,
  SlotFault,
  type SlotFaultCode,
  slotFaults,
  type SlotWriter,
  type SnapshotStore,
  type StoredSlot,
} from './port.ts'
export { type Restored, type Slots, Snapshots, type Taker, type Wanted } from './snapshots.ts'
