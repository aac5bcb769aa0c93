export * from './real-time.ts'
export type * from './replica.ts'
