export * from './real-time.ts'
export type * from './replica.ts'
export { HaltedAtStart } from './member.ts'
export { startReplica } from './start.ts'
